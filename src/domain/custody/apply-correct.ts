import { UNKNOWN_LINEAGE } from '../lineage/derive.ts'
import type { BatchState, Books, RecordedEvent } from './books.ts'
import type { PoolFacts } from './campaign.ts'
import { emptyPool } from './campaign-flow.ts'
import type { BatchLeaving, Effect, KeptPlace, Told, Undoing } from './effect.ts'
import { negated } from './element-mass.ts'
import type { CorrectEvent } from './event.ts'
import { reopenedLines, standing } from './receipt-place.ts'
import type { Review } from './review.ts'
import { siteOf } from './rules/r07-facility.ts'
import { eventInstant, notBefore } from './rules/r07-time.ts'
import { reviewReopened, reviewTakenBack } from './rules/r09-receipt.ts'
import { report } from './rules/table.ts'
import { shipmentWithout } from './shipment.ts'

/**
 * R13: takes back everything that a wrong event did. A correction is never refused because mass was
 * used since: accounts go into deficit, and what the event made stays in the books as void, with its
 * consumers attached, until a corrective event declares it again. The later events of a campaign
 * stand on the wrong one: where nothing takes its place, the pool goes through as it came in.
 */
export function applyCorrect(books: Books, event: CorrectEvent, review: Review): Effect | null {
  const atMs = eventInstant(event, review)
  const site = siteOf(books, event, review)
  const target = books.events.get(event.event)
  if (
    !target ||
    target.organization !== review.actor ||
    (target.undone && !holdsRemainder(books, event, target)) ||
    target.type === 'correct'
  ) {
    review.findings.push(wrongTarget(event, target, review))
    return null
  }
  reviewCorrectiveId(books, event, review)
  notBefore(
    { atMs: target.atMs, what: 'the event to be corrected' },
    { atMs, pointer: '/time' },
    review
  )
  const shipment = target.type === 'ship' ? books.shipments.get(target.id) : undefined
  if (shipment) reviewTakenBack(shipment, review)
  const reopened = event.correctiveEvent === undefined ? reopenedLines(books, target) : []
  for (const line of reopened) reviewReopened(line, '/event', review)
  if (!site || atMs === null) return null
  const kept = event.correctiveEvent === undefined ? keptPlace(books, target) : null
  const undone = kept ? withoutPlace(target, kept) : target
  return {
    atMs: target.atMs,
    newBatches: [],
    postings: undone.postings.map((posting) => ({
      account: posting.account,
      massUg: -posting.massUg,
      elements: posting.elements ? negated(posting.elements) : null
    })),
    draws: returned(undone),
    inputs: [],
    receivedLines: [],
    ...otherSide(books, target, reopened.length > 0),
    holders: event.correctiveEvent === undefined ? holdersOf(books, undone, review) : [],
    undoing: undoingOf(books, event, { target: undone, kept })
  }
}

/** Who is told as well: of a shipment its receiver, of a receipt that settled no more its sender. */
function otherSide(books: Books, target: RecordedEvent, reopens: boolean) {
  const shipment = books.shipments.get(target.shipment ?? '')
  if (shipment && target.type === 'ship') return { otherSide: shipment.receiver }
  return shipment && reopens ? { otherSide: shipment.sender } : {}
}

/**
 * Nothing could ever take the place of the wrong event under an id that stands for another one, or that
 * is kept for what replaces another: one event takes one place.
 */
function reviewCorrectiveId(books: Books, event: CorrectEvent, review: Review): void {
  const { correctiveEvent } = event
  if (correctiveEvent === undefined) return
  const own = [event.id, event.event].some((id) => id === correctiveEvent)
  const stands = own || books.events.get(correctiveEvent) !== undefined
  if (!stands && books.announced.get(correctiveEvent) === undefined) return
  review.findings.push(
    report('ID_CONFLICT', {
      pointer: '/correctiveEvent',
      message: stands
        ? `The id ${correctiveEvent} stands for another event already.`
        : `Another correction names ${correctiveEvent} for what replaces its event.`,
      remedy: 'Choose a new id for the corrective event, and record it after this one.'
    })
  )
}

function wrongTarget(event: CorrectEvent, target: RecordedEvent | undefined, review: Review) {
  const foreign = target?.organization !== review.actor
  return report('CORRECTION_TARGET', {
    pointer: '/event',
    message:
      !target || foreign
        ? `There is no event ${event.event} that you recorded.`
        : target.undone
          ? 'The event has been corrected already.'
          : 'A correction is not corrected itself.',
    remedy:
      target && !foreign
        ? 'Correct the event that stands in its place. Where none does, record what happened: as the corrective event that the correction names, else as a new one.'
        : 'Use the id of an event that your organization recorded.'
  })
}

