import { type Amount, parseAmount, TREO_KEY } from '../../chemistry/amount.ts'
import type { Finding } from '../../finding.ts'
import { childPointer } from '../../pointer.ts'
import { parseDecimal, parseDecimalUnreduced } from '../../quantity/rational.ts'
import type { Reference } from '../../reference.ts'
import type { Assay } from '../event.ts'
import { keyProblem } from './r04-keys.ts'
import { reviewRepetition } from './r04-repetition.ts'
import { report } from './table.ts'

interface Subject {
  readonly assay: Assay
  readonly pointer: string
}

/** R4 line by line: each key fits the basis, each value is a number from 0 to 100 % or a bound. */
export function reviewLines({ assay, pointer }: Subject, reference: Reference): Finding[] {
  const values = { of: assay.values, unit: assay.unit, pointer: `${pointer}/values` }
  const trace = assay.trace && {
    of: assay.trace.values,
    unit: assay.trace.unit,
    pointer: `${pointer}/trace/values`
  }
  return [
    ...reviewSection(values, assay.basis, reference),
    ...(trace ? reviewSection(trace, 'element', reference) : []),
    ...reviewTreo(assay, pointer, reference),
    ...reviewUncertainty(assay, pointer),
    ...reviewRepetition(assay, pointer, reference.chemistry)
  ]
}

interface Section {
  readonly of: Assay['values']
  readonly unit: string
  readonly pointer: string
}

function reviewSection(section: Section, basis: Assay['basis'], reference: Reference): Finding[] {
  const findings: Finding[] = []
  for (const [key, text] of Object.entries(section.of)) {
    const problem = keyProblem(key, basis, reference.chemistry)
    if (problem) {
      const pointer = childPointer(section.pointer, key)
      findings.push(report('ASSAY_BASIS', { pointer, actual: key, ...problem }))
    }
    const value = text === null ? null : valueFinding(section, key, text, reference)
    if (value) findings.push(value)
  }
  return findings
}

function valueFinding(
  section: Section,
  key: string,
  text: string,
  reference: Reference
): Finding | null {
  const amount = parseAmount(text)
  if (amount === null || !inRange(amount, section.unit, reference)) {
    return report('ASSAY_VALUE', {
      pointer: childPointer(section.pointer, key),
      message: 'The value is not a decimal from 0 to 100 %, and not a bound.',
      expected: 'a decimal such as 73.9, a bound such as <0.05, or null for not assayed',
      actual: text,
      remedy: 'Write digits and a point, in the unit of the assay; no exponent, no percent sign.'
    })
  }
  if (amount.kind === 'bound' || amount.value.n > 0n) return null
  return report('ASSAY_ZERO', {
    pointer: childPointer(section.pointer, key),
    message: `The assay says that there is no ${key} at all: a measurement finds less than its limit, not nothing.`,
    expected: 'a bound such as <0.05; nothing where it was not assayed',
    actual: text,
    remedy:
      'State the limit of the laboratory as a bound such as <0.05. Leave the value out where it was not assayed, or where a complete assay has none of it.'
  })
}

/** A unit that measures no fraction is reported as such; here its values pass. */
function inRange({ kind, value }: Amount, code: string, reference: Reference): boolean {
  if (value.n < 0n || (kind === 'bound' && value.n === 0n)) return false
  const unit = reference.units.get(code)
  const factor = unit?.quantity === 'fraction' ? parseDecimalUnreduced(unit.factor ?? '') : null
  return factor === null || value.n * factor.n <= value.d * factor.d
}

function reviewTreo({ basis, treo, unit }: Assay, pointer: string, reference: Reference) {
  if (treo === undefined) {
    if (basis !== 'TREO') return []
    return [
      report('ASSAY_TREO_MISSING', {
        pointer,
        message: 'The values are parts of TREO, but TREO itself is not stated.',
        expected: '`treo`, in the unit of the assay',
        actual: 'no `treo`',
        remedy: 'Add `treo`, or state the oxides as parts of the dry mass with basis oxide.'
      })
    ]
  }
  const amount = parseAmount(treo)
  if (amount?.kind === 'stated' && inRange(amount, unit, reference)) {
    return amount.value.n > 0n ? [] : [noTreo(basis, treo, pointer)]
  }
  return [
    report('ASSAY_VALUE', {
      pointer: `${pointer}/treo`,
      message: 'TREO is not a decimal from 0 to 100 %.',
      expected: 'a decimal such as 58.4',
      actual: treo,
      remedy: 'Write digits and a point, in the unit of the assay.'
    })
  ]
}

function noTreo(basis: Assay['basis'], treo: string, pointer: string): Finding {
  const oxides = 'as a bound such as <0.05, or left out where it was not assayed.'
  return report('ASSAY_ZERO', {
    pointer: `${pointer}/treo`,
    message:
      'The assay says that there are no rare earths at all: a measurement finds less than its limit, not nothing.',
    expected: 'what was measured, or no `treo`',
    actual: treo,
    remedy:
      basis === 'TREO'
        ? `State the oxides as parts of the dry mass with basis oxide, each ${oxides}`
        : `Leave \`treo\` out; state each oxide ${oxides}`
  })
}

function reviewUncertainty({ uncertainty, values, treo }: Assay, pointer: string): Finding[] {
  return Object.entries(uncertainty ?? {}).flatMap(([key, text]) => {
    const known = Object.hasOwn(values, key) || (key === TREO_KEY && treo !== undefined)
    const amount = parseDecimal(text)
    if (known && amount !== null && amount.n >= 0n) return []
    return [
      report('ASSAY_UNCERTAINTY', {
        pointer: childPointer(`${pointer}/uncertainty`, key),
        message: known
          ? 'The uncertainty is not a decimal from 0 up.'
          : `The uncertainty of ${key} belongs to no value of the assay.`,
        expected: known ? 'a decimal such as 0.3' : 'a key of `values`, or treo',
        actual: known ? text : key,
        remedy: 'State the expanded uncertainty (k=2) of a listed value, in the unit of the assay.'
      })
    ]
  })
}
