import { coverageMismatches } from '../../domain/epd/coverage.ts'
import { usableVersion } from '../../domain/epd/usable-version.ts'
import type { FootprintGap } from '../../domain/lineage/footprint-unknown.ts'
import type { StoredBatch } from '../../storage/batches/batches.ts'
import type { Queryable } from '../../storage/database.ts'
import type { CampaignLink } from '../../storage/epds/campaign-epds.ts'
import { linksOfBatches } from '../../storage/epds/campaign-epds.ts'
import type { EpdStanding } from '../../storage/epds/usable-epds.ts'
import { knownEpds } from '../bookkeeper/load-epds.ts'

/** The declaration that covers a batch, or why none does. */
export type Covering =
  | {
      readonly epd: string
      readonly by: 'batch' | 'campaign'
      readonly campaign: string | null
      readonly version: EpdStanding
      readonly gap: null
    }
  | {
      readonly epd: string | null
      readonly by: 'batch' | null
      readonly campaign: null
      readonly version: null
      readonly gap: FootprintGap
    }

type Known = ReadonlyMap<string, readonly EpdStanding[]>

/**
 * What covers each batch at a position: the declaration that it names itself, else the newest of those
 * that cover its campaign in a period with the day of production, if product, stage and facility fit.
 */
export async function coveringEpds(
  tx: Queryable,
  batches: readonly StoredBatch[],
  asOf: number
): Promise<ReadonlyMap<string, Covering>> {
  const unnamed = batches.filter(({ epd }) => epd === null).map(({ id }) => id)
  const links = Map.groupBy(await linksOfBatches(tx, unnamed, asOf), ({ batch }) => batch)
  const ids = [
    ...batches.flatMap(({ epd }) => epd ?? []),
    ...[...links.values()].flatMap((of) => of.map(({ epd }) => epd))
  ]
  const known = await knownEpds(tx, [...new Set(ids)], asOf)
  return new Map(
    batches.map((batch) => [
      batch.id,
      batch.epd === null
        ? byCampaign(batch, links.get(batch.id) ?? [], known)
        : byName(batch, batch.epd, known)
    ])
  )
}

function byName(batch: StoredBatch, epd: string, known: Known): Covering {
  const version = usableVersion(known.get(epd) ?? [], dayOf(batch))
  const uncovered = (gap: FootprintGap) =>
    ({ epd, by: 'batch', campaign: null, version: null, gap }) as const
  if (typeof version === 'string') return uncovered(version)
  if (!fits(batch, version)) return uncovered('epd_mismatch')
  return { epd, by: 'batch', campaign: null, version, gap: null }
}

function byCampaign(batch: StoredBatch, links: readonly CampaignLink[], known: Known): Covering {
  const day = dayOf(batch)
  for (const { epd, campaign, from, until } of links) {
    if (day < from || (until !== null && day > until)) continue
    const version = usableVersion(known.get(epd) ?? [], day)
    if (typeof version === 'string' || !fits(batch, version)) continue
    return { epd, by: 'campaign', campaign, version, gap: null }
  }
  return { epd: null, by: null, campaign: null, version: null, gap: 'no_epd' }
}

/** Where a bought batch was made is not known; a geography is told and does not decide. */
function fits(batch: StoredBatch, { covers }: EpdStanding): boolean {
  const { stage, productClass, facility } = batch
  const material = {
    stage,
    productClass,
    facility: stage === null ? null : facility,
    country: null
  }
  return coverageMismatches(covers, material).length === 0
}

function dayOf({ producedAt }: StoredBatch): string {
  return new Date(producedAt).toISOString().slice(0, 10)
}
