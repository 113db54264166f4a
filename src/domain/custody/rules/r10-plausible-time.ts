import type { CustodyEvent } from '../event.ts'
import type { Review } from '../review.ts'
import { instant } from './r07-time.ts'
import { report } from './table.ts'

const DAY_MS = 86_400_000

/** R10: an event that is recorded very long after it happened more likely has a wrong date. */
export function reviewAge(event: CustodyEvent, review: Review): void {
  const { maximumAgeDays } = review.reference.rules.r10
  const atMs = instant(event.time)
  if (atMs === null) return
  const days = Math.floor((review.nowMs - atMs) / DAY_MS)
  if (days <= maximumAgeDays) return
  review.findings.push(
    implausible({
      message: 'The event is said to have happened very long ago.',
      expected: `at most ${maximumAgeDays} days before it is recorded`,
      actual: `${days} days before`
    })
  )
}

/** R10: nothing is on its way for so long. */
export function reviewTransit(shippedAt: number, receivedAt: number, review: Review): void {
  const { maximumTransitDays } = review.reference.rules.r10
  const days = Math.floor((receivedAt - shippedAt) / DAY_MS)
  if (days <= maximumTransitDays) return
  review.findings.push(
    implausible({
      message: 'The shipment is said to have been on its way very long.',
      expected: `at most ${maximumTransitDays} days`,
      actual: `${days} days`
    })
  )
}

function implausible(told: { message: string; expected: string; actual: string }) {
  return report('TIME_IMPLAUSIBLE', {
    pointer: '/time',
    ...told,
    remedy: 'Check the year; if it is right, there is nothing to do.'
  })
}
