import { type Cell, readCell } from './cell.ts'
import { cellFinding } from './cell-finding.ts'
import type { FindingTaker } from './told-cells.ts'

/** One line of a declared history, as schemas/event.json has it, without its evidence. */
export interface DeclaredLine {
  readonly element: string
  readonly step: string
  readonly country: string
  readonly region?: string
  readonly share?: string
}

const PLACE = /^([A-Z]{2})(-[A-Z0-9]{1,3})?(?:\s+(0(?:\.\d+)?|1(?:\.0+)?))?$/

/**
 * A cell of a column such as `declared:B:mined`: one country (`TR`) or subdivision (`US-NV`), or
 * several with their shares of the element's mass, `TR 0.9, AR 0.1`.
 */
export function readDeclared(
  cell: Cell,
  key: string,
  findings: FindingTaker
): readonly DeclaredLine[] {
  const text = readCell(cell, 'country', findings)
  if (text === undefined) return []
  const [element = '', step = '', ...rest] = key.split(':')
  const places = String(text)
    .split(/[,;/]/)
    .map((part) => PLACE.exec(part.trim()))
  if (rest.length > 0 || element === '' || step === '' || places.includes(null)) {
    findings.push(
      cellFinding('CSV_DECLARED', cell.place, {
        message: 'The declared history cannot be read.',
        expected: 'column declared:<element>:<step>; a country (TR), or `TR 0.9, AR 0.1`',
        actual: cell.text,
        remedy: 'Use ISO 3166-1 codes, shares from 0 to 1 with a point, and commas between.'
      })
    )
    return []
  }
  return places.flatMap((match) => (match ? [lineOf(element, step, match)] : []))
}

function lineOf(element: string, step: string, match: RegExpExecArray): DeclaredLine {
  const [, country = '', subdivision, share] = match
  return {
    element,
    step,
    country,
    ...(subdivision === undefined ? {} : { region: country + subdivision }),
    ...(share === undefined ? {} : { share })
  }
}
