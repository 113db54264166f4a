import type { Finding } from '../finding.ts'
import { dryMass } from '../quantity/dry-mass.ts'
import { formatKg } from '../quantity/mass.ts'
import { unseenInNumber } from '../unseen.ts'
import type { AccountPlace, AccountState, BatchState, Books } from './books.ts'
import { findBatch, nameOf } from './books.ts'
import type { InputLine, Posting } from './effect.ts'
import { leavingElements, negated } from './element-mass.ts'
import type { BatchDraw, BatchRef } from './event.ts'
import type { Review } from './review.ts'
import { reviewInHand } from './rules/r07-in-hand.ts'
import { report } from './rules/table.ts'

/** Material taken out of one account. */
export interface Draw {
  readonly batch: BatchState
  readonly account: AccountState
  readonly massUg: bigint
  readonly pointer: string
  /** True of what was drawn long ago, by an event that is evaluated again. */
  readonly again?: true
}

/** Rules R1, R2 and R7 for each line: it is there, in the hands of whoever acts, enough, and in time. */
export function resolveDraws(
  books: Books,
  lines: readonly BatchDraw[],
  /** Where the lines stand in the document, and when they were drawn (null where that is no moment). */
  at: { readonly pointer: string; readonly atMs: number | null },
  review: Review
): readonly Draw[] | null {
  const draws: Draw[] = []
  lines.forEach((line, index) => {
    const draw = resolveDraw(books, line, `${at.pointer}/${index}`, review)
    if (!draw) return
    reviewInHand(draw, at.atMs, review)
    if (draws.some((other) => other.account.id === draw.account.id)) {
      review.findings.push(
        report('BATCH_REPEATED', {
          pointer: `${draw.pointer}/batch`,
          message: 'The same batch is named twice.',
          remedy: 'Name it once, with the whole mass.'
        })
      )
    }
    draws.push(draw)
  })
  return draws.length === lines.length ? draws : null
}

function resolveDraw(books: Books, line: BatchDraw, pointer: string, review: Review): Draw | null {
  const mass = dryMass(line.mass, `${pointer}/mass`, review.reference.units)
  review.findings.push(...mass.findings)
  const held = heldAccount(books, line.batch, line.owner, pointer, review)
  if (!held || mass.ug === null) return null
  const draw = { ...held, massUg: mass.ug, pointer }
  return enough(draw, review) ? draw : null
}

/** R1: the account from which whoever acts may draw. */
export function heldAccount(
  books: Books,
  ref: BatchRef,
  owner: string | undefined,
  pointer: string,
  review: Review
): { batch: BatchState; account: AccountState } | null {
  const batch = findBatch(books, ref)
  const accounts = batch ? accountsOf(books, batch.id) : []
  const party = batch ? partyAccounts(books, batch.id, review.actor) : []
  // What is in a campaign leaves it only through the campaign's events.
  if (!batch || party.length === 0 || batch.voidedBy !== null || batch.pool) {
    const orphan = !batch && ownNumber(ref, review)
    review.findings.push(
      orphan ? neverMade(ref, `${pointer}/batch`) : unknownBatch(ref, `${pointer}/batch`)
    )
    return null
  }
  const onHand = accounts.filter(
    (account) =>
      account.custodian === review.actor &&
      account.place === 'on_hand' &&
      (owner === undefined || account.owner === owner)
  )
  const filled = onHand.filter((account) => account.balanceUg > 0n)
  // Where nothing is left, a stocktake may still find some: whose it is, nobody guesses.
  const candidates = filled.length > 0 ? filled : onHand
  const [account] = candidates
  if (!account) {
    review.findings.push(notHeld(ref, party, pointer))
    return null
  }
  if (candidates.length > 1) {
    review.findings.push(severalOwners(candidates, pointer))
    return null
  }
  return { batch, account }
}

/** The accounts of a batch in which the organization is or was custodian or owner. */
export function partyAccounts(books: Books, batch: string, organization: string): AccountState[] {
  return accountsOf(books, batch).filter(
    ({ custodian, owner }) => custodian === organization || owner === organization
  )
}

function accountsOf(books: Books, batch: string): AccountState[] {
  const ids = books.batchAccounts.get(batch) ?? []
  return ids.flatMap((id) => books.accounts.get(id) ?? [])
}

