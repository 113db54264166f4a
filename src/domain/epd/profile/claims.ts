import type { Epd } from '../epd.ts'
import { wordsOf } from '../search-terms.ts'
import type { Profile, ProfileTable } from './profile.ts'

/** A profile that a declaration is judged by, and whether it claims it by itself. */
export interface ChosenProfile {
  readonly profile: Profile
  readonly claimed: boolean
}

/** The profiles that the declaration claims, and those that somebody asks for, each once. */
export function chosenProfiles(
  epd: Epd,
  asked: readonly string[],
  profiles: ProfileTable
): readonly ChosenProfile[] {
  return [...profiles.values()].flatMap((profile) => {
    const claimed = claims(epd, profile)
    return claimed || asked.includes(profile.id) ? [{ profile, claimed }] : []
  })
}

/** By a standard that the document names, and by the method of its results where that decides. */
function claims(epd: Epd, profile: Profile): boolean {
  const named = new Set(epd.standards.map(spelling))
  const methods = [epd.methodSet, ...epd.results.map(({ method }) => method)]
  return profile.claims.some(
    ({ standard, method }) =>
      named.has(spelling(standard)) && (method === null || methods.includes(method))
  )
}

/** Who adopts a European standard puts a name before it: DIN EN, BS EN, NF EN, DS/EN. */
const ADOPTED = /^\s*(?:\p{Lu}[\p{L}]{1,5}[ -/])+(?=EN\b)/u
const EUROPEAN = /^\s*EN[ -/]+(?=ISO\b)/
const EDITION = /:\d{4}(?:-\d{2})?\b|\/AC\b/g

/**
 * A standard whatever edition is named and whoever adopted it: `DIN EN 15804:2012+A2:2019/AC:2021` is
 * EN 15804+A2. Which edition was in force is told by the day. Spaces, points and case do not count.
 */
function spelling(standard: string): string {
  const named = standard.replace(ADOPTED, '').replace(EUROPEAN, '').replace(EDITION, '')
  return wordsOf(named).join('')
}
