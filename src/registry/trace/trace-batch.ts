import type { Doer } from '../../domain/lineage/tree.ts'
import { formatKg } from '../../domain/quantity/mass.ts'
import { epdViewer } from '../../identity/epd-visibility.ts'
import { seesBalance } from '../../identity/visibility.ts'
import { readGrantors } from '../../storage/batches/access.ts'
import { readHoldings } from '../../storage/batches/batch-custody.ts'
import { readTimes } from '../../storage/batches/batch-history.ts'
import type { StoredBatch } from '../../storage/batches/batches.ts'
import type { Transaction } from '../../storage/database.ts'
import { newestEpdVersion } from '../../storage/epds/epds.ts'
import type { Deps, Principal } from '../deps.ts'
import type { Stamp } from '../moment.ts'
import { coveringEpds } from './covering-epds.ts'
import { deficitOf } from './trace-custody-lines.ts'
import { batchFacts, namesOf } from './trace-names.ts'
import type { BatchQuestion, Inquiry } from './trace-question.ts'
import { inquire } from './trace-question.ts'

/** One batch, as far as the caller may see it. */
export type BatchRecord = Stamp &
  ReturnType<typeof batchRecord> & { readonly coveredBy: Awaited<ReturnType<typeof coverOf>> }

/** A batch as it was declared, with what the caller may know of who has it. Throws `NOT_FOUND`. */
export function traceBatch(
  deps: Deps,
  principal: Principal,
  question: BatchQuestion
): Promise<BatchRecord> {
  return inquire(deps, principal, question, async (inquiry) => {
    const { tx, stamp, batch, standing } = inquiry
    const directory = await namesOf(tx, [batch], stamp.position)
    const times = await readTimes(tx, [batch.position])
    const record = batchRecord(batch, {
      doer: batchFacts(batch, directory),
      named: standing.sight === 'whole',
      recordedAt: times.get(batch.position) ?? null
    })
    const named = standing.sight === 'whole'
    const coveredBy = named ? await coverOf(inquiry, principal) : null
    return { ...stamp, ...record, coveredBy, holdings: await holdingsSeen(inquiry) }
  })
}

/** The declaration that speaks for the batch, in which version, or why none does. */
async function coverOf({ tx, batch, stamp }: Inquiry, principal: Principal) {
  const covering = (await coveringEpds(tx, [batch], stamp.position)).get(batch.id)
  if (!covering || covering.epd === null) return null
  const { epd, by, campaign } = covering
  const version = covering.version?.version ?? null
  const gap =
    covering.gap === 'epd_not_found' && (await seesSubmitted(tx, stamp, principal, epd))
      ? ('epd_not_published' as const)
      : covering.gap
  return { epd, version, by, campaign, gap }
}

/** True for who may know that a declaration is on its way; for all others there is none. */
async function seesSubmitted(tx: Transaction, stamp: Stamp, principal: Principal, epd: string) {
  const today = stamp.asOf.slice(0, 10)
  const view = { viewer: epdViewer(principal), asOf: stamp.position, today }
  return (await newestEpdVersion(tx, view, epd)) !== undefined
}

/** The organization that asks, and with it the eyes of those who granted it the batch. */
export async function eyesOf({ tx, asker, standing }: Inquiry): Promise<ReadonlySet<string>> {
  const granted = standing.entry === 'grantee' || standing.entry === 'grantee_batch'
  const grantors = granted ? await readGrantors(tx, standing.batch, asker) : []
  return new Set([asker.organization, ...grantors])
}

async function holdingsSeen(inquiry: Inquiry) {
  if (inquiry.standing.entry === null) return []
  const eyes = await eyesOf(inquiry)
  const holdings = await readHoldings(inquiry.tx, inquiry.batch.id, inquiry.stamp.position)
  return holdings
    .filter(({ balanceUg, deficitUg }) => balanceUg > 0n || deficitUg > 0n)
    .filter((holding) => seesBalance(holding, eyes))
    .map((holding) => ({
      custodian: holding.custodian,
      owner: holding.owner,
      place: holding.place,
      massKg: formatKg(holding.balanceUg),
      ...deficitOf(holding)
    }))
}

/** What was declared of a batch; without `named`, nothing that tells who made it. */
export function batchRecord(
  batch: StoredBatch,
  of: { readonly doer: Doer; readonly named: boolean; readonly recordedAt: string | null }
) {
  const { declaration } = batch
  const { organization, facility, country, region } = of.doer
  return {
    id: batch.id,
    number: batch.number,
    visibility: of.named ? ('whole' as const) : ('nameless' as const),
    product: { class: batch.productClass, name: batch.productName },
    stage: batch.stage,
    ...(of.named ? { organization, facility, event: batch.event } : {}),
    country,
    region,
    producedAt: batch.producedAt,
    massKg: formatKg(batch.massUg),
    elementsKg: Object.fromEntries([...batch.elements].map(([e, ug]) => [e, formatKg(ug)])),
    assay: declaration.assay,
    entry: declaration.entry ?? null,
    sourceCountry: declaration.sourceCountry ?? null,
    role: declaration.role,
    count: declaration.count ?? null,
    pieceMass: declaration.pieceMass ?? null,
    custodyModel: batch.custodyModel,
    disclosure: batch.disclosure,
    status: batch.status,
    voided: batch.voidedBy !== null,
    hsCode: batch.hsCode,
    claimedRecycled: declaration.claimedRecycled,
    ...(of.named
      ? {
          voidedBy: batch.voidedBy,
          epd: batch.epd,
          identifiers: declaration.identifiers,
          source: declaration.source ?? null
        }
      : {}),
    recordedPosition: batch.position,
    recordedAt: of.recordedAt
  }
}
