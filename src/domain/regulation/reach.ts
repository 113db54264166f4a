import type { Entry } from '../custody/event.ts'
import type { ProductFacts, StageTable } from '../custody/table.ts'

/**
 * Order of the last stage that a batch without recorded inputs has behind it: the last that makes
 * its kind of product, or, for what no stage makes (iron, ferroboron), all before the last that
 * takes it. Null for scrap, which has a whole life behind it.
 */
export function reachOf(
  entry: Entry,
  product: ProductFacts | undefined,
  stages: StageTable
): number | null {
  if (entry === 'post_consumer_scrap' || entry === 'pre_consumer_scrap') return null
  const orders = (ids: readonly string[]) => ids.flatMap((id) => stages.get(id)?.order ?? [])
  const made = orders(product?.producedBy ?? [])
  if (made.length > 0) return Math.max(...made)
  const taken = orders(product?.consumedBy ?? [])
  return taken.length > 0 ? Math.max(...taken) - 1 : null
}
