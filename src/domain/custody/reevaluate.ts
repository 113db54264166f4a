import type { Finding } from '../finding.ts'
import type { Lineage } from '../lineage/share.ts'
import type { AccountState, BatchState, Books } from './books.ts'
import type { Content } from './content.ts'
import type { Draw } from './draw.ts'
import { leavingElements } from './element-mass.ts'
import type { TransformEvent } from './event.ts'
import { executionOf } from './execution.ts'
import type { FoldContext, Review } from './review.ts'
import { alloySourcesOf, reviewAlloySources } from './rules/r03-alloy-sources.ts'
import type { Balance } from './rules/r03-balance.ts'
import { reviewBalance } from './rules/r03-balance.ts'
import { reviewRecovery } from './rules/r05-recovery.ts'
import { siteOf } from './rules/r07-facility.ts'
import { reviewStages } from './rules/r07-stages.ts'
import { outputModel, weakestModel } from './rules/r11-custody-model.ts'
import { report } from './rules/table.ts'
import { drawnContent, lossMasses, outputContents, residueContents } from './transform-contents.ts'
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

/** Rules that a correction upstream can break; the others were settled when it was recorded. */
const REOPENED = new Set(['R3', 'R5', 'R8', 'R11', 'R13'])

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
  reviewAlloySources({ declarations: event.outputs, outputs, sources }, review)
  const { findings, contested } = reopened(books, { outputs: event.outputs, draws }, review)
  const execution = executionOf(event, site, event.stages, review.reference)
  const lineage = sharedLineage(balance, draws, { execution, stages }, review)
  const verdict = { contested, lineage }
  return { findings, batches: reevaluatedOutputs(books, event.outputs, outputs, verdict) }
}

/** Everything that a correction can reopen, and whether an error of it stands. */
export function reopened(
  books: Books,
  run: { readonly outputs: TransformEvent['outputs']; readonly draws: readonly Draw[] },
  review: Review
): { readonly findings: readonly Finding[]; readonly contested: boolean } {
  reviewInputStatus(run.draws, review)
  const weakest = weakestModel(run.draws.map((draw) => draw.batch.custodyModel))
  for (const [index, output] of run.outputs.entries()) {
    const state = books.batches.get(output.id)
    outputModel(output.custodyModel ?? state?.custodyModel, weakest, `/outputs/${index}`, review)
  }
  const findings = review.findings.filter((finding) => REOPENED.has(finding.rule))
  return { findings, contested: findings.some((finding) => finding.severity === 'error') }
}

/** The outputs as they are now known. */
export function reevaluatedOutputs(
  books: Books,
  outputs: TransformEvent['outputs'],
  contents: readonly Content[],
  verdict: { readonly contested: boolean; readonly lineage: Lineage }
): readonly BatchState[] {
  return outputs.flatMap((output, index) => {
    const state = books.batches.get(output.id)
    const content = contents[index]
    if (!state || !content) return []
    const stands = verdict.contested || state.flagged || inDeficit(books, state.id)
    const status = stands ? 'contested' : 'clear'
    const lineage = lineageFor(content, verdict.lineage)
    return [{ ...state, ...known(content), status, lineage } as const]
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

function reviewInputStatus(draws: readonly Draw[], review: Review): void {
  for (const { batch, pointer } of draws) {
    if (batch.status !== 'contested') continue
    review.findings.push(
      report('INPUT_CONTESTED', {
        pointer: `${pointer}/batch`,
        message: `Batch ${batch.number ?? batch.id} is contested by a correction upstream.`,
        remedy: 'Whoever made it corrects its event, or declares it again; then this is lifted.'
      })
    )
  }
}

/** True when a correction showed that more was moved or used than the batch held. */
export function inDeficit(books: Books, batch: string): boolean {
  return (books.batchAccounts.get(batch) ?? []).some(
    (id) => (books.accounts.get(id)?.deficitUg ?? 0n) > 0n
  )
}
