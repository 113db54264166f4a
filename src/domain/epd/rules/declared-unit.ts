import type { Finding } from '../../finding.ts'
import {
  compare,
  divide,
  formatDecimal,
  ONE,
  parseDecimal,
  subtract,
  ZERO
} from '../../quantity/rational.ts'
import { suggestUnits, type UnitTable } from '../../quantity/unit.ts'
import { declaredMassKg, massKg } from '../declared-mass.ts'
import type { DeclaredUnit, Quantity } from '../product.ts'
import type { EpdReview, EpdRule } from '../review.ts'
import { report } from './table.ts'

/** E8: a Rec 20 unit that the books can turn into kilograms, since batches are counted in mass. */
export const reviewDeclaredUnit: EpdRule = ({ epd, reference }) => {
  const { declaredUnit } = epd
  const { units } = reference
  const findings = [
    ...reviewQuantity('/declaredUnit', declaredUnit, units),
    ...(declaredUnit.mass ? reviewQuantity('/declaredUnit/mass', declaredUnit.mass, units) : [])
  ]
  if (findings.length > 0) return findings
  if (!declaredMassKg(declaredUnit, units)) return [notMass(declaredUnit)]
  return reviewAgreement(declaredUnit, units, reference.epd.rules.massAgreement.tolerance)
}

/** A positive amount of a unit of the table; the codes that the writer may have meant are named. */
export function reviewQuantity(
  pointer: string,
  { value, unit }: Quantity,
  units: UnitTable
): Finding[] {
  const findings: Finding[] = []
  const number = parseDecimal(value)
  if (!number || compare(number, ZERO) <= 0) {
    findings.push(
      report('EPD_QUANTITY', {
        pointer: `${pointer}/value`,
        message: 'The quantity must be more than zero.',
        expected: 'a decimal above 0',
        actual: value
      })
    )
  }
  if (!units.has(unit)) {
    const meant = suggestUnits(unit, 'mass', units).map(({ code }) => code)
    findings.push(
      report('EPD_UNIT_UNKNOWN', {
        pointer: `${pointer}/unit`,
        message: `${unit} is not a UN/ECE Rec 20 code that the registry knows.`,
        expected: meant.length > 0 ? meant.join(', ') : 'KGM, TNE, MTQ, C62 …',
        actual: unit
      })
    )
  }
  return findings
}

function notMass({ value, unit }: DeclaredUnit): Finding {
  return report('EPD_DECLARED_UNIT', {
    pointer: '/declaredUnit',
    message: 'The declared unit cannot be converted to mass.',
    expected: 'a unit of mass, or `mass`, or for a volume a density in kg/m3',
    actual: `${value} ${unit}`,
    remedy: 'Add `mass`: what one declared unit weighs.'
  })
}

function reviewAgreement(
  declaredUnit: DeclaredUnit,
  units: UnitTable,
  tolerance: EpdReview['reference']['epd']['rules']['massAgreement']['tolerance']
): Finding[] {
  const own = massKg(declaredUnit, units)
  const beside = declaredUnit.mass && massKg(declaredUnit.mass, units)
  if (declaredUnit.mass && !beside) return [notMass(declaredUnit)]
  if (!own || !beside) return []
  const difference = subtract(divide(beside, own), ONE)
  const distance = difference.n < 0n ? { n: -difference.n, d: difference.d } : difference
  if (compare(distance, parseDecimal(tolerance) ?? ZERO) <= 0) return []
  return [
    report('EPD_MASS_MISMATCH', {
      pointer: '/declaredUnit/mass',
      message: 'The stated mass is not the mass of the declared unit.',
      expected: `${formatDecimal(own, 6)} kg`,
      actual: `${formatDecimal(beside, 6)} kg`,
      remedy: 'Leave `mass` out where the unit is one of mass.'
    })
  ]
}
