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
import { parseAmount } from '../amount.ts'
import { declaredMassKg, massKg, weighingProperties } from '../declared-mass.ts'
import type { Epd } from '../epd.ts'
import { type Quantity, UNSTATED } from '../product.ts'
import { unitsOfProperty } from '../property-unit.ts'
import type { EpdReview, EpdRule } from '../review.ts'
import { report } from './table.ts'

/** E8: a Rec 20 unit that the books can turn into kilograms, since batches are counted in mass. */
export const reviewDeclaredUnit: EpdRule = ({ epd, reference }) => {
  const { declaredUnit } = epd
  const { units } = reference
  if ([declaredUnit.unit, declaredUnit.value].includes(UNSTATED)) return [unstated()]
  const findings = [
    ...reviewQuantity('/declaredUnit', declaredUnit, units),
    ...(declaredUnit.mass ? reviewQuantity('/declaredUnit/mass', declaredUnit.mass, units) : [])
  ]
  if (findings.length > 0) return findings
  if (!declaredMassKg(declaredUnit, reference)) return [notMass(epd, reference)]
  return reviewAgreement(epd, reference)
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
        actual: value,
        remedy: 'State how much the figures are for, such as 1.'
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
        actual: unit,
        remedy: 'Write the code of the unit: KGM for kilograms, TNE for tonnes.'
      })
    )
  }
  return findings
}

/** An ILCD process data set without its product flow, which lies beside it. */
function unstated(): Finding {
  return report('EPD_UNIT_UNSTATED', {
    pointer: '/declaredUnit',
    message: 'The document does not say what its figures are for.',
    expected: 'a quantity with a unit; in ILCD the flow data set of the product',
    remedy: 'Send the data sets together, as a zip: figures without a unit cover no batch.'
  })
}

/** Batches are counted in mass; a declaration that can cover none is only told so. */
function notMass({ declaredUnit, product }: Epd, reference: EpdReview['reference']): Finding {
  // A number that cannot be read is told where it stands; here only units are meant.
  const stated = (declaredUnit.mass ? [] : weighingProperties(declaredUnit, reference)).filter(
    ({ value }) => parseAmount(value)
  )
  const known = reference.epd.rules.properties.units
  const read = stated.flatMap(({ property }) => unitsOfProperty(property, known))
  const said = stated.map(({ property, value, unit }) => `${property} ${value} ${unit}`.trim())
  const unread = read.length === 0 ? '' : `: what it weighs is stated in a unit that is not known`
  const finding = report('EPD_DECLARED_UNIT', {
    pointer: '/declaredUnit',
    message: `The declared unit cannot be converted to mass${unread}.`,
    expected:
      read.length > 0
        ? [...new Set(read)].join(', ')
        : 'a unit of mass, or `mass`, or the density of the volume, area or length',
    actual: [`${declaredUnit.value} ${declaredUnit.unit}`, ...said].join(', '),
    remedy: 'Add `mass`: what one declared unit weighs.'
  })
  return product.class === UNSTATED ? { ...finding, severity: 'warning' } : finding
}

function reviewAgreement(epd: Epd, reference: EpdReview['reference']): Finding[] {
  const { declaredUnit } = epd
  const { units } = reference
  const { tolerance } = reference.epd.rules.massAgreement
  const own = massKg(declaredUnit, units)
  const beside = declaredUnit.mass && massKg(declaredUnit.mass, units)
  if (declaredUnit.mass && !beside) return [notMass(epd, reference)]
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