/** R1. How much is missing is for those to know who see the balance. */
export function frozenAccount(
  { place, custodian, owner, deficitUg }: AccountState,
  pointer: string,
  { actor }: Review
): Finding {
  const sees = custodian === actor || owner === actor
  const { message, remedy } = FROZEN[place]
  return report('ACCOUNT_FROZEN', {
    pointer,
    message,
    remedy,
    ...(sees ? { actual: `${formatKg(deficitUg)} kg are missing` } : {})
  })
}

interface Frozen {
  readonly message: string
  readonly remedy: string
}

const FROZEN: Readonly<Record<AccountPlace, Frozen>> = {
  on_hand: {
    message: 'A correction showed that more was taken from this account than it held.',
    remedy:
      'Correct what brought in too little or took too much. To record what came in instead: correct the uses, naming corrective events, then record it, then those.'
  },
  in_transit: {
    message:
      'A shipment of this batch was corrected away, and what was received of it still counts: more arrived than was on its way.',
    remedy:
      'Whoever received it corrects that receipt; until then nothing else of this batch goes on its way or arrives.'
  }
}

/** R2. */
function enough(draw: Draw, review: Review): boolean {
  const { account, massUg, pointer } = draw
  if (account.frozen) {
    review.findings.push(frozenAccount(account, `${pointer}/batch`, review))
    return false
  }
  if (massUg <= account.balanceUg) return true
  review.findings.push(
    report('BATCH_OVERDRAWN', {
      pointer: `${pointer}/mass`,
      message: `More is drawn than is there: ${formatKg(massUg)} kg of ${formatKg(account.balanceUg)} kg.`,
      expected: `at most ${formatKg(account.balanceUg)} kg (dry)`,
      actual: `${formatKg(massUg)} kg (dry)`,
      remedy: 'Check the mass and the batch; what is missing may be on its way or already used.'
    })
  )
  return false
}

/** A batch that does not exist and one that the actor may not see answer the same. */
function unknownBatch(ref: BatchRef, pointer: string) {
  return report('BATCH_UNKNOWN', {
    pointer,
    message: `There is no batch ${nameOf(ref)} in your books.`,
    remedy:
      'Record the event that made or received it first; a bought batch enters by receive or commission.',
    ...mistyped(ref)
  })
}

function ownNumber(ref: BatchRef, review: Review): boolean {
  return typeof ref !== 'string' && ref.organization === review.actor
}

/** R1: scrap and co-products are used again and again without ever having been recorded. */
function neverMade(ref: BatchRef, pointer: string) {
  return report('COPRODUCT_ORPHAN', {
    pointer,
    message: `No event of yours ever made ${typeof ref === 'string' ? ref : ref.number}.`,
    remedy:
      'Put the event that makes it first: in a file it stands above. Where none does, record it as a co-product of the event that it arose in; commission it only when it came from outside.',
    ...mistyped(ref)
  })
}

/** A number that looks like that of a batch which is there. */
function mistyped(ref: BatchRef) {
  const unseen = typeof ref === 'string' ? null : unseenInNumber(ref.number)
  return unseen && { expected: unseen.mended, remedy: `The number ${unseen.told}: type it again.` }
}

function notHeld(ref: BatchRef, party: readonly AccountState[], pointer: string) {
  const inTransit = party.some((account) => account.place === 'in_transit')
  return report('BATCH_NOT_HELD', {
    pointer: `${pointer}/batch`,
    message: `Batch ${nameOf(ref)} is not in your custody${inTransit ? ': it is in transit' : ''}.`,
    remedy: 'Only the custodian draws; receive the shipment first, or let the custodian record it.'
  })
}

function severalOwners(candidates: readonly AccountState[], pointer: string) {
  return report('OWNER_AMBIGUOUS', {
    pointer: `${pointer}/owner`,
    message: 'You hold or held this batch for several owners.',
    expected: `one of ${candidates.map((account) => account.owner).join(', ')}`,
    remedy: 'Say whose material it is with `owner`.'
  })
}

/** Consumed draws as postings and element masses. */
export function consume(draws: readonly Draw[]): {
  readonly postings: readonly Posting[]
  readonly elements: readonly ReadonlyMap<string, bigint>[]
  readonly inputs: readonly InputLine[]
} {
  const inputs = draws.map(
    ({ batch, massUg }): InputLine => ({
      batch: batch.id,
      massUg,
      elements: leavingElements(batch, massUg)
    })
  )
  const elements = inputs.map((input) => input.elements)
  const postings = draws.map((draw, index) => ({
    account: draw.account,
    massUg: -draw.massUg,
    elements: negated(elements[index] ?? new Map())
  }))
  return { postings, elements, inputs }
}
