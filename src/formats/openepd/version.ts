import { parseAmount } from '../../domain/epd/amount.ts'
import { report } from '../../domain/epd/rules/table.ts'
import type { Finding } from '../../domain/finding.ts'
import type { Json } from '../json-object.ts'
import { numberAt, textAt } from './fields.ts'

const OURS = /^\d{1,9}(\.\d{1,9}){0,2}$/

/**
 * The version that the programme gives, else the number that the issuer raises with every change; none
 * where there is neither. Another number is refused: as the first version it would pass for what it is
 * not, and stay it.
 */
export function readVersion(document: Json): {
  readonly version?: string
  readonly findings: readonly Finding[]
} {
  const ofProgramme = textAt(document, 'program_operator_version', OURS)
  if (ofProgramme !== undefined) return { version: ofProgramme, findings: [] }
  const literal = numberAt(document, 'version')
  if (literal === undefined) return { findings: [] }
  const version = wholeNumber(literal)
  if (version !== null) return { version, findings: [] }
  return {
    findings: [
      report('EPD_DOCUMENT', {
        pointer: '/version',
        message: 'The version of an openEPD document is a whole number.',
        expected: '0 to 999999999, raised with every change',
        actual: literal.slice(0, 40),
        remedy: 'Correct it, or state `program_operator_version`, which may be like 1.2.'
      })
    ]
  }
}

/** JSON spells 3 as 3.0 and 3e0 as well. */
function wholeNumber(literal: string): string | null {
  const value = parseAmount(literal)?.value
  const digits = value?.d === 1n ? String(value.n) : ''
  return /^\d{1,9}$/.test(digits) ? digits : null
}
