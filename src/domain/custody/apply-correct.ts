import { UNKNOWN_LINEAGE } from '../lineage/derive.ts'
import type { BatchState, Books, RecordedEvent } from './books.ts'
import { emptyPool } from './campaign-flow.ts'
import type { BatchLeaving, Effect, Undoing } from './effect.ts'
import { negated } from './element-mass.ts'
import type { CorrectEvent } from './event.ts'
import type { Review } from './review.ts'
import { siteOf } from './rules/r07-facility.ts'
import { eventInstant, notBefore } from './rules/r07-time.ts'
import { report } from './rules/table.ts'
import { shipmentWithout } from './shipment.ts'

/**
 * R13: takes back everything that a wrong event did. A correction is never refused because mass was
 * used since: accounts go into deficit, and what the event made stays in the books as void, with its
 * consumers attached, until a corrective event declares it again.
 */
export function applyCorrect(books: Books, event: CorrectEvent, review: Review): Effect | null {
  const atMs = eventInstant(event, review)
  const site = siteOf(books, event, review)
  const target = books.events.get(event.event)
  if (
    !target ||
    target.organization !== review.actor ||
    target.undone ||
    target.type === 'correct'
  ) {
    review.findings.push(wrongTarget(event, target, review))
    return null
  }
  notBefore(
    { atMs: target.atMs, what: 'the event to be corrected' },
    { atMs, pointer: '/time' },
    review
  )
  reviewPlace(books, event, target, review)
  if (!site || atMs === null) return null
  return {
    newBatches: [],
    postings: target.postings.map((posting) => ({
      account: posting.account,
      massUg: -posting.massUg,
      elements: posting.elements ? negated(posting.elements) : null
    })),
    draws: returned(target),
    inputs: [],
    receivedLines: [],
    undoing: undoingOf(books, event, target)
  }
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
        ? 'Correct the event that stands in its place.'
        : 'Use the id of an event that your organization recorded.'
  })
}

/** R8: later events of a campaign stand on the wrong one, so something has to take its place. */
function reviewPlace(books: Books, event: CorrectEvent, target: RecordedEvent, review: Review) {
  const runs = target.outputs.some((id) => books.batches.get(id)?.pool)
  if (!runs || event.correctiveEvent !== undefined) return
  review.findings.push(
    report('CAMPAIGN_CORRECTION', {
      pointer: '/correctiveEvent',
      message: 'The event belongs to a campaign, whose later events stand on it.',
      remedy:
        'Name a corrective event; where nothing happened, a transform of the campaign without inputs and outputs.'
    })
  )
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

function undoingOf(books: Books, event: CorrectEvent, target: RecordedEvent): Undoing {
  const voided = target.outputs.flatMap((id): BatchState[] => {
    const state = books.batches.get(id)
    return state ? [voidBatch(state, event.id)] : []
  })
  const shipment = books.shipments.get(target.shipment ?? '')
  return {
    event: target.id,
    voided,
    shipment: shipment ? shipmentWithout(shipment, target) : null
  }
}

/** It never was: no element mass, no known origin, and nobody may draw on it. */
function voidBatch(state: BatchState, correction: string): BatchState {
  return {
    ...state,
    event: correction,
    elements: new Map(),
    uncertainty: new Map(),
    closedFor: 'all',
    unassayedUg: 0n,
    status: 'contested',
    voidedBy: correction,
    lineage: UNKNOWN_LINEAGE,
    ...(state.pool ? { pool: emptyPool(state.pool) } : {})
  }
}
