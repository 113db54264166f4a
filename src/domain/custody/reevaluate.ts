import type { Finding } from '../finding.ts'
import type { Lineage } from '../lineage/share.ts'
import { availableAt } from './arrivals.ts'
import type { AccountState, BatchState, Books } from './books.ts'
import type { Content } from './content.ts'
import { drawnContent, massOf } from './content.ts'
import type { Draw } from './draw.ts'
import { timesOf } from './effect.ts'
import { leavingElements } from './element-mass.ts'
import type { BatchDraw, CustodyEvent, TransformEvent } from './event.ts'
import { executionOf } from './execution.ts'
import type { Gains } from './gains.ts'
import { gainedInAll, gainedOf, gainsOf } from './gains.ts'
import type { Reopened } from './reopen.ts'
import { reopened } from './reopen.ts'
import type { FoldContext, Review } from './review.ts'
import { alloySourcesOf, reviewAlloySources } from './rules/r03-alloy-sources.ts'
import type { Balance } from './rules/r03-balance.ts'
import { reviewBalance } from './rules/r03-balance.ts'
import { reviewMassGain } from './rules/r03-mass.ts'
import { magnetMass, reviewCoating } from './rules/r05-coating.ts'
import { reviewRecovery } from './rules/r05-recovery.ts'
import { recordedSite } from './rules/r07-facility.ts'
import { reviewStages } from './rules/r07-stages.ts'
import { stageAfter } from './stage-after.ts'
import { lossMasses, outputContents, residueContents } from './transform-contents.ts'
import { lineageFor, sharedLineage } from './transform-lineage.ts'

/** What an event drew when it was recorded. */
export interface StoredInput {
  readonly batch: string
  readonly massUg: bigint
}

export interface Reevaluated {
  readonly findings: readonly Finding[]
  readonly batches: readonly BatchState[]
}

/**
 * R13: evaluates a recorded transform again over its inputs as they are now known. It draws the same
 * masses; elements, origins and steps follow the corrected inputs. Findings never take it back: an
 * error leaves its outputs contested.
 */
export function reevaluateTransform(
  books: Books,
  event: TransformEvent,
  inputs: readonly StoredInput[],
  context: FoldContext
): Reevaluated {
  const review: Review = { ...context, findings: [] }
  const site = recordedSite(books, event)
  const stages = reviewStages(event.stages, site, review)
  const draws = storedDraws(books, { inputs, lines: event.inputs, actor: context.actor })
  const elements = draws.map((draw) => leavingElements(draw.batch, draw.massUg))
  const outputs = outputContents(books, event, { draws, stages, elements }, review)
  const residues = residueContents(event, review)
  const losses = lossMasses(event, review)
  if (!site || !stages || !outputs || !residues || !losses) {
    throw new Error(`event ${event.id} cannot be evaluated again`)
  }
  const contents = draws.map((draw, index) => drawnContent(draw, elements[index] ?? new Map()))
  const balance: Balance = { inputs: contents, outputs, residues, losses }
  reviewBalance(balance, stages, review)
  reviewRecovery(balance, event.outputs, stages, review)
  const declarations = event.outputs
  const inUg = massOf(contents)
  reviewMassGain({ inUg, declarations, outputs, stages }, '/outputs', review)
  const sources = alloySourcesOf(draws, contents, review)
  reviewAlloySources({ declarations, outputs, sources }, review)
  reviewCoating({ stages, ...magnetMass({ inputs: draws, declarations, outputs }, review) }, review)
  const execution = executionOf(event, site, event.stages, review.reference)
  const gains = gainsOf({ balance, draws }, { balance, stages, gained: gainedInAll(draws) }, review)
  const done = { execution, stages, gains, leavingUg: massOf(outputs) }
  const lineage = sharedLineage(balance, draws, done, review)
  const rerun = { time: event.time, declarations, stages, draws, outputs, lineage }
  const { findings, ...verdict } = reopened(rerun, review)
  const stage = stageAfter(draws, stages, review)
  const made = { contents: outputs, lineage, gains, stage, ...verdict }
  return { findings, batches: reevaluatedOutputs(books, event.outputs, made, review) }
}