/** R8: a campaign goes on after an event of it that did not occur; after a closing it is open again. */
function keptPlace(books: Books, target: RecordedEvent): KeptPlace | null {
  const pool = target.outputs.flatMap((id) => {
    const state = books.batches.get(id)
    return state?.pool ? [{ ...state, pool: state.pool }] : []
  })[0]
  if (!pool) return null
  const { previous } = pool.pool
  const before = previous === null ? [] : [previous]
  return {
    pool: {
      ...pool,
      status: 'suspect',
      // What the event was flagged for went with it.
      flagged: false,
      pool: { ...pool.pool, closed: false, carryTo: null }
    },
    batches: [pool.id, ...before, ...takenOver(books, target, pool)]
  }
}

/**
 * R8: remainders that the event took over stay in the campaign where later events stand on them, as long
 * as their closings hand them over. Else they wait again for the next event.
 */
function takenOver(
  books: Books,
  target: RecordedEvent,
  { pool, drawnUg }: BatchState & { readonly pool: PoolFacts }
): string[] {
  if (drawnUg === 0n) return []
  return target.postings.flatMap(({ account, massUg }) => {
    const drawn = massUg < 0n ? books.batches.get(account.batch) : undefined
    const handedOver = drawn?.voidedBy === null && drawn.pool?.carryTo === pool.campaign
    return handedOver ? account.batch : []
  })
}

/** Always in the same order, so that a replay tells them the same. */
function holdersOf(books: Books, { outputs }: RecordedEvent, { actor }: Review): Told[] {
  const accounts = [...outputs]
    .sort()
    .flatMap((batch) => books.batchAccounts.get(batch) ?? [])
    .flatMap((id) => books.accounts.get(id) ?? [])
    .filter(({ balanceUg }) => balanceUg > 0n)
  const holding = accounts.flatMap(({ batch, custodian, owner }) =>
    [custodian, owner].filter((party) => party !== actor).map((party) => `${batch} ${party}`)
  )
  return [...new Set(holding)].sort().map((text) => {
    const [batch, organization] = text.split(' ') as [string, string]
    return { batch, organization }
  })
}

/**
 * R8: a place that was taken back and still holds what its giver no longer hands over, since the closing was
 * corrected after it. Taken back once more, it lets go of that, and the other campaign goes on.
 */
function holdsRemainder(books: Books, event: CorrectEvent, target: RecordedEvent): boolean {
  const kept = event.correctiveEvent === undefined ? keptPlace(books, target) : null
  return kept !== null && withoutPlace(target, kept).postings.length > 0
}

function withoutPlace(target: RecordedEvent, { pool, batches }: KeptPlace): RecordedEvent {
  return {
    ...target,
    outputs: target.outputs.filter((id) => id !== pool.id),
    postings: target.postings.filter(({ account }) => !batches.includes(account.batch))
  }
}

/** Mass that the event had taken out of batches for good and that is there again. */
function returned(target: RecordedEvent): BatchLeaving[] {
  return target.postings
    .filter(({ account, elements }) => elements !== null && !target.outputs.includes(account.batch))
    .map(({ account, massUg }) => ({
      batch: account.batch,
      massUg,
      foundUg: massUg > 0n ? -massUg : 0n
    }))
}

function undoingOf(
  books: Books,
  event: CorrectEvent,
  { target, kept }: { readonly target: RecordedEvent; readonly kept: KeptPlace | null }
): Undoing {
  const voided = target.outputs.flatMap((id): BatchState[] => {
    const state = books.batches.get(id)
    return state ? [voidBatch(state, event.id)] : []
  })
  const shipment = books.shipments.get(target.shipment ?? '')
  const others = (books.receipts.get(target.shipment ?? '') ?? []).filter((id) => id !== target.id)
  return {
    event: target.id,
    voided,
    kept,
    shipment: shipment ? shipmentWithout(shipment, target, standing(books, others)) : null
  }
}

/** It never was: no element mass, no known origin, and nobody may draw on it. */
function voidBatch(state: BatchState, correction: string): BatchState {
  return {
    ...state,
    event: correction,
    elements: new Map(),
    uncertainty: new Map(),
    bounds: new Map(),
    gained: new Map(),
    closedFor: 'all',
    unassayedUg: 0n,
    status: 'contested',
    voidedBy: correction,
    lineage: UNKNOWN_LINEAGE,
    ...(state.pool ? { pool: emptyPool(state.pool) } : {})
  }
}
