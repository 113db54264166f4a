import { closingContent } from './apply-close.ts'
import type { BatchState, Books } from './books.ts'
import type { PoolFacts } from './campaign.ts'
import { pooledModel } from './campaign-pool.ts'
import { pooledState, runCampaign } from './campaign-run.ts'
import type { Draw } from './draw.ts'
import type { CloseCampaignEvent, CustodyEvent, TransformEvent } from './event.ts'
import { executionOf } from './execution.ts'
import type { Reevaluated, StoredInput } from './reevaluate.ts'
import { reevaluatedOutputs, reevaluateTransform, storedDraws } from './reevaluate.ts'
import { reopened } from './reopen.ts'
import type { FoldContext, Review } from './review.ts'
import { reviewRunMass } from './rules/r03-mass.ts'
import { recordedSite } from './rules/r07-facility.ts'
import { reviewStages } from './rules/r07-stages.ts'
import { report } from './rules/table.ts'
import { stageAfter } from './stage-after.ts'
import { lossMasses, outputContents, residueContents } from './transform-contents.ts'

/** Events whose outputs follow from their inputs. */
export type RunEvent = TransformEvent | CloseCampaignEvent

/** What stays of an event of a campaign that was taken back without a replacement: its place. */
export function emptied(event: RunEvent): RunEvent {
  return {
    ...event,
    type: 'transform',
    stages: [],
    inputs: [],
    outputs: [],
    residues: [],
    losses: []
  }
}

/** True for events that a correction upstream makes the books evaluate again. */
export function followsInputs(event: CustodyEvent): event is RunEvent {
  return event.type === 'transform' || event.type === 'close_campaign'
}

/** What an event drew and made when it was recorded. */
export interface RecordedRun {
  readonly inputs: readonly StoredInput[]
  readonly outputs: readonly string[]
}

/** R13 for every event that turns inputs into outputs, in a campaign or not. */
export function reevaluateRun(
  books: Books,
  event: RunEvent,
  run: RecordedRun,
  context: FoldContext
): Reevaluated {
  const pool = run.outputs.flatMap((id) => pooled(books, id))[0]
  if (pool) return reevaluateCampaign(books, event, { ...run, pool }, context)
  return reevaluateTransform(books, event as TransformEvent, run.inputs, context)
}

type PoolState = BatchState & { readonly pool: PoolFacts }

function pooled(books: Books, id: string): PoolState[] {
  const state = books.batches.get(id)
  return state?.pool ? [{ ...state, pool: state.pool }] : []
}

/** The event keeps its place in its campaign and the masses that it drew; the pool before it may differ. */
function reevaluateCampaign(
  books: Books,
  event: RunEvent,
  run: RecordedRun & { readonly pool: PoolState },
  context: FoldContext
): Reevaluated {
  const review: Review = { ...context, findings: [] }
  const lines = event.type === 'transform' ? event.inputs : []
  const draws = storedDraws(books, { inputs: run.inputs, lines, actor: context.actor })
  const sides = sidesOf(books, event, draws, review)
  const { campaign, number, previous, closed, carryTo } = run.pool.pool
  const stages = event.type === 'transform' ? event.stages : []
  const result = runCampaign(
    {
      ...sides,
      event: { campaign, atMs: Date.parse(event.time), number, previous, closed, carryTo, stages },
      pools: draws.filter(({ batch }) => batch.pool),
      inputs: draws.filter(({ batch }) => !batch.pool),
      pooledUg: run.pool.massUg
    },
    review
  )
  const outputs = event.type === 'transform' ? event.outputs : []
  const inventory = event.type === 'transform' ? undefined : event.closing && sides.closing
  reviewRunMass({ ...sides, facts: result.facts, draws, inventory }, review)
  reviewTakenOver(campaign, previous, draws, review)
  const rerun = { ...sides, time: event.time, draws, lineage: result.lineage }
  const { findings, contested, models } = reopened(rerun, review)
  const { voidedBy, flagged } = run.pool
  const status = contested || flagged || voidedBy !== null ? 'contested' : 'clear'
  const { balance, lineage, gains } = result
  // What is found at the end lies where the pool was.
  const stage =
    event.type === 'transform'
      ? stageAfter(draws, sides.stages, review)
      : (draws[0]?.batch.stage ?? null)
  const made = { contents: balance.outputs, lineage, gains, stage, contested, models }
  const batches = reevaluatedOutputs(books, outputs, made, review)
  const custodyModel = pooledModel(draws, review)
  const pool = pooledState({ ...run.pool, stage, custodyModel, status }, result)
  return { findings, batches: [...batches, pool] }
}

/** R8: a remainder is taken over only from a closing that still stands and says so. */
function reviewTakenOver(
  campaign: string,
  previous: string | null,
  draws: readonly Draw[],
  review: Review
): void {
  for (const { batch } of draws) {
    if (!batch.pool || batch.id === previous || batch.pool.carryTo === campaign) continue
    review.findings.push(
      report('CAMPAIGN_CORRECTION', {
        pointer: '/campaign',
        message: `The remainder of ${batch.productName} that this event took over was not handed over: its closing was corrected.`,
        remedy: 'Correct this event too, or the closing: the material cannot be in both campaigns.'
      })
    )
  }
}

function sidesOf(books: Books, event: RunEvent, draws: readonly Draw[], review: Review) {
  const site = recordedSite(books, event)
  const unread = new Error(`event ${event.id} cannot be evaluated again`)
  if (!site) throw unread
  const execution = (stages: readonly string[]) =>
    executionOf(event, site, stages, review.reference)
  if (event.type === 'close_campaign') {
    const closing = closingContent(event, review)
    if (!closing) throw unread
    const nothing = {
      stages: [],
      declarations: [],
      outputs: [],
      residues: [],
      losses: new Map<string, bigint>()
    }
    return { ...nothing, closing, execution: execution([]) }
  }
  const stages = reviewStages(event.stages, site, review)
  const feed = {
    draws: draws.filter(({ batch }) => !batch.pool),
    stages,
    elements: [],
    pools: draws.filter(({ batch }) => batch.pool)
  }
  const outputs = outputContents(books, event, feed, review)
  const residues = residueContents(event, review)
  const losses = lossMasses(event, review)
  if (!stages || !outputs || !residues || !losses) throw unread
  const sides = { stages, declarations: event.outputs, outputs, residues, losses }
  return { ...sides, closing: undefined, execution: execution(event.stages) }
}
