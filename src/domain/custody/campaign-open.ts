import { UNKNOWN_LINEAGE } from '../lineage/derive.ts'
import type { LineageInput } from '../lineage/weigh-inputs.ts'
import type { BatchState } from './books.ts'
import type { ElementMasses } from './campaign.ts'
import { lifeBalance } from './campaign-flow.ts'
import { leftOpen } from './content.ts'
import type { Draw } from './draw.ts'
import type { Review } from './review.ts'
import type { Balance } from './rules/r03-balance.ts'
import { balanceOf } from './rules/r03-balance.ts'

/**
 * What lies in a campaign beyond what its books state: feeds that are silent about an element, or only
 * bound it, may have brought it beside those that state it. It comes out as it would of a transform, after
 * what is stated and no more than was left open; whose of the feeds it is, nobody can tell once they are mixed.
 */
export function besidePools(draws: readonly Draw[], review: Review): LineageInput[] {
  return draws.flatMap(({ batch }) => {
    const { pool } = batch
    // The inventory at a closing is content as its own assay states it, whatever was fed before.
    if (!pool || pool.closed) return []
    const life = { balance: lifeBalance(pool), counted: pool.counted }
    return [
      {
        lineage: UNKNOWN_LINEAGE,
        massUg: 0n,
        elements: new Map(),
        leftOpen: (element) => openBeside(batch, element, life, review),
        scrap: 'none'
      } as const
    ]
  })
}

/** Where the pool itself is silent, or only bounds the element, it stands for what its feeds leave open. */
function openBeside(
  batch: BatchState,
  element: string,
  life: { readonly balance: Balance; readonly counted: ElementMasses },
  { reference }: Review
): bigint {
  const rareEarth = reference.chemistry.rareEarths.has(element)
  const stated = batch.elements.has(element)
  if (!stated && leftOpen(batch, element, rareEarth) > 0n) return 0n
  const { inUg, outUg, silentUg, boundedUg } = balanceOf(element, life.balance, rareEarth)
  const openUg = silentUg + boundedUg
  // What came out before beyond what was stated, less what was gained, was of it.
  const goneUg = outUg - inUg - (life.counted.get(element) ?? 0n)
  const leftUg = goneUg > 0n ? openUg - goneUg : openUg
  return leftUg > 0n ? leftUg : 0n
}
