import { formatKg } from '../quantity/mass.ts'
import type { BatchStatus, Books } from './books.ts'
import { POOL_CLASS, poolAccount } from './campaign.ts'
import type { CampaignResult } from './campaign-run.ts'
import { pooledState } from './campaign-run.ts'
import type { Draw } from './draw.ts'
import type { NewBatch, Posting } from './effect.ts'
import type { BatchDeclaration, CustodyModel } from './event.ts'
import { openingPosting } from './new-batch.ts'
import type { Review } from './review.ts'
import type { CampaignPlace } from './rules/r08-place.ts'
import { strongestModel } from './rules/r11-custody-model.ts'
import { report } from './rules/table.ts'

/** What the event says of the pool batch that it makes. */
export interface Pooling {
  readonly event: string
  readonly atMs: number
  readonly stage: string | null
  readonly status: BatchStatus
  readonly custodyModel: CustodyModel
  /** Whose material it is. */
  readonly owner: string
}

/** The pool batch of an event with its posting. Its place may be known: then it keeps its account. */
export function poolBatch(
  books: Books,
  place: CampaignPlace,
  result: CampaignResult,
  pooling: Pooling
): { readonly batch: NewBatch; readonly posting: Posting } {
  const { state: campaign, standing } = place
  const latest = Math.max(...place.draws.map(({ batch }) => batch.producedAt), pooling.atMs)
  const state = pooledState(
    {
      id: place.pool,
      organization: campaign.organization,
      number: null,
      event: pooling.event,
      productClass: POOL_CLASS,
      productName: campaign.name,
      stage: pooling.stage,
      facility: campaign.facility,
      producedAt: latest,
      drawnUg: standing?.drawnUg ?? 0n,
      foundUg: standing?.foundUg ?? 0n,
      foundParts: standing?.foundParts ?? 0n,
      custodyModel: pooling.custodyModel,
      // What a plant has in process is its own affair; shares and stage are shown downstream.
      disclosure: 'restricted',
      status: pooling.status,
      voidedBy: null,
      flagged: false
    },
    result
  )
  const batch = { state, declaration: declarationOf(campaign.name, place.pool, state.massUg) }
  const owner = poolAccount(books, place.pool)?.owner ?? pooling.owner
  return { batch, posting: openingPosting(batch, owner) }
}

/** Nobody declares a pool batch: this says what is known of it. */
function declarationOf(name: string, id: string, massUg: bigint): BatchDeclaration {
  return {
    id: id as BatchDeclaration['id'],
    product: { class: POOL_CLASS, name },
    mass: { value: formatKg(massUg), unit: 'KGM', basis: 'dry' },
    assay: { basis: 'element', unit: 'P1', values: {}, complete: false },
    role: 'co_product',
    identifiers: [],
    claimedRecycled: []
  }
}

/**
 * A campaign holds the material of one owner, so that nobody's is given away as another's. What replaces
 * an event keeps the owner of its place, since later events draw on that.
 */
export function campaignOwner(
  books: Books,
  { pool, standing }: CampaignPlace,
  draws: readonly Draw[],
  review: Review
): string | null {
  const kept = standing ? poolAccount(books, pool)?.owner : undefined
  const drawn = draws.map((draw) => draw.account.owner)
  const owners = [...new Set([...drawn, ...(kept === undefined ? [] : [kept])])]
  if (owners.length <= 1) return owners[0] ?? review.actor
  review.findings.push(
    report('OWNER_AMBIGUOUS', {
      pointer: '/campaign',
      message: 'A campaign holds the material of one owner; what is fed here belongs to several.',
      expected: `one of ${owners.join(', ')}`,
      remedy:
        kept === undefined
          ? 'Run a campaign for each owner, or transfer the ownership first.'
          : 'What replaces an event keeps the owner of its campaign, since later events draw on it. Where that owner is wrong, correct the events of the campaign without corrective events and record it anew under another name.'
    })
  )
  return null
}

/** An empty pool weakens nothing. */
export function pooledModel(draws: readonly Draw[], review: Review): CustodyModel {
  if (draws.length === 0) return 'identity_preserved'
  return strongestModel(draws, review)
}
