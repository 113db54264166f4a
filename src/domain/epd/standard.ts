import { wordsOf } from './words.ts'

/** Who adopts a European standard puts a name before it: DIN EN, BS EN, NF EN, DS/EN. */
const ADOPTED = /^\s*(?:\p{Lu}[\p{L}]{1,5}[ -/])+(?=EN\b)/u
const EUROPEAN = /^\s*EN[ -/]+(?=ISO\b)/
const EDITION = /:\d{4}(?:-\d{2})?\b|\/AC\b/g

/**
 * A standard whatever edition is named and whoever adopted it: `DIN EN 15804:2012+A2:2019/AC:2021` is
 * EN 15804+A2. Which edition was in force is told by the day. Spaces, points and case do not count.
 */
export function standardNamed(standard: string): string {
  const named = standard.replace(ADOPTED, '').replace(EUROPEAN, '').replace(EDITION, '')
  return wordsOf(named).join('')
}
