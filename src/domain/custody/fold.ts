import type { Finding } from '../finding.ts'
import { acceptable } from '../finding.ts'
import { applyAdjust } from './apply-adjust.ts'
import { applyCommission } from './apply-commission.ts'
import { applyCorrect } from './apply-correct.ts'
import { applyReceive } from './apply-receive.ts'
import { applyShip } from './apply-ship.ts'
import { applyTransform } from './apply-transform.ts'
import type { Books } from './books.ts'
import { frozenAccount } from './draw.ts'
import type { Effect } from './effect.ts'
import { accountId } from './effect.ts'
import type { CustodyEvent } from './event.ts'
import type { FoldContext, Review } from './review.ts'
import { reviewAge } from './rules/r10-plausible-time.ts'
import { reviewCertificates } from './rules/r12-certificates.ts'

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
  reviewCertificates(event, review)
  const effect = apply(books, event, review)
  if (effect) reviewFrozen(books, event, effect, review)
  return { findings, effect: acceptable(findings) ? effect : null }
}

/** R1: nothing moves through an account in deficit but what settles it. */
function reviewFrozen(books: Books, event: CustodyEvent, effect: Effect, review: Review): void {
  if (event.type === 'correct' || event.corrects !== undefined) return
  const frozen = effect.postings.some(
    ({ account }) => books.accounts.get(accountId(account))?.frozen ?? false
  )
  if (frozen) review.findings.push(frozenAccount(''))
}

/**
 * What an accepted event did, whatever today's rules would say of it: newer rules add findings, never
 * retroactive refusals. Throws when the event cannot have been accepted on these books.
 */
export function effectOf(books: Books, event: CustodyEvent, context: FoldContext): Effect {
  const findings: Finding[] = []
  const effect = apply(books, event, { ...context, findings })
  if (effect) return effect
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
      return applyTransform(books, event, review)
    case 'ship':
      return applyShip(books, event, review)
    case 'receive':
      return applyReceive(books, event, review)
    case 'adjust':
      return applyAdjust(books, event, review)
    case 'correct':
      return applyCorrect(books, event, review)
  }
}
