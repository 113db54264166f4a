import type { CustodyEvent } from '../event.ts'
import type { Review } from '../review.ts'
import { report } from './table.ts'

/** Milliseconds of an RFC 3339 UTC time, or null for a day or hour that does not exist. */
export function instant(time: string): number | null {
  const ms = Date.parse(time)
  // A day or an hour that does not exist is counted on into the next day or month.
  return new Date(ms).getUTCDate() === Number(time.slice(8, 10)) ? ms : null
}

/** R7: an event is a real moment that is not in the future (a small clock skew is forgiven). */
export function eventInstant(event: CustodyEvent, review: Review): number | null {
  const ms = instant(event.time)
  if (ms === null) {
    review.findings.push(
      report('DATE_INVALID', {
        pointer: '/time',
        message: `${event.time} is not a real moment.`,
        remedy: 'State an existing day and hour, RFC 3339 in UTC, for example 2026-09-30T14:00:00Z.'
      })
    )
    return null
  }
  const latest = review.nowMs + review.reference.rules.r7.futureSkewSeconds * 1000
  if (ms > latest) {
    review.findings.push(
      report('DATE_FUTURE', {
        pointer: '/time',
        message: 'The event lies in the future.',
        expected: `at most ${new Date(latest).toISOString()}`,
        actual: event.time,
        remedy: 'Record what has happened; check the clock and the time zone (times are UTC).'
      })
    )
  }
  return ms
}

/** R7: nothing happens to a batch before it exists. */
export function notBefore(
  made: { readonly atMs: number; readonly what: string },
  event: { readonly atMs: number | null; readonly pointer: string },
  review: Review
): void {
  if (event.atMs === null || event.atMs >= made.atMs) return
  review.findings.push(
    report('DATE_ORDER', {
      pointer: event.pointer,
      message: `The event happens before ${made.what} existed.`,
      expected: `at or after ${new Date(made.atMs).toISOString()}`,
      actual: new Date(event.atMs).toISOString(),
      remedy:
        'Check the time of this event and of the one before it, which made the batch, sent the shipment or is corrected.'
    })
  )
}
