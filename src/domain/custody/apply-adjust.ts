import { dryMass } from '../quantity/dry-mass.ts'
import { formatKg } from '../quantity/mass.ts'
import { everCame } from './arrivals.ts'
import type { AccountState, BatchState, Books } from './books.ts'
import { heldAccount, resolveDraws } from './draw.ts'
import type { Effect } from './effect.ts'
import { leavingElements } from './element-mass.ts'
import type { AdjustEvent } from './event.ts'
import { mostFoundUg, partOf, toleranceOfBatch } from './finds.ts'
import type { Review } from './review.ts'
import { siteOf } from './rules/r07-facility.ts'
import { reviewHeldThen } from './rules/r07-in-hand.ts'
import { eventInstant, notBefore } from './rules/r07-time.ts'
import { reviewAnnounced } from './rules/r13-corrective.ts'
import { report } from './rules/table.ts'

/** A stocktake difference, a sample or a destruction. */
export function applyAdjust(books: Books, event: AdjustEvent, review: Review): Effect | null {
  const atMs = eventInstant(event, review)
  const site = siteOf(books, event, review)
  reviewAnnounced(books, event, review)
  const change =
    event.direction === 'decrease'
      ? decrease(books, event, atMs, review)
      : increase(books, event, atMs, review)
  if (!change || !site || atMs === null) return null
  const made = { atMs: change.held.batch.producedAt, what: 'the batch' }
  notBefore(made, { atMs, pointer: '/time' }, review)
  return effectOf(change, atMs)
}

interface Adjustment {
  readonly held: { readonly batch: BatchState; readonly account: AccountState }
  /** Negative where mass is taken out. */
  readonly massUg: bigint
  /** What of each element comes or goes, never negative. */
  readonly elements: ReadonlyMap<string, bigint>
}

function decrease(
  books: Books,
  event: AdjustEvent,
  atMs: number | null,
  review: Review
): Adjustment | null {
  const line = {
    batch: event.batch,
    mass: event.mass,
    ...(event.owner === undefined ? {} : { owner: event.owner })
  }
  // The document has one line; findings point into it without an index.
  const before = review.findings.length
  const draws = resolveDraws(books, [line], { pointer: '', atMs }, review)
  relocate(review, before)
  const [draw] = draws ?? []
  if (!draw) return null
  const elements = leavingElements(draw.batch, draw.massUg)
  return { held: draw, massUg: -draw.massUg, elements }
}

function relocate(review: Review, from: number): void {
  for (let index = from; index < review.findings.length; index += 1) {
    const finding = review.findings[index]
    if (finding)
      review.findings[index] = { ...finding, pointer: finding.pointer.replace(/^\/0/, '') }
  }
}

/** R3: only the rounding of scales is found again; what is more has an unknown origin. */
function increase(
  books: Books,
  event: AdjustEvent,
  atMs: number | null,
  review: Review
): Adjustment | null {
  const mass = dryMass(event.mass, '/mass', review.reference.units)
  review.findings.push(...mass.findings)
  const held = heldAccount(books, event.batch, event.owner, '', review)
  if (event.reason !== 'stocktake') review.findings.push(noGain(event.reason))
  if (!held || mass.ug === null || event.reason !== 'stocktake') return null
  reviewHeldThen(held, atMs, review)
  if (!mayBeFound(held, mass.ug, review)) return null
  return { held, massUg: mass.ug, elements: leavingElements(held.batch, mass.ug) }
}

/**
 * R3: the tolerance is part of what was weighed, over all that is ever found: of the batch, and of what
 * came to whoever counts, since nobody finds more of a batch than they had of it.
 */
function mayBeFound({ batch, account }: Adjustment['held'], ug: bigint, review: Review): boolean {
  const { rules, stages } = review.reference
  const part = rules.r3.tolerance[stages.get(batch.stage ?? '')?.balance ?? 'chemistry']
  const tolerance = toleranceOfBatch(batch, review)
  const here = everCame(account.arrivals)
  const mostUg = mostFoundUg(batch, review)
  const overall = batch.foundUg + ug > mostUg
  if (!overall && here.foundUg + ug <= partOf(here.movedUg, tolerance)) return true
  const foundUg = overall ? batch.foundUg : here.foundUg
  const before = foundUg > 0n ? `, ${formatKg(foundUg)} kg were found before` : ''
  const of = overall
    ? `the batch of ${formatKg(batch.massUg)} kg`
    : `the ${formatKg(here.movedUg)} kg of the batch that came to you`
  const gained =
    overall && mostUg < partOf(batch.massUg, tolerance)
      ? `, less what the events before gained: ${formatKg(mostUg)} kg`
      : ''
  review.findings.push(
    report('ADJUST_GAIN', {
      pointer: '/mass',
      message: 'More is found than a stocktake may add.',
      expected: `at most ${part} of ${of}, over all stocktakes${gained}`,
      actual: `${formatKg(ug)} kg (dry)${before}`,
      remedy: 'Commission the surplus as a batch of unknown origin.'
    })
  )
  return false
}

/** R3: whoever takes a sample or destroys material has less of it afterwards. */
function noGain(reason: AdjustEvent['reason']) {
  return report('ADJUST_GAIN', {
    pointer: '/reason',
    message: `Nothing is gained by ${reason}.`,
    expected: 'stocktake, where the direction is increase',
    actual: reason,
    remedy: 'State the direction decrease, or that a stocktake found more.'
  })
}

function effectOf({ held, massUg, elements }: Adjustment, atMs: number): Effect {
  const sign = massUg < 0n ? -1n : 1n
  return {
    atMs,
    newBatches: [],
    postings: [
      {
        account: held.account,
        massUg,
        elements: new Map([...elements].map(([element, ug]) => [element, sign * ug]))
      }
    ],
    draws: [{ batch: held.batch.id, massUg: -massUg, foundUg: massUg > 0n ? massUg : 0n }],
    inputs: [],
    receivedLines: []
  }
}
