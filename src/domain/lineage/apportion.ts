import { sumMass } from '../quantity/mass.ts'
import { WHOLE } from './share.ts'

/**
 * Masses as parts of WHOLE, in their order: each rounded down, a positive one getting at least one
 * part, what is left over or missing taken up by the largest (the first of equals), so that they
 * add up to exactly WHOLE. All zero where there is no mass. Masses must not be negative.
 */
export function apportionMasses(masses: readonly bigint[]): readonly number[] {
  const total = sumMass(masses)
  if (total === 0n) return masses.map(() => 0)
  const parts = masses.map((mass) => {
    if (mass === 0n) return 0
    const floor = Number((mass * BigInt(WHOLE)) / total)
    return floor === 0 ? 1 : floor
  })
  const largest = masses.reduce(
    (best, mass, index) => (mass > (masses[best] ?? 0n) ? index : best),
    0
  )
  const rest = WHOLE - parts.reduce((sum, part) => sum + part, 0)
  return parts.map((part, index) => (index === largest ? part + rest : part))
}
