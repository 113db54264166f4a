import { WHOLE } from '../lineage/share.ts'
import type { Reason } from './judgement.ts'
import { countryFor, placeStanding } from './place.ts'
import type { DfarsClause } from './rule-set.ts'

/**
 * 252.225-7052(b)(1): an end item manufactured in a covered country is restricted wherever its
 * magnet comes from. A country that is not declared is not judged.
 */
export function endItemReasons(endItemCountry: string | undefined, clause: DfarsClause): Reason[] {
  if (endItemCountry === undefined) return []
  const standing = placeStanding(endItemCountry, clause)
  if (standing !== 'covered' && standing !== 'review') return []
  return [
    {
      kind: standing === 'covered' ? 'end_item_country' : 'review_place',
      element: '*',
      step: 'end_item',
      country: countryFor(endItemCountry, clause),
      parts: WHOLE
    }
  ]
}
