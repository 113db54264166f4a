import type { Lineage } from '../lineage/share.ts'
import { sumMass } from '../quantity/mass.ts'
import type { BatchStatus, Books } from './books.ts'
import type { Content } from './content.ts'
import { drawnContent, massOf } from './content.ts'
import type { Draw } from './draw.ts'
import { consume, resolveDraws } from './draw.ts'
import type { Effect, NewBatch } from './effect.ts'
import type { TransformEvent } from './event.ts'
import { executionOf } from './execution.ts'
import type { Gains } from './gains.ts'
import { gainedInAll, gainedOf, gainsOf } from './gains.ts'
import type { Making } from './new-batch.ts'
import { newBatch, openingPosting, reviewIdentity } from './new-batch.ts'
import type { Review } from './review.ts'
import { reviewOwnerChange } from './rules/r01-owner-changed.ts'
import { alloySourcesOf, reviewAlloySources } from './rules/r03-alloy-sources.ts'
import type { Balance } from './rules/r03-balance.ts'
import { reviewBalance } from './rules/r03-balance.ts'
import { reviewMassGain } from './rules/r03-mass.ts'
import { magnetMass, reviewCoating } from './rules/r05-coating.ts'
import { reviewRecovery } from './rules/r05-recovery.ts'
import { reviewChain } from './rules/r07-chain.ts'
import { reviewCycles } from './rules/r07-cycles.ts'
import { reviewNamedEpd } from './rules/r07-epd.ts'
import type { Site } from './rules/r07-facility.ts'
import { siteOf } from './rules/r07-facility.ts'
import { reviewInput, reviewStages } from './rules/r07-stages.ts'
import { eventInstant, notBefore } from './rules/r07-time.ts'
import { outputModel, strongestModel } from './rules/r11-custody-model.ts'
import { reviewContestedInputs } from './rules/r13-contested.ts'
import { reviewAnnounced } from './rules/r13-corrective.ts'
import { reviewAllocation } from './rules/r15-allocation.ts'
import { reviewRecycledClaims } from './rules/r15-recycled.ts'
import { report } from './rules/table.ts'
import { stageAfter } from './stage-after.ts'
import type { StageFacts } from './table.ts'
import { lossMasses, outputContents, residueContents } from './transform-contents.ts'
import { lineageFor, sharedLineage } from './transform-lineage.ts'

/** Inputs become outputs, residues and losses (custody.md, Events). */
export function applyTransform(books: Books, event: TransformEvent, review: Review): Effect | null {
  const atMs = eventInstant(event, review)
  const site = siteOf(books, event, review)
  const stages = reviewStages(event.stages, site, review)
  if (stages) reviewChain(stages, review)
  reviewIdentity(books, event, review)
  reviewAnnounced(books, event, review)
  reviewCycles(books, event, review)
  const draws = resolveDraws(books, event.inputs, { pointer: '/inputs', atMs }, review)
  const used = draws ? consume(draws) : { postings: [], elements: [], inputs: [] }
  if (draws && stages) reviewInputs(draws, stages, atMs, review)
  if (draws) reviewContestedInputs(draws, review, 'recorded')
  const owner = draws ? ownerOf(draws, event, review) : null
  const feed = { draws, stages, elements: used.elements }
  const outputs = outputContents(books, event, feed, review)
  const residues = residueContents(event, review)
  const losses = lossMasses(event, review)
  if (!draws || !stages || !outputs || !residues || !losses || !site || atMs === null) return null
  const inputs = draws.map((draw, index) => drawnContent(draw, used.elements[index] ?? new Map()))
  const balance: Balance = { inputs, outputs, residues, losses }
  reviewBalance(balance, stages, review)
  reviewRecovery(balance, event.outputs, stages, review)
  const declarations = event.outputs
  const inUg = sumMass(draws.map(({ massUg }) => massUg))
  reviewMassGain({ inUg, declarations, outputs, stages }, '/outputs', review)
  const sources = alloySourcesOf(draws, inputs, review)
  reviewAlloySources({ declarations, outputs, sources }, review)
  reviewCoating({ stages, ...magnetMass({ inputs: draws, declarations, outputs }, review) }, review)
  const gains = gainsOf({ balance, draws }, { balance, stages, gained: gainedInAll(draws) }, review)
  const made = makeBatches(books, event, { balance, draws, stages, gains, site, atMs }, review)
  const formerOwners = reviewOwnerChange(draws, declarations, review)
  return {
    atMs,
    newBatches: made,
    postings: [
      ...used.postings,
      ...made.map((batch) =>
        openingPosting(batch, batch.declaration.owner ?? owner ?? review.actor)
      )
    ],
    draws: draws.map((draw) => ({ batch: draw.batch.id, massUg: draw.massUg, foundUg: 0n })),
    inputs: used.inputs,
    receivedLines: [],
    formerOwners
  }
}

