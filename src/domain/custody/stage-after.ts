import type { Draw } from './draw.ts'
import type { Review } from './review.ts'
import { working } from './rules/r07-stages.ts'
import type { StageFacts } from './table.ts'
import { processScrap } from './transform-lineage.ts'

/**
 * The stage at which material is after an event. Storage, transport and trade leave it where it was,
 * as far as that is known; null where lots of several stages are mixed. Scrap of one's own process
 * stays that only by itself: mixed with other scrap it would make rework of all of it, and what others
 * left is pre-consumer material from then on.
 */
export function stageAfter(
  draws: readonly Draw[],
  stages: readonly StageFacts[],
  review: Review
): string | null {
  const last = working(stages).at(-1)
  if (last && last.order !== null) return last.id
  const scraps = new Set(draws.map((draw) => processScrap(draw, review)))
  if (scraps.has('foreign') || (scraps.has('own') && scraps.size > 1)) return null
  const [stage, ...others] = new Set(draws.flatMap(({ batch }) => batch.stage ?? []))
  return others.length > 0 ? null : (stage ?? null)
}
