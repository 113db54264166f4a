import { wordsOf } from './words.ts'

/** Who adopts a European standard puts a name before it: DIN EN, BS EN, NF EN, DS/EN. */
const ADOPTED = /^\s*(?:\p{Lu}[\p{L}]{1,5}[ -/])+(?=EN\b)/u
const EUROPEAN = /^\s*EN[ -/]+(?=ISO\b)/
const EDITION = /:\d{4}(?:-\d{2})?\b|[/+]\s*AC\b/g
/** How the identifier lists of InData tell two sets of factors of one standard apart: `(EF 3.1)`. */
const FACTORS = /\(\s*EF\s*(\d\.\d)\s*\)/

/**
 * A standard whatever edition is named and whoever adopted it: `DIN EN 15804:2012+A2:2019/AC:2021` is
 * EN 15804+A2, and so is `EN 15804+A2 (EF 3.1)`. Which edition was in force is told by the day. Spaces,
 * points and case do not count.
 */
export function standardNamed(standard: string): string {
  const named = standard
    .replace(ADOPTED, '')
    .replace(EUROPEAN, '')
    .replace(FACTORS, '')
    .replace(EDITION, '')
  return wordsOf(named).join('')
}

/** The method that stands in the name of a standard, as in `EN 15804+A2 (EF 3.1)`; null where none does. */
export function methodInName(standard: string): string | null {
  const [, version] = FACTORS.exec(standard) ?? []
  return version === undefined ? null : `EF ${version}`
}
