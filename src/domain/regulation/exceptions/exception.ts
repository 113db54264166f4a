import type { Dossier, RequesterFacts } from '../dossier.ts'
import type { MissingCause } from '../judgement.ts'
import type { DfarsClause } from '../rule-set.ts'

/**
 * `applies`: the batch is exempt. `not_claimed`: nobody says so. `not_met`: the books show
 * otherwise. `lost`: claimed, but a limit takes it away. `undetermined`: a fact is missing.
 * `review`: a person must decide; until then it does not exempt. `no_exception`: a text that reads
 * like an exception and is none.
 */
export type ExceptionOutcome =
  | 'applies'
  | 'not_claimed'
  | 'not_met'
  | 'lost'
  | 'undetermined'
  | 'review'
  | 'no_exception'

export interface ConsideredException {
  readonly id: string
  readonly cite: string
  readonly outcome: ExceptionOutcome
  /** Who the facts come from. */
  readonly basis: 'requester' | 'books' | 'law'
  /** The exception in words, and why it comes out as it does. */
  readonly explanation: string
  /** What must also be true, although nobody declared it. */
  readonly conditions: readonly string[]
}

/** All that the rule of an exception may look at. */
export interface ExceptionContext {
  readonly facts: RequesterFacts
  readonly dossier: Dossier
  readonly clause: DfarsClause
  /** Set when nothing told in favor of the batch counts as evidence. */
  readonly discounted: MissingCause | undefined
}

/** A considered exception without conditions. */
export function considered(
  rule: { readonly id: string; readonly cite: string },
  outcome: ExceptionOutcome,
  basis: ConsideredException['basis'],
  explanation: string
): ConsideredException {
  return { id: rule.id, cite: rule.cite, outcome, basis, explanation, conditions: [] }
}
