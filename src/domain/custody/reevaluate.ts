import type { Finding } from '../finding.ts'
import type { Lineage } from '../lineage/share.ts'
import type { AccountState, BatchState, Books } from './books.ts'
import type { Content } from './content.ts'
import { drawnContent } from './content.ts'
import type { Draw } from './draw.ts'
import { leavingElements } from './element-mass.ts'
import type { TransformEvent } from './event.ts'
import { executionOf } from './execution.ts'
import type { Reopened } from './reopen.ts'
import { reopened } from './reopen.ts'
import type { FoldContext, Review } from './review.ts'
import { alloySourcesOf, reviewAlloySources } from './rules/r03-alloy-sources.ts'
import type { Balance } from './rules/r03-balance.ts'
import { reviewBalance } from './rules/r03-balance.ts'
import { magnetMass, reviewCoating } from './rules/r05-coating.ts'
import { reviewRecovery } from './rules/r05-recovery.ts'
import { siteOf } from './rules/r07-facility.ts'
import { reviewStages } from './rules/r07-stages.ts'
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
  const site = siteOf(books, event, review)
  const stages = reviewStages(event.stages, site, review)
  const draws = inputs.flatMap((input, index) => storedDraw(books, input, index))
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
  const sources = alloySourcesOf(draws, contents, review)
  const declarations = event.outputs
  reviewAlloySources({ declarations, outputs, sources }, review)
  reviewCoating({ stages, ...magnetMass({ inputs: draws, declarations, outputs }, review) }, review)
  const execution = executionOf(event, site, event.stages, review.reference)
  const lineage = sharedLineage(balance, draws, { execution, stages }, review)
  const rerun = { time: event.time, declarations, stages, draws, outputs, lineage }
  const { findings, ...verdict } = reopened(rerun, review)
  const made = { contents: outputs, lineage, ...verdict }
  return { findings, batches: reevaluatedOutputs(books, event.outputs, made) }
}

/** The outputs as they are now known. */
export function reevaluatedOutputs(
  books: Books,
  outputs: TransformEvent['outputs'],
  made: Pick<Reopened, 'contested' | 'models'> & {
    readonly contents: readonly Content[]
    readonly lineage: Lineage
  }
): readonly BatchState[] {
  return outputs.flatMap((output, index) => {
    const state = books.batches.get(output.id)
    const content = made.contents[index]
    if (!state || !content) return []
    const stands = made.contested || state.flagged || inDeficit(books, state.id)
    const status = stands ? 'contested' : 'clear'
    const lineage = lineageFor(content, made.lineage)
    const custodyModel = made.models[index] ?? state.custodyModel
    return [{ ...state, ...known(content), custodyModel, status, lineage } as const]
  })
}

/** The mass of an output is what was weighed; only what is known of its elements may change. */
function known(content: Content) {
  const { elements, uncertainty, closedFor, unassayedUg } = content
  return { elements, uncertainty, closedFor, unassayedUg }
}

/** What an event drew then, of the batch as it is known now. */
export function storedDraw(books: Books, input: StoredInput, index: number): Draw[] {
  const batch = books.batches.get(input.batch)
  if (!batch) return []
  const account: AccountState = {
    id: '',
    batch: batch.id,
    custodian: '',
    owner: '',
    place: 'on_hand',
    balanceUg: 0n,
    deficitUg: 0n,
    frozen: false
  }
  return [{ batch, account, massUg: input.massUg, pointer: `/inputs/${index}` }]
}

/** True when a correction showed that more was moved or used than the batch held. */
export function inDeficit(books: Books, batch: string): boolean {
  return (books.batchAccounts.get(batch) ?? []).some(
    (id) => (books.accounts.get(id)?.deficitUg ?? 0n) > 0n
  )
}
