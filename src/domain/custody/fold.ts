import type { Finding } from '../finding.ts'
import { acceptable } from '../finding.ts'
import { applyAdjust } from './apply-adjust.ts'
import { applyCampaign } from './apply-campaign.ts'
import { applyClose } from './apply-close.ts'
import { applyCommission } from './apply-commission.ts'
import { applyCorrect } from './apply-correct.ts'
import { applyReceive } from './apply-receive.ts'
import { applyShip } from './apply-ship.ts'
import { applyTransform } from './apply-transform.ts'
import type { BatchState, Books } from './books.ts'
import { frozenAccount } from './draw.ts'
import type { Effect } from './effect.ts'
import { findAccount } from './effect.ts'
import type { CustodyEvent } from './event.ts'
import { followsInputs } from './reevaluate-campaign.ts'
import { REOPENED } from './reopen.ts'
import type { FoldContext, Review } from './review.ts'
import { reviewAge } from './rules/r10-plausible-time.ts'
import { reviewCertificates } from './rules/r12-certificates.ts'
import { reviewUnseen } from './rules/r14-unseen.ts'

/** All findings, and what the event does to the books; no effect when a finding blocks it. */
export interface Judgement {
  readonly findings: readonly Finding[]
  readonly effect: Effect | null
}

/**
 * Judges one event against the books. Pure: the books are not changed; `enter` folds an accepted
 * effect into them, so that the next event of a group may consume what this one produced.
 */
export function judge(books: Books, event: CustodyEvent, context: FoldContext): Judgement {
  const findings: Finding[] = []
  const review = { ...context, findings }
  reviewAge(event, review)
  reviewUnseen(books, event, review)
  reviewCertificates(event, review)
  const effect = apply(books, event, review)
  if (effect) reviewFrozen(books, event, effect, review)
  return { findings, effect: effect && admitted(books, event, effect, review) }
}

/** R1: nothing moves through an account in deficit but what settles it. */
function reviewFrozen(books: Books, event: CustodyEvent, effect: Effect, review: Review): void {
  if (event.type === 'correct' || event.corrects !== undefined) return
  const frozen = effect.postings
    .map(({ account }) => findAccount(books, account))
    .find((account) => account?.frozen)
  if (frozen) review.findings.push(frozenAccount(frozen, '', review))
}

/**
 * The effect, unless an error blocks it. Errors of rules that the organization flags do not: then
 * what the event makes is contested, so it is left out of verified claims from the start.
 */
function admitted(
  books: Books,
  event: CustodyEvent,
  effect: Effect,
  review: Review
): Effect | null {
  const { actor, findings } = review
  if (acceptable(findings)) return effect
  const flags = books.flags.get(actor)
  const errors = findings.filter(({ severity }) => severity === 'error')
  return errors.every(({ rule }) => flags?.has(rule)) ? contesting(effect, event, errors) : null
}

function flaggedErrors(books: Books, { actor, findings }: Review): readonly Finding[] {
  const flags = books.flags.get(actor)
  return findings.filter(({ rule, severity }) => severity === 'error' && flags?.has(rule))
}

/** What is asked again after a correction contests for as long as it is found; all else stands for good. */
function contesting(effect: Effect, event: CustodyEvent, errors: readonly Finding[]): Effect {
  const asked: readonly string[] = followsInputs(event) ? REOPENED : []
  const flagged = errors.some(({ code }) => !asked.includes(code))
  const newBatches = effect.newBatches.map((batch) => ({
    ...batch,
    state: { ...batch.state, flagged, status: contested(batch.state) }
  }))
  return { ...effect, newBatches }
}

function contested({ status }: BatchState): BatchState['status'] {
  return status === 'clear' ? 'contested' : status
}

/**
 * What an accepted event did, whatever today's rules would say of it: newer rules add findings, never
 * retroactive refusals. Throws when the event cannot have been accepted on these books.
 */
export function effectOf(books: Books, event: CustodyEvent, context: FoldContext): Effect {
  const findings: Finding[] = []
  const review = { ...context, findings }
  reviewCertificates(event, review)
  const effect = apply(books, event, review)
  const errors = flaggedErrors(books, review)
  if (effect) return errors.length > 0 ? contesting(effect, event, errors) : effect
  const [first] = findings
  throw new Error(
    `event ${event.id} does not follow from the books: ${first?.code} ${first?.message}`
  )
}

function apply(books: Books, event: CustodyEvent, review: Review): Effect | null {
  switch (event.type) {
    case 'commission':
      return applyCommission(books, event, review)
    case 'transform':
      return event.campaign === undefined
        ? applyTransform(books, event, review)
        : applyCampaign(books, { ...event, campaign: event.campaign }, review)
    case 'ship':
      return applyShip(books, event, review)
    case 'receive':
      return applyReceive(books, event, review)
    case 'adjust':
      return applyAdjust(books, event, review)
    case 'correct':
      return applyCorrect(books, event, review)
    case 'close_campaign':
      return applyClose(books, event, review)
  }
}
