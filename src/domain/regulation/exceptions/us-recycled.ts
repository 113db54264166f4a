import { parseStepKey } from '../../lineage/key.ts'
import type { Touches } from '../../lineage/share.ts'
import { WHOLE } from '../../lineage/share.ts'
import type { Dossier } from '../dossier.ts'
import { countryFor } from '../place.ts'
import { THE_MAGNET, touchesOf } from '../requirement.ts'
import type { DfarsClause, UsRecycledRule } from '../rule-set.ts'
import type { ConsideredException, ExceptionContext } from './exception.ts'
import { considered } from './exception.ts'

/** How well the books show that a step took place in the country. */
type Shown = 'shown' | 'only_told' | 'not_shown'

/**
 * 252.225-7052(c)(1)(iv): an NdFeB magnet made from recycled material that was milled and sintered
 * in the United States. Both must be evidenced there, wholly. The clause names no least part of
 * recycled material, so a feed that is only partly recycled is for a person to decide.
 */
export function considerUsRecycled(
  rule: UsRecycledRule,
  { dossier, clause, discounted }: ExceptionContext
): ConsideredException {
  const say = (outcome: ConsideredException['outcome'], why: string) =>
    considered(rule, outcome, 'books', `${rule.text}: ${why}`)
  const elements = namedElements(dossier, clause)
  const recycled = elements.map((element) => recycledParts(dossier, element, rule))
  if (dossier.material !== rule.material) return say('not_claimed', `not a ${rule.material} magnet`)
  if (recycled.every((parts) => parts === 0)) return say('not_claimed', 'the feed is not recycled')
  if (discounted) return say('not_met', `nothing is evidenced (${discounted})`)

  const shown = elements.flatMap((element, index) => {
    const allowed = WHOLE - (recycled[index] ?? 0)
    const milling = touchesOf(dossier.steps, element, rule.millingStep)
    const sintering = touchesOf(dossier.steps, element, rule.sinteringStep)
    return [
      shownIn(rule.country, milling, allowed, clause),
      shownIn(rule.country, sintering, 0, clause)
    ]
  })
  if (shown.includes('not_shown')) {
    return say('not_met', `milling and sintering in ${rule.country} are not both evidenced`)
  }
  if (shown.includes('only_told')) return say('review', 'milling or sintering is only declared')
  if (recycled.some((parts) => parts < WHOLE)) return say('review', 'the feed is partly recycled')
  return say('applies', `milled and sintered in ${rule.country}, wholly from recycled material`)
}

function namedElements(dossier: Dossier, clause: DfarsClause): readonly string[] {
  return clause.materials.find(({ id }) => id === dossier.material)?.namedElements ?? []
}

function recycledParts(dossier: Dossier, element: string, rule: UsRecycledRule): number {
  const feed = dossier.feed.get(element) ?? dossier.feed.get(THE_MAGNET) ?? []
  return feed
    .filter((part) => rule.feedClasses.includes(part.key))
    .reduce((sum, part) => sum + part.parts, 0)
}

/** Every known execution lies in the country, and at most `allowed` parts have none. */
function shownIn(country: string, touches: Touches, allowed: number, clause: DfarsClause): Shown {
  const executions = touches.parts.map((part) => parseStepKey(part.key))
  const elsewhere = executions.some(({ place }) => countryFor(place, clause) !== country)
  if (elsewhere || touches.none > allowed) return 'not_shown'
  return executions.some(({ level }) => level === 'declared') ? 'only_told' : 'shown'
}