export interface Run {
  readonly balance: Balance
  readonly draws: readonly Draw[]
  readonly stages: readonly StageFacts[]
  readonly gains: Gains
  readonly site: Site
  readonly atMs: number
  /** Where it has been computed already. */
  readonly lineage?: Lineage
}

export function makeBatches(
  books: Books,
  event: TransformEvent,
  run: Run,
  review: Review
): NewBatch[] {
  const { balance, draws, site } = run
  const execution = executionOf(event, site, event.stages, review.reference)
  const leavingUg = massOf(balance.outputs)
  const done = { execution, stages: run.stages, gains: run.gains, leavingUg }
  const lineage = run.lineage ?? sharedLineage(balance, draws, done, review)
  const strongest = strongestModel(draws, review)
  const making: Making = {
    event: event.id,
    facility: site.id,
    atMs: run.atMs,
    stage: stageAfter(draws, run.stages, review),
    disclosure: event.disclosure ?? 'chain',
    status: bornStatus(draws)
  }
  reviewAllocation(event.outputs, review)
  return event.outputs.map((declaration, index) => {
    const custodyModel = outputModel(
      declaration.custodyModel,
      strongest,
      `/outputs/${index}`,
      review
    )
    const content = balance.outputs[index] as Content
    const of = {
      ...making,
      custodyModel,
      lineage: lineageFor(content, lineage, review),
      gained: gainedOf(content, run.gains)
    }
    const pointer = `/outputs/${index}`
    const material = {
      stage: making.stage,
      productClass: declaration.product.class,
      facility: site.id,
      country: site.terms.country
    }
    reviewNamedEpd(books, { declaration, material, atMs: run.atMs, pointer }, review)
    reviewRecycledClaims({ declaration, lineage: of.lineage, custodyModel, pointer }, review)
    return newBatch(declaration, content, of, { actor: review.actor, books })
  })
}

export function reviewInputs(
  draws: readonly Draw[],
  stages: readonly StageFacts[],
  atMs: number | null,
  review: Review
): void {
  for (const { batch, pointer } of draws) {
    reviewInput(batch, stages, `${pointer}/batch`, review)
    const made = { atMs: batch.producedAt, what: `batch ${batch.number ?? batch.id}` }
    notBefore(made, { atMs, pointer: '/time' }, review)
  }
}

/** Outputs belong to the owner of the inputs unless the event says otherwise (tolling). */
function ownerOf(draws: readonly Draw[], event: TransformEvent, review: Review): string | null {
  const owners = [...new Set(draws.map((draw) => draw.account.owner))]
  if (owners.length === 1) return owners[0] ?? null
  event.outputs.forEach((output, index) => {
    if (output.owner !== undefined) return
    review.findings.push(
      report('OWNER_AMBIGUOUS', {
        pointer: `/outputs/${index}/owner`,
        message: 'The inputs belong to several owners, so the output must say whose it is.',
        expected: `one of ${owners.join(', ')}`,
        remedy: 'State `owner` on each output.'
      })
    )
  })
  return null
}

/**
 * Outputs of suspect or contested inputs are born so (custody.md, Corrections). Suspect comes first:
 * what is pending must be evaluated again, whatever the other inputs are.
 */
export function bornStatus(draws: readonly Draw[]): BatchStatus {
  const states = draws.map((draw) => draw.batch.status)
  if (states.includes('suspect')) return 'suspect'
  return states.includes('contested') ? 'contested' : 'clear'
}