/** The outputs as they are now known. */
export function reevaluatedOutputs(
  books: Books,
  outputs: TransformEvent['outputs'],
  made: Pick<Reopened, 'contested' | 'models'> & {
    readonly contents: readonly Content[]
    readonly lineage: Lineage
    readonly gains: Gains
    /** Where it is on the chain: what is merely stored is where its inputs are now. */
    readonly stage: string | null
  },
  review: Review
): readonly BatchState[] {
  return outputs.flatMap((output, index) => {
    const state = books.batches.get(output.id)
    const content = made.contents[index]
    if (!state || !content) return []
    const stands = made.contested || state.flagged || inDeficit(books, state.id)
    const status = stands ? 'contested' : 'clear'
    const lineage = lineageFor(content, made.lineage, review)
    const custodyModel = made.models[index] ?? state.custodyModel
    const gained = gainedOf(content, made.gains)
    const { stage } = made
    return [{ ...state, ...known(content), stage, gained, custodyModel, status, lineage } as const]
  })
}

/** The mass of an output is what was weighed; only what is known of its elements may change. */
function known(content: Content) {
  const { elements, uncertainty, bounds, closedFor, unassayedUg } = content
  return { elements, uncertainty, bounds, closedFor, unassayedUg }
}

/** What an event drew then, of the batches and accounts as they are known now. */
export function storedDraws(
  books: Books,
  event: {
    readonly inputs: readonly StoredInput[]
    /** As its document states them, in the same order; the pools of a campaign come after them. */
    readonly lines: readonly BatchDraw[]
    readonly actor: string
  }
): Draw[] {
  return event.inputs.flatMap(({ batch: id, massUg }, index) => {
    const batch = books.batches.get(id)
    if (!batch) return []
    const account = drawnAccount(books, id, event.actor, event.lines[index]?.owner)
    return [{ batch, account, massUg, pointer: `/inputs/${index}`, again: true as const }]
  })
}

/** Where material of several owners was held and none is named, the account that had it first. */
function drawnAccount(books: Books, batch: string, custodian: string, owner?: string) {
  const accounts = (books.batchAccounts.get(batch) ?? []).flatMap(
    (id) => books.accounts.get(id) ?? []
  )
  const [first] = accounts
    .filter(
      (account) =>
        account.custodian === custodian &&
        account.place === 'on_hand' &&
        (owner === undefined || account.owner === owner)
    )
    .sort((a, b) => (a.arrivals[0]?.atMs ?? 0) - (b.arrivals[0]?.atMs ?? 0))
  return first ?? unknownAccount(batch)
}

function unknownAccount(batch: string): AccountState {
  return {
    id: '',
    batch,
    custodian: '',
    owner: '',
    place: 'on_hand',
    balanceUg: 0n,
    deficitUg: 0n,
    frozen: false,
    arrivals: [],
    lastLeftMs: null
  }
}

/**
 * Names what an event that corrects can change for those who drew on a batch: whether more was drawn than
 * there was, now or at some moment, since when it was in the hands of those who used it, and, where a
 * find is taken back for good, whether stocktakes found anything of it. A find that is told anew stays with
 * those who used it: who of them had how much of it is not known any more.
 */
export function drawable(books: Books, batch: string, event: CustodyEvent): string {
  const forGood = event.type === 'correct' && event.correctiveEvent === undefined
  const isFound = forGood && (books.batches.get(batch)?.foundUg ?? 0n) > 0n
  const times = (books.batchAccounts.get(batch) ?? []).flatMap((id) => {
    const account = books.accounts.get(id)
    const first = account?.arrivals[0]
    if (!account || !first || account.lastLeftMs === null) return []
    return `${id} ${first.atMs} ${availableAt(timesOf(account), first.atMs) < 0n}`
  })
  return [inDeficit(books, batch), isFound, ...times].join()
}

/** True when a correction showed that more was moved or used than the batch held. */
export function inDeficit(books: Books, batch: string): boolean {
  return (books.batchAccounts.get(batch) ?? []).some(
    (id) => (books.accounts.get(id)?.deficitUg ?? 0n) > 0n
  )
}
