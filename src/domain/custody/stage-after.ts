import type { Draw } from './draw.ts'
import type { Review } from './review.ts'
import type { StageFacts } from './table.ts'
import { processScrap } from './transform-lineage.ts'

/**
 * The stage at which material is after an event. Storage, transport and trade leave it where it was;
 * null where lots of several stages are mixed. What is left of the process of others is from then on
 * pre-consumer material like any other, and no rework of whoever stored it.
 */
export function stageAfter(
  draws: readonly Draw[],
  stages: readonly StageFacts[],
  review: Review
): string | null {
  const last = stages.at(-1)
  if (last && last.order !== null) return last.id
  const [stage, ...others] = new Set(draws.map(({ batch }) => batch.stage))
  const taken = draws.some((draw) => processScrap(draw, review) === 'foreign')
  return others.length > 0 || taken ? null : (stage ?? null)
}
