import { dryMass } from '../quantity/dry-mass.ts'
import { formatKg } from '../quantity/mass.ts'
import { compare, multiply, parseDecimal } from '../quantity/rational.ts'
import type { BatchState, Books, ShipmentLineState, ShipmentState } from './books.ts'
import { findBatch } from './books.ts'
import type { Effect, Posting } from './effect.ts'
import { leavingElements, negated } from './element-mass.ts'
import type { BatchReceipt, ReceiveEvent } from './event.ts'
import type { Review } from './review.ts'
import { siteOf } from './rules/r07-facility.ts'
import { eventInstant, notBefore } from './rules/r07-time.ts'
import { reviewTransit } from './rules/r10-plausible-time.ts'
import { reviewAnnounced } from './rules/r13-corrective.ts'
import { report } from './rules/table.ts'

interface Arrival {
  readonly line: ShipmentLineState
  readonly batch: BatchState
  /** Credited mass: what the receiver weighed, at most what was shipped. */
  readonly receivedUg: bigint
}

/** The receiver accepts: custody (and ownership, if so shipped) is theirs; the difference is loss. */
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
  return {
    newBatches: [],
    postings: arrivals.flatMap((arrival) => arrivalPostings(arrival, shipment)),
    draws: arrivals
      .filter((arrival) => lossOf(arrival) > 0n)
      .map((arrival) => ({ batch: arrival.batch.id, massUg: lossOf(arrival), foundUg: 0n })),
    inputs: [],
    receivedLines: arrivals.map(({ line, receivedUg }) => ({
      shipment: shipment.id,
      line: line.line,
      receivedUg
    }))
  }
}

function resolveArrivals(
  books: Books,
  event: ReceiveEvent,
  shipment: ShipmentState,
  review: Review
): readonly Arrival[] | null {
  const taken = new Set<number>()
  const arrivals = event.lines.map((receipt, index) => {
    const pointer = `/lines/${index}`
    const mass = dryMass(receipt.mass, `${pointer}/mass`, review.reference.units)
    review.findings.push(...mass.findings)
    const batch = findBatch(books, receipt.batch)
    const line = shipment.lines.find(
      (candidate) =>
        candidate.batch === batch?.id && candidate.openUg > 0n && !taken.has(candidate.line)
    )
    if (!batch || !line) {
      review.findings.push(lineUnknown(pointer, receipt))
      return null
    }
    taken.add(line.line)
    if (mass.ug === null || !notMore(mass.ug, line, pointer, review)) return null
    const receivedUg = mass.ug < line.openUg ? mass.ug : line.openUg
    return { line, batch, receivedUg }
  })
  return arrivals.every((arrival) => arrival !== null) ? arrivals : null
}

function lineUnknown(pointer: string, receipt: BatchReceipt) {
  return report('RECEIPT_LINE_UNKNOWN', {
    pointer: `${pointer}/batch`,
    message: 'The shipment does not hold this batch, or it has been received already.',
    actual: typeof receipt.batch === 'string' ? receipt.batch : receipt.batch.number,
    remedy: 'Name the batches of the shipment, each once.'
  })
}

/** R9: the receiver's scale may read a little more; the books credit what was shipped. */
function notMore(ug: bigint, line: ShipmentLineState, pointer: string, review: Review): boolean {
  const { overReceiptTolerance } = review.reference.rules.r9
  const factor = parseDecimal(overReceiptTolerance) ?? { n: 0n, d: 1n }
  const surplus = { n: ug - line.openUg, d: 1n }
  if (compare(surplus, multiply({ n: line.openUg, d: 1n }, factor)) <= 0) return true
  review.findings.push(
    report('RECEIPT_EXCEEDS_SHIPMENT', {
      pointer: `${pointer}/mass`,
      message: 'More is received than was shipped.',
      expected: `at most ${formatKg(line.openUg)} kg (dry), a scale difference forgiven`,
      actual: `${formatKg(ug)} kg (dry)`,
      remedy: 'Settle the mass with the sender before you accept.'
    })
  )
  return false
}

function lossOf({ line, receivedUg }: Arrival): bigint {
  return line.openUg - receivedUg
}

function arrivalPostings(arrival: Arrival, shipment: ShipmentState): Posting[] {
  const { line, batch, receivedUg } = arrival
  const transit = {
    batch: batch.id,
    custodian: shipment.sender,
    owner: line.owner,
    place: 'in_transit' as const
  }
  const owner = shipment.ownership === 'transferred' ? shipment.receiver : line.owner
  const onHand = {
    batch: batch.id,
    custodian: shipment.receiver,
    owner,
    place: 'on_hand' as const
  }
  const postings: Posting[] = []
  if (receivedUg > 0n) {
    postings.push({ account: transit, massUg: -receivedUg, elements: null })
    postings.push({ account: onHand, massUg: receivedUg, elements: null })
  }
  const lossUg = lossOf(arrival)
  if (lossUg > 0n) {
    const elements = negated(leavingElements(batch, lossUg))
    postings.push({ account: transit, massUg: -lossUg, elements })
  }
  return postings
}
