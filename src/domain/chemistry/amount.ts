import { parseDecimalUnreduced, type Rational } from '../quantity/rational.ts'

/** The key under which the uncertainty of `treo` is stated. */
export const TREO_KEY = 'treo'

/** One value of an assay: the limit of a bound, or the number of a measurement. */
export interface Amount {
  readonly kind: 'stated' | 'bound'
  /** In the unit of the assay; not in lowest terms. */
  readonly value: Rational
}

/** Reads `12.5` or `<0.05`; null when it is neither. */
export function parseAmount(text: string): Amount | null {
  const bound = text.startsWith('<')
  const value = parseDecimalUnreduced(bound ? text.slice(1) : text)
  return value === null ? null : { kind: bound ? 'bound' : 'stated', value }
}
