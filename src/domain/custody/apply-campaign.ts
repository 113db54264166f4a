import { bornStatus, makeBatches, reviewInputs } from './apply-transform.ts'
import type { Books } from './books.ts'
import { campaignOwner, poolBatch, pooledModel } from './campaign-pool.ts'
import type { CampaignResult } from './campaign-run.ts'
import { runCampaign } from './campaign-run.ts'
import type { Content } from './content.ts'
import type { Draw } from './draw.ts'
import { consume, resolveDraws } from './draw.ts'
import type { Effect } from './effect.ts'
import type { TransformEvent } from './event.ts'
import { executionOf } from './execution.ts'
import { openingPosting, reviewIdentity } from './new-batch.ts'
import type { Review } from './review.ts'
import { reviewOwnerChange } from './rules/r01-owner-changed.ts'
import { reviewRunMass } from './rules/r03-mass.ts'
import { reviewCycles } from './rules/r07-cycles.ts'
import type { Site } from './rules/r07-facility.ts'
import { siteOf } from './rules/r07-facility.ts'
import { reviewStages } from './rules/r07-stages.ts'
import { eventInstant } from './rules/r07-time.ts'
import type { CampaignPlace } from './rules/r08-place.ts'
import { placeOf } from './rules/r08-place.ts'
import { reviewContestedInputs } from './rules/r13-contested.ts'
import { reviewAnnounced } from './rules/r13-corrective.ts'
import { stageAfter } from './stage-after.ts'
import type { StageFacts } from './table.ts'
import { lossMasses, outputContents, residueContents } from './transform-contents.ts'

type CampaignEvent = TransformEvent & { readonly campaign: string }

interface Resolved {
  readonly place: CampaignPlace
  readonly inputs: readonly Draw[]
  readonly outputs: readonly Content[]
  readonly residues: readonly Content[]
  readonly losses: ReadonlyMap<string, bigint>
  readonly stages: readonly StageFacts[]
  readonly site: Site
  readonly atMs: number
  readonly owner: string
}

/** R8: inputs enter the pool of a campaign, outputs, residues and losses leave it. */
export function applyCampaign(books: Books, event: CampaignEvent, review: Review): Effect | null {
  const resolved = resolve(books, event, review)
  if (!resolved) return null
  const { place, inputs, site } = resolved
  const result = runCampaign(
    {
      ...resolved,
      declarations: event.outputs,
      event: {
        campaign: place.state.id,
        atMs: resolved.atMs,
        number: place.number,
        previous: place.previous,
        stages: event.stages,
        closed: false,
        carryTo: null
      },
      pools: place.draws,
      closing: undefined,
      execution: executionOf(event, site, event.stages, review.reference),
      pooledUg: place.standing?.massUg
    },
    review
  )
  const draws = [...inputs, ...place.draws]
  const { facts } = result
  const { outputs } = resolved
  const declarations = event.outputs
  reviewRunMass({ facts, draws, declarations, outputs, inventory: undefined }, review)
  reviewContestedInputs(draws, review, 'recorded')
  return effectOf(books, event, { ...resolved, draws, result }, review)
}

function resolve(books: Books, event: CampaignEvent, review: Review): Resolved | null {
  const atMs = eventInstant(event, review)
  const site = siteOf(books, event, review)
  const stages = reviewStages(event.stages, site, review)
  reviewIdentity(books, event, review)
  reviewAnnounced(books, event, review)
  reviewCycles(books, event, review)
  const place = placeOf(books, event, review)
  const inputs = resolveDraws(books, event.inputs, { pointer: '/inputs', atMs }, review)
  if (inputs && stages) reviewInputs(inputs, stages, atMs, review)
  const owner =
    inputs && place ? campaignOwner(books, place, [...inputs, ...place.draws], review) : null
  const feed = { draws: inputs, stages, elements: [], pools: place?.draws ?? [] }
  const outputs = outputContents(books, event, feed, review)
  const residues = residueContents(event, review)
  const losses = lossMasses(event, review)
  if (!place || !inputs || !outputs || !residues || !losses || !stages || !site) return null
  if (atMs === null || owner === null) return null
  return { place, inputs, outputs, residues, losses, stages, site, atMs, owner }
}

function effectOf(
  books: Books,
  event: CampaignEvent,
  run: Resolved & { readonly draws: readonly Draw[]; readonly result: CampaignResult },
  review: Review
): Effect {
  const { place, draws, result, owner, atMs } = run
  const { balance, lineage, gains } = result
  const making = { ...run, balance, lineage, gains }
  const made = makeBatches(books, event, making, review)
  const pool = poolBatch(books, place, result, {
    event: event.id,
    atMs,
    stage: stageAfter(draws, run.stages, review),
    status: bornStatus(draws),
    custodyModel: pooledModel(draws, review),
    owner
  })
  const used = consume(draws)
  return {
    atMs,
    newBatches: [...made, pool.batch],
    postings: [
      ...used.postings,
      ...made.map((batch) => openingPosting(batch, batch.declaration.owner ?? owner)),
      pool.posting
    ],
    draws: draws.map(({ batch, massUg }) => ({ batch: batch.id, massUg, foundUg: 0n })),
    inputs: used.inputs,
    receivedLines: [],
    formerOwners: reviewOwnerChange(draws, event.outputs, review),
    campaigns: [place.standing ? place.state : { ...place.state, head: place.pool }]
  }
}
