import { type Amount, parseAmount, TREO_KEY } from '../../chemistry/assay.ts'
import { compoundOf } from '../../chemistry/formula.ts'
import type { Finding } from '../../finding.ts'
import { childPointer } from '../../pointer.ts'
import { parseDecimal } from '../../quantity/rational.ts'
import type { Reference } from '../../reference.ts'
import type { Assay } from '../event.ts'
import { keyProblem } from './r04-keys.ts'
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
    ...reviewRepetition(assay, pointer, reference)
  ]
}

interface Section {
  readonly of: Assay['values']
  readonly unit: string
  readonly pointer: string
}

function reviewSection(section: Section, basis: Assay['basis'], reference: Reference): Finding[] {
  return Object.entries(section.of).flatMap(([key, text]) => {
    const pointer = childPointer(section.pointer, key)
    const problem = keyProblem(key, basis, reference.chemistry)
    const findings = problem ? [report('ASSAY_BASIS', { pointer, actual: key, ...problem })] : []
    const value = text === null ? null : valueFinding(text, section.unit, pointer, reference)
    return value ? [...findings, value] : findings
  })
}

function valueFinding(
  text: string,
  unit: string,
  pointer: string,
  reference: Reference
): Finding | null {
  const amount = parseAmount(text)
  if (amount === null || !inRange(amount, unit, reference)) {
    return report('ASSAY_VALUE', {
      pointer,
      message: 'The value is not a decimal from 0 to 100 %, and not a bound.',
      expected: 'a decimal such as 73.9, a bound such as <0.05, or null for not assayed',
      actual: text,
      remedy: 'Write digits and a point, in the unit of the assay; no exponent, no percent sign.'
    })
  }
  if (amount.kind === 'bound' || amount.value.n > 0n) return null
  return report('ASSAY_ZERO', {
    pointer,
    message: 'A measurement finds less than its limit, not nothing.',
    expected: 'a bound such as <0.01, or null',
    actual: text,
    remedy: 'State the reporting limit as a bound, or null when it was not assayed.'
  })
}

/** A unit that measures no fraction is reported as such; here its values pass. */
function inRange({ kind, value }: Amount, code: string, reference: Reference): boolean {
  if (value.n < 0n || (kind === 'bound' && value.n === 0n)) return false
  const unit = reference.units.get(code)
  const factor = unit?.quantity === 'fraction' ? parseDecimal(unit.factor ?? '') : null
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
  if (amount?.kind === 'stated' && inRange(amount, unit, reference)) return []
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

/** The same element under two keys, or in the values and again in the trace, would count twice. */
function reviewRepetition(assay: Assay, pointer: string, reference: Reference): Finding[] {
  const seen = new Map<string, string>()
  const findings: Finding[] = []
  const note = (name: string, key: string, at: string) => {
    const other = seen.get(name)
    if (other === undefined) seen.set(name, key)
    else findings.push(repeated(key, other, at))
  }
  for (const [key, text] of Object.entries(assay.values)) {
    if (text === null) continue
    for (const name of identities(key, assay.basis, reference)) {
      note(name, key, childPointer(`${pointer}/values`, key))
    }
  }
  const held = elementsIn(assay, reference)
  for (const [key, text] of Object.entries(assay.trace?.values ?? {})) {
    const other = held.get(key)
    if (text === null || other === undefined) continue
    findings.push(repeated(key, other, childPointer(`${pointer}/trace/values`, key)))
  }
  return findings
}

/** What a key may stand for only once: a rare earth as one oxide, a compound as one formula. */
function identities(key: string, basis: Assay['basis'], reference: Reference): string[] {
  const atoms = compoundOf(key, reference.chemistry)?.atoms ?? new Map<string, number>()
  const composition = [...atoms].map(([symbol, count]) => `${symbol}${count}`).sort()
  if (basis !== 'oxide' && basis !== 'TREO')
    return composition.length ? [composition.join(' ')] : []
  const rareEarths = [...atoms.keys()].filter((each) => reference.chemistry.rareEarths.has(each))
  return rareEarths.length > 0 ? rareEarths : [composition.join(' ') || key]
}

function elementsIn(assay: Assay, reference: Reference): ReadonlyMap<string, string> {
  const held = new Map<string, string>()
  const asOxides = assay.basis === 'oxide' || assay.basis === 'TREO'
  for (const [key, text] of Object.entries(assay.values)) {
    if (text === null) continue
    for (const symbol of compoundOf(key, reference.chemistry)?.atoms.keys() ?? []) {
      if (!(asOxides && symbol === 'O')) held.set(symbol, key)
    }
  }
  return held
}

function repeated(key: string, other: string, pointer: string): Finding {
  return report('ASSAY_DUPLICATE', {
    pointer,
    message: `${key} is counted in ${other} already.`,
    expected: 'each element once',
    actual: `${other} and ${key}`,
    remedy: 'Keep one of the two, or state null for the other.'
  })
}
