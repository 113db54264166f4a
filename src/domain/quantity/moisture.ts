import type { Mass } from '../custody/event.ts'
import { report } from '../custody/rules/table.ts'
import type { Finding } from '../finding.ts'
import { compare, ONE, parseDecimal, type Rational, rational, subtract } from './rational.ts'

/**
 * R4: the dry part of a stated mass, from 0 to 1; null when it cannot be known. Moisture is percent
 * of the wet mass.
 */
export function dryFraction(mass: Mass, pointer: string, findings: Finding[]): Rational | null {
  if (mass.basis === undefined) {
    findings.push(
      report('BASIS_MISSING', {
        pointer,
        message: 'The mass does not say whether it is wet or dry.',
        expected: '`basis` dry or wet',
        actual: 'no basis',
        remedy: 'Add `"basis": "dry"`, or `"basis": "wet"` with `moisturePct`.'
      })
    )
    return null
  }
  if (mass.moisturePct === undefined) {
    if (mass.basis === 'dry') return ONE
    findings.push(
      report('MOISTURE_MISSING', {
        pointer,
        message: 'A wet mass needs its moisture.',
        expected: '`moisturePct`, percent of the wet mass',
        actual: 'no moisture',
        remedy: 'Add `moisturePct`, or state the dry mass.'
      })
    )
    return null
  }
  const moisture = parseDecimal(mass.moisturePct)
  if (moisture === null || moisture.n < 0n || compare(moisture, rational(100n)) >= 0) {
    findings.push(
      report('MOISTURE_RANGE', {
        pointer: `${pointer}/moisturePct`,
        message: 'The moisture is out of range.',
        expected: 'a decimal from 0 to below 100',
        actual: mass.moisturePct,
        remedy: 'State the moisture as percent of the wet mass.'
      })
    )
    return null
  }
  if (mass.basis === 'wet') return subtract(ONE, rational(moisture.n, moisture.d * 100n))
  if (moisture.n > 0n) findings.push(unusedMoisture(mass.moisturePct, pointer))
  return ONE
}

function unusedMoisture(moisturePct: string, pointer: string): Finding {
  return report('MOISTURE_UNUSED', {
    pointer: `${pointer}/moisturePct`,
    message: 'The mass is stated as dry, so the moisture was not taken off.',
    actual: moisturePct,
    remedy: 'If the mass includes water, say `"basis": "wet"`.'
  })
}
