import { formatKg } from '../../quantity/mass.ts'
import { availableAt, availableFrom, wasShort } from '../arrivals.ts'
import type { Draw } from '../draw.ts'
import { timesOf } from '../effect.ts'
import type { Review } from '../review.ts'
import { report } from './table.ts'

/**
 * R7: what is used has come in by then. Whoever made the material has it since it was made, whoever
 * received it since the receipt, and of what came in parts no more can be used than had come.
 */
export function reviewInHand(draw: Draw, atMs: number | null, review: Review): void {
  const { account, batch, massUg } = draw
  // That it did not even exist is said by itself.
  if (atMs === null || atMs < batch.producedAt) return
  const times = timesOf(account)
  const there = availableAt(times, atMs)
  if (massUg <= there) return
  const from = availableFrom(times, atMs, massUg)
  const since = from === null ? '' : `at or after ${new Date(from).toISOString()}`
  const name = batch.number ?? batch.id
  if (there <= 0n) {
    review.findings.push(tooEarly(name, since, atMs))
    return
  }
  review.findings.push(
    report('DATE_ORDER', {
      pointer: `${draw.pointer}/mass`,
      message: `Of batch ${name} less was in your hands at the time of this event: the rest came in later.`,
      expected: `at most ${formatKg(there)} kg (dry), or ${since || 'a later time'}`,
      actual: `${formatKg(massUg)} kg (dry) at ${new Date(atMs).toISOString()}`,
      remedy: 'Check the mass, the time of this event and the times of the receipts.'
    })
  )
}

/** The same where nothing more is drawn: of an event that is recorded already (R13), and of a stocktake. */
export function reviewHeldThen(
  { account, batch }: Pick<Draw, 'account' | 'batch'>,
  atMs: number | null,
  review: Review
): void {
  if (atMs === null || atMs < batch.producedAt) return
  const times = timesOf(account)
  if (!wasShort(times, atMs)) return
  const from = availableFrom(times, atMs, 0n)
  const since = from === null ? '' : `at or after ${new Date(from).toISOString()}`
  review.findings.push(tooEarly(batch.number ?? batch.id, since, atMs))
}

function tooEarly(name: string, since: string, atMs: number) {
  return report('DATE_ORDER', {
    pointer: '/time',
    message: `The event happens before what it takes of batch ${name} was in your hands.`,
    ...(since === '' ? {} : { expected: since }),
    actual: new Date(atMs).toISOString(),
    remedy:
      'Check the time of this event and of the receipt: material is used after it has come in.'
  })
}
