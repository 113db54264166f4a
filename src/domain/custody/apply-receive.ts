import { dryMass } from '../quantity/dry-mass.ts'
import type { BatchState, Books, ShipmentLineState, ShipmentState } from './books.ts'
import { findBatch } from './books.ts'
import type { Effect, Posting } from './effect.ts'
import { leavingElements, negated } from './element-mass.ts'
import type { BatchReceipt, ReceiveEvent } from './event.ts'
import { lineThen, receiptPlace, reopenedUg, withSince } from './receipt-place.ts'
import type { Review } from './review.ts'
import { siteOf } from './rules/r07-facility.ts'
import { eventInstant, notBefore } from './rules/r07-time.ts'
import { reviewReassay } from './rules/r09-reassay.ts'
import {
  lineUnknown,
  massMissing,
  notMore,
  notOnItsWay,
  reviewLoss,
  reviewReopened,
  severalOwners,
  worthDisputing
} from './rules/r09-receipt.ts'
import { reviewTransit } from './rules/r10-plausible-time.ts'
import { reviewAnnounced } from './rules/r13-corrective.ts'
import { report } from './rules/table.ts'
import type { LineReceipt } from './shipment.ts'

interface Arrival {
  readonly line: ShipmentLineState
  readonly batch: BatchState
  readonly receipt: LineReceipt
}

/**
 * The receiver says what arrived (custody.md, Events). Accepted: custody, and ownership if so
 * shipped, are theirs, and the difference is transit loss, unless more is to come. Disputed: what
 * arrived is theirs, the difference stays in transit. Returned: it is in the sender's hands again.
 */
export function applyReceive(books: Books, event: ReceiveEvent, review: Review): Effect | null {
  const atMs = eventInstant(event, review)
  const site = siteOf(books, event, review)
  reviewAnnounced(books, event, review)
  const shipment = books.shipments.get(event.shipment)
  if (!shipment || shipment.receiver !== review.actor) {
    review.findings.push(
      report('SHIPMENT_UNKNOWN', {
        pointer: '/shipment',
        message: `There is no shipment ${event.shipment} on its way to you.`,
        remedy: 'Use the id of the ship event; only its receiver may record the receipt.'
      })
    )
    return null
  }
  notBefore({ atMs: shipment.shippedAt, what: 'the shipment' }, { atMs, pointer: '/time' }, review)
  if (atMs !== null) reviewTransit(shipment.shippedAt, atMs, review)
  const arrivals = resolveArrivals(books, event, shipment, review)
  if (!arrivals || !site || atMs === null) return null
  if (!onItsWay(books, arrivals, review)) return null
  return {
    atMs,
    newBatches: [],
    postings: arrivals.flatMap((arrival) => arrivalPostings(arrival, shipment)),
    draws: arrivals
      .filter(({ receipt }) => receipt.lostUg > 0n)
      .map(({ batch, receipt }) => ({ batch: batch.id, massUg: receipt.lostUg, foundUg: 0n })),
    inputs: [],
    receivedLines: arrivals.map(({ receipt }) => receipt),
    otherSide: shipment.sender
  }
}

function resolveArrivals(
  books: Books,
  event: ReceiveEvent,
  shipment: ShipmentState,
  review: Review
): readonly Arrival[] | null {
  const taken = new Set<number>()
  const place = receiptPlace(books, event)
  const arrivals = event.lines.map((receipt, index) => {
    const pointer = `/lines/${index}`
    const batch = findBatch(books, receipt.batch)
    const candidates = shipment.lines.filter(
      (candidate) =>
        candidate.batch === batch?.id &&
        (receipt.owner ?? candidate.owner) === candidate.owner &&
        candidate.openUg > 0n &&
        !taken.has(candidate.line)
    )
    // Receipts of before this was asked for took the first.
    const [now] = candidates
    const line = now && lineThen(now, place)
    if (candidates.length > 1) review.findings.push(severalOwners(candidates, pointer))
    if (!batch || !line) {
      review.findings.push(lineUnknown(pointer, receipt, shipment))
      return null
    }
    taken.add(line.line)
    reviewReassay(receipt, batch, pointer, review)
    const did = lineReceipt(receipt, line, { event, pointer }, review)
    if (did && place) {
      const ug = reopenedUg(line, did, place)
      reviewReopened({ batch: batch.id, ug }, pointer, review)
    }
    return did ? { line, batch, receipt: withSince(did, line, place) } : null
  })
  return arrivals.every((arrival) => arrival !== null) ? arrivals : null
}

