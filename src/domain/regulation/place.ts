import { countryOf } from '../lineage/key.ts'
import type { DfarsClause } from './rule-set.ts'

/** How the clause looks upon a place. `nowhere`: the place is not known. */
export type Standing = 'covered' | 'review' | 'allowed' | 'nowhere'

/**
 * Judges an ISO 3166-1 or 3166-2 code. A subdivision counts as its country unless the clause's data
 * list it, or alias it to a code of its own (CN-TW is TW), so that Hong Kong is a matter for review
 * however it is written.
 */
export function placeStanding(place: string, clause: DfarsClause): Standing {
  if (place === '') return 'nowhere'
  const canonical = clause.placeAliases.codes[place] ?? place
  const country = countryOf(canonical)
  const review = clause.reviewPlaces.codes
  if (review.includes(canonical) || review.includes(country)) return 'review'
  return clause.coveredCountries.codes.includes(country) ? 'covered' : 'allowed'
}

/** The ISO 3166-1 country that the clause's data take a place to be in. */
export function countryFor(place: string, clause: DfarsClause): string {
  return countryOf(clause.placeAliases.codes[place] ?? place)
}
