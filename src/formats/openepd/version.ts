import { parseAmount } from '../../domain/epd/amount.ts'
import { report } from '../../domain/epd/rules/table.ts'
import type { Finding } from '../../domain/finding.ts'
import { cutText } from '../cut-text.ts'
import { JsonNumber } from '../json-number.ts'
import type { Json } from '../json-object.ts'
import { numberAt, textAt } from './fields.ts'
import { lookAt } from './watch-json.ts'

const OURS = /^\d{1,9}(\.\d{1,9}){0,2}$/

/**
 * The version that the programme gives, else the number that the issuer raises with every change; none
 * where there is neither. What is no whole number is refused, `"2"` as well: as the first version it would
 * pass for what it is not, and stay it.
 */
export function readVersion(document: Json): {
  readonly version?: string
  readonly findings: readonly Finding[]
} {
  const ofProgramme = textAt(document, 'program_operator_version', OURS)
  if (ofProgramme !== undefined) return { version: ofProgramme, findings: [] }
  const stated = lookAt(document, 'version') ?? null
  if (stated === null) return { findings: [] }
  const literal = stated instanceof JsonNumber ? numberAt(document, 'version') : undefined
  const version = literal === undefined ? null : wholeNumber(literal)
  if (version !== null) return { version, findings: [] }
  return {
    findings: [
      report('EPD_DOCUMENT', {
        pointer: '/version',
        message: 'The version of an openEPD document is a whole number.',
        expected: '0 to 999999999 as a JSON number, raised with every change',
        actual: cutText(literal ?? JSON.stringify(stated), 40),
        remedy: 'Correct it, or state `program_operator_version`, which may be like 1.2.'
      })
    ]
  }
}

const FORMAT = '0.1'

/** Told, since another version of openEPD may mean something else by the same names. */
export function reviewFormatVersion(document: Json): Finding[] {
  const stated = lookAt(document, 'openepd_version') ?? null
  const text = stated instanceof JsonNumber ? stated.literal : stated
  if (text === null || text === FORMAT) return []
  return [
    report('EPD_DOCUMENT_UNCLEAR', {
      pointer: '/openepd_version',
      message: `The document is of another version of openEPD, and is read as one of ${FORMAT}.`,
      expected: FORMAT,
      actual: cutText(typeof text === 'string' ? text : JSON.stringify(text), 40),
      remedy: `Export it as openEPD ${FORMAT}, or check what was read of it.`
    })
  ]
}

/** JSON spells 3 as 3.0 and 3e0 as well. */
function wholeNumber(literal: string): string | null {
  const value = parseAmount(literal)?.value
  const digits = value?.d === 1n ? String(value.n) : ''
  return /^\d{1,9}$/.test(digits) ? digits : null
}
