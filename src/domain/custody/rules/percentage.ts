import type { Rational } from '../../quantity/rational.ts'
import { formatDecimal, ratio } from '../../quantity/rational.ts'
import type { Content } from '../content.ts'

/** Elements of the content whose sum a range such as `RE` or `Nd+Pr` means. */
function meant(name: string, rareEarths: ReadonlySet<string>): readonly string[] {
  return name === 'RE' ? [...rareEarths] : name.split('+')
}

/**
 * Percent of the dry mass, not in lowest terms: one element, `Nd+Pr`, or `RE` for the sum of the
 * rare earths.
 */
export function percentage(
  content: Content,
  name: string,
  rareEarths: ReadonlySet<string>
): Rational {
  const ug = meant(name, rareEarths).reduce(
    (sum, symbol) => sum + (content.elements.get(symbol) ?? 0n),
    0n
  )
  return ratio(ug * 100n, content.massUg)
}

/** At most three places, for people to read. */
export function readable(value: Rational): string {
  return formatDecimal(value, 3).replace(/\.?0+$/, '')
}