function lineReceipt(
  receipt: BatchReceipt,
  line: ShipmentLineState,
  at: { readonly event: ReceiveEvent; readonly pointer: string },
  review: Review
): LineReceipt | null {
  const { outcome, shipment } = at.event
  const statedUg = statedMass(receipt, line, at, review)
  if (statedUg === null || !notMore(statedUg, line, at.pointer, review)) return null
  // The receiver's scale may read a little more; the books credit what was shipped.
  const ug = statedUg < line.openUg ? statedUg : line.openUg
  const nothing = { receivedUg: 0n, returnedUg: 0n, lostUg: 0n, disputed: false }
  const of = { shipment, line: line.line, batch: line.batch, disputedBefore: line.disputed }
  switch (outcome) {
    case 'accepted': {
      const lostUg = receipt.partial ? 0n : line.openUg - ug
      reviewLoss(lostUg, line, at.pointer, review)
      return { ...nothing, ...of, receivedUg: ug, lostUg }
    }
    case 'disputed':
      if (!worthDisputing(ug, line, at.pointer, review)) return null
      return { ...nothing, ...of, receivedUg: ug, disputed: true }
    case 'returned':
      return { ...nothing, ...of, returnedUg: ug, disputed: line.disputed && ug < line.openUg }
  }
}

/**
 * Without a mass: all of what is open goes back, nothing of what is disputed has arrived. Accepting
 * needs one, except to give up what was disputed or announced and never came.
 */
function statedMass(
  receipt: BatchReceipt,
  line: ShipmentLineState,
  { event, pointer }: { readonly event: ReceiveEvent; readonly pointer: string },
  review: Review
): bigint | null {
  if (receipt.mass) {
    const mass = dryMass(receipt.mass, `${pointer}/mass`, review.reference.units)
    review.findings.push(...mass.findings)
    return mass.ug
  }
  if (event.outcome === 'returned') return line.openUg
  if (event.outcome === 'disputed' || line.disputed || line.openUg < line.shippedUg) return 0n
  review.findings.push(massMissing(pointer))
  return null
}

/**
 * R2: what is received is on its way. A line may be open for more: the correction of another shipment
 * took back what had set off, and what was received of it still counts.
 */
function onItsWay(books: Books, arrivals: readonly Arrival[], review: Review): boolean {
  const leftUg = new Map<string, bigint>()
  const short = arrivals.flatMap((arrival, index) => {
    const { account } = arrival.line
    const { receivedUg, returnedUg, lostUg } = arrival.receipt
    const ug = receivedUg + returnedUg + lostUg
    const thereUg = leftUg.get(account) ?? books.accounts.get(account)?.balanceUg ?? 0n
    leftUg.set(account, thereUg - ug)
    return ug > thereUg ? [notOnItsWay({ ug, thereUg }, index)] : []
  })
  review.findings.push(...short)
  return short.length === 0
}

function arrivalPostings({ line, batch, receipt }: Arrival, shipment: ShipmentState): Posting[] {
  const { receivedUg, returnedUg, lostUg } = receipt
  const transit = {
    batch: batch.id,
    custodian: shipment.sender,
    owner: line.owner,
    place: 'in_transit' as const
  }
  const back = { ...transit, place: 'on_hand' as const }
  const owner = shipment.ownership === 'transferred' ? shipment.receiver : line.owner
  const arrived = { ...back, custodian: shipment.receiver, owner }
  const move = (to: Posting['account'], massUg: bigint): Posting[] =>
    massUg > 0n
      ? [
          { account: transit, massUg: -massUg, elements: null },
          { account: to, massUg, elements: null }
        ]
      : []
  const lost: Posting[] =
    lostUg > 0n
      ? [{ account: transit, massUg: -lostUg, elements: negated(leavingElements(batch, lostUg)) }]
      : []
  return [...move(arrived, receivedUg), ...move(back, returnedUg), ...lost]
}
