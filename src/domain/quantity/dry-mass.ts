import type { Mass } from '../custody/event.ts'
import { report } from '../custody/rules/table.ts'
import type { Finding } from '../finding.ts'
import { exactMicrograms, formatKg, MAX_MASS_UG } from './mass.ts'
import { dryFraction } from './moisture.ts'
import {
  formatDecimal,
  multiplyUnreduced,
  parseDecimal,
  type Rational,
  roundHalfEven,
  ZERO
} from './rational.ts'
import { suggestUnits, type UnitTable } from './unit.ts'

/** A stated mass as the books keep it: dry, in whole micrograms; null when a finding forbids it. */
export interface DryMass {
  readonly ug: bigint | null
  /** The same before it was rounded; not in lowest terms. What is computed from it is rounded once, too. */
  readonly exact: Rational
  readonly findings: readonly Finding[]
}

/**
 * The dry mass of what a document states (custody.md R4 and R6): Rec 20 units only, wet or dry
 * said, wet mass with its moisture. Rounded once, half to even; what is finer than a microgram is
 * rounded and reported, never refused.
 *
 * @param pointer RFC 6901 pointer of the mass in the document.
 */
export function dryMass(mass: Mass, pointer: string, units: UnitTable): DryMass {
  const findings: Finding[] = []
  const stated = statedMass(mass, pointer, units, findings)
  const dryShare = dryFraction(mass, pointer, findings)
  if (stated === null || dryShare === null) return { ug: null, exact: ZERO, findings }

  const exact = multiplyUnreduced(stated, dryShare)
  const ug = roundHalfEven(exact)
  if (ug > MAX_MASS_UG) {
    findings.push(
      report('MASS_RANGE', {
        pointer,
        message: 'The mass is larger than one account can hold.',
        expected: `at most ${formatKg(MAX_MASS_UG)} kg`,
        actual: `${formatKg(ug)} kg`,
        remedy: 'Check the unit, or state the material as several batches.'
      })
    )
    return { ug: null, exact, findings }
  }
  if (ug === 0n) {
    findings.push(
      report('MASS_ZERO', {
        pointer,
        message: 'The dry mass is zero to the microgram.',
        expected: 'more than 0',
        actual: `${mass.value} ${mass.unit}`,
        remedy: 'State the mass of the material, or leave the line out.'
      })
    )
    return { ug: null, exact, findings }
  }
  if (stated.d !== 1n) findings.push(precisionNote(mass, pointer, stated))
  return { ug, exact, findings }
}

function statedMass(
  mass: Mass,
  pointer: string,
  units: UnitTable,
  findings: Finding[]
): Rational | null {
  const unit = reviewMassUnit(mass.unit, `${pointer}/unit`, units)
  if (unit !== null) findings.push(unit)
  const value = parseDecimal(mass.value)
  if (value === null) {
    findings.push(
      report('MASS_INVALID', {
        pointer: `${pointer}/value`,
        message: 'The mass is not a decimal number.',
        expected: 'a decimal such as 1250.5, at most 40 digits',
        actual: mass.value,
        remedy: 'Write digits and a point; no exponent, no separators, no sign.'
      })
    )
    return null
  }
  if (value.n < 0n) {
    findings.push(
      report('MASS_NEGATIVE', {
        pointer: `${pointer}/value`,
        message: 'A mass cannot be negative.',
        expected: 'more than 0',
        actual: mass.value,
        remedy: 'To take material out of an account record an adjust event that decreases it.'
      })
    )
    return null
  }
  return unit === null ? exactMicrograms(mass.value, mass.unit, units) : null
}

/** What is wrong with a unit that a mass is stated in; `at` is where it stands. */
export function reviewMassUnit(code: string, at: string, units: UnitTable): Finding | null {
  const unit = units.get(code)
  if (unit === undefined) {
    const meant = suggestUnits(code, 'mass', units).map((each) => `${each.code} (${each.name})`)
    return report('UNIT_UNKNOWN', {
      pointer: at,
      message: `${code} is not a UN/ECE Rec 20 unit of mass.`,
      expected: meant.length > 0 ? meant.join(', ') : 'KGM, TNE, GRM or another Rec 20 code',
      actual: code,
      remedy:
        meant.length > 1
          ? `Say which you mean: ${meant.join(', ')}.`
          : `Use the Rec 20 code${meant.length === 1 ? ` ${meant[0]}` : ', for instance KGM for kilogram'}.`
    })
  }
  if (unit.quantity !== 'mass') {
    return report('UNIT_NOT_MASS', {
      pointer: at,
      message: `${code} (${unit.name}) does not measure mass.`,
      expected: 'KGM, TNE, GRM or another Rec 20 unit of mass',
      actual: code,
      remedy: 'State the net mass; a number of pieces belongs in `count`.'
    })
  }
  if (unit.factor === null) {
    return report('UNIT_NOT_CONVERTIBLE', {
      pointer: at,
      message: `${code} (${unit.name}) is not a net mass.`,
      expected: 'KGM, TNE, GRM or another convertible unit of mass',
      actual: code,
      remedy: unit.refusal ?? 'State the net mass.'
    })
  }
  return null
}

function precisionNote(mass: Mass, pointer: string, stated: Rational): Finding {
  return report('MASS_PRECISION', {
    pointer: `${pointer}/value`,
    message: 'The mass is finer than the microgram that the books count, and was rounded.',
    expected: 'whole micrograms',
    actual: `${mass.value} ${mass.unit} = ${formatDecimal(stated, 6)} micrograms`,
    remedy:
      'Nothing need be done; state masses in whole micrograms, or in a unit that the scale has.'
  })
}
