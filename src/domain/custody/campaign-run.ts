import type { Execution } from '../lineage/derive.ts'
import type { Lineage } from '../lineage/share.ts'
import type { BatchState } from './books.ts'
import type { PoolFacts } from './campaign.ts'
import type { CampaignFlow, FlowEvent } from './campaign-flow.ts'
import { bookContent, factsAfter, lifeBalance } from './campaign-flow.ts'
import { pooledMass } from './campaign-mass.ts'
import type { Content } from './content.ts'
import { drawnContent, massOf } from './content.ts'
import type { Draw } from './draw.ts'
import { leavingElements } from './element-mass.ts'
import type { BatchDeclaration } from './event.ts'
import type { Gains } from './gains.ts'
import { countedWith, gainedInAll, gainedOf, gainsOf } from './gains.ts'
import type { Review } from './review.ts'
import { alloySourcesOf, reviewAlloySources } from './rules/r03-alloy-sources.ts'
import type { Balance } from './rules/r03-balance.ts'
import { magnetMass, reviewCoating } from './rules/r05-coating.ts'
import { reviewChain } from './rules/r07-chain.ts'
import { reviewFed, reviewLoss, reviewPool, stagesOf } from './rules/r08-balance.ts'
import { sharedLineage } from './transform-lineage.ts'

/** One event of a campaign with everything that was resolved about it. */
export interface CampaignStep {
  readonly event: FlowEvent
  readonly pools: readonly Draw[]
  readonly inputs: readonly Draw[]
  readonly declarations: readonly BatchDeclaration[]
  readonly outputs: readonly Content[]
  readonly residues: readonly Content[]
  readonly losses: ReadonlyMap<string, bigint>
  readonly closing: Content | undefined
  readonly execution: Execution
  /** Mass that the pool batch has already, where it is computed again. */
  readonly pooledUg: bigint | undefined
}

/** What the event makes of its campaign. */
export interface CampaignResult {
  readonly facts: PoolFacts
  readonly content: Content
  /** The event's inputs and the pool on one side, its outputs and what stays on the other. */
  readonly balance: Balance
  readonly gains: Gains
  readonly lineage: Lineage
}

/**
 * R8: inputs mix into the pool, outputs draw the shares that the pool has then, and what is left is
 * the pool of the next event. The same whether an event is recorded, replayed or evaluated again.
 */
export function runCampaign(step: CampaignStep, review: Review): CampaignResult {
  const draws = [...step.inputs, ...step.pools]
  const contents = draws.map((draw) => drawnContent(draw, leavingElements(draw.batch, draw.massUg)))
  const flow: CampaignFlow = {
    pools: step.pools.map(({ batch }, index) => ({
      batch,
      content: contents[step.inputs.length + index] as Content
    })),
    inputs: contents.slice(0, step.inputs.length),
    gained: gainedInAll([...step.inputs, ...carriedInto(step)]),
    classes: step.inputs.map(({ batch }) => batch.productClass),
    outputs: step.outputs,
    residues: step.residues,
    losses: step.losses,
    closing: step.closing,
    sources: alloySourcesOf(step.inputs, contents, review),
    magnets: magnetMass(step, review)
  }
  const facts = factsAfter(step.event, flow)
  reviewPool(facts, { balance: ownBalance(step, flow), pending: isPending(step) }, review)
  const found = step.event.closed || step.outputs.length + step.residues.length > 0
  if (found) reviewFed(facts, step.event.atMs, review)
  reviewChain(stagesOf(facts, review), review)
  reviewAlloySources({ ...step, sources: facts.sources }, review)
  reviewCoating({ ...facts.magnets, stages: stagesOf(facts, review) }, review)
  if (facts.closed) reviewLoss(facts, review)
  const massUg = step.pooledUg ?? pooledMass(flow)
  const { rareEarths } = review.reference.chemistry
  const content = step.closing
    ? { ...step.closing, massUg }
    : bookContent(facts, massUg, rareEarths)
  const balance: Balance = {
    inputs: contents,
    outputs: [...step.outputs, content],
    residues: step.residues,
    losses: step.losses
  }
  const scope = {
    balance: lifeBalance(facts),
    stages: stagesOf(facts, review),
    gained: facts.gained,
    counted: facts.counted
  }
  const gains = gainsOf({ balance, draws }, scope, review)
  const leavingUg = massOf(step.closing ? [...step.outputs, step.closing] : step.outputs)
  const done = { execution: step.execution, stages: null, gains, leavingUg }
  const lineage = sharedLineage(balance, draws, done, review)
  const counted = countedWith(facts.counted, gains)
  return { facts: { ...facts, counted }, content, balance, gains, lineage }
}

/** Remainders of other campaigns. */
function carriedInto({ event, pools }: CampaignStep): readonly Draw[] {
  return pools.filter(({ batch }) => batch.id !== event.previous)
}

/** What the event itself brings, remainders of other campaigns too, and what it takes or finds. */
function ownBalance({ event, residues, losses }: CampaignStep, flow: CampaignFlow): Balance {
  const carried = flow.pools.filter(({ batch }) => batch.id !== event.previous)
  return {
    inputs: [...flow.inputs, ...carried.map(({ content }) => content)],
    outputs: [...flow.outputs, ...(flow.closing ? [flow.closing] : [])],
    residues,
    losses
  }
}

/** True while what is in the pool waits for its evaluation after a correction. */
function isPending({ pools }: CampaignStep): boolean {
  return pools.some(({ batch }) => batch.status === 'suspect')
}

/** The pool batch after the event, as the books keep it: with the origins of all that it ever held. */
export function pooledState(
  base: Omit<BatchState, 'lineage' | 'pool' | 'gained' | keyof Content>,
  result: CampaignResult
): BatchState {
  const { content, facts, gains, lineage } = result
  return { ...base, ...content, gained: gainedOf(content, gains), pool: facts, lineage }
}
