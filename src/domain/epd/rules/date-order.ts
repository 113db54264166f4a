import type { Finding } from '../../finding.ts'
import type { EpdReview } from '../review.ts'
import { asExactly, type StatedDate } from '../stated-date.ts'
import { report } from './table.ts'

/** E3: nothing ends before it starts, and what is told to have happened has. */
export function reviewDateOrder(review: EpdReview): Finding[] {
  return [...reviewPeriods(review), ...reviewMilestones(review), ...reviewFuture(review)]
}

function reviewPeriods({ epd: { validFrom, validUntil, dataPeriod } }: EpdReview): Finding[] {
  const findings: Finding[] = []
  if (validFrom && validUntil && validUntil.date <= validFrom.date) {
    findings.push(backwards('/validUntil', validFrom.date, validUntil.date))
  }
  if (dataPeriod && dataPeriod.until <= dataPeriod.from) {
    findings.push(backwards('/dataPeriod/until', dataPeriod.from, dataPeriod.until))
  }
  return findings
}

function backwards(pointer: string, from: string, until: string): Finding {
  return report('EPD_DATE_ORDER', {
    pointer,
    message: 'The period ends before it starts.',
    expected: `after ${from}`,
    actual: until,
    remedy: 'Correct the start or the end.'
  })
}

/** Nobody verifies or publishes what is over. Which of the two dates is wrong is not known, so it is told. */
function reviewMilestones({ epd }: EpdReview): Finding[] {
  const { published, verification, validUntil } = epd
  if (!validUntil) return []
  const milestones = [
    ['/published', 'published', published],
    ['/verification/date', 'verified', verification?.date]
  ] as const
  return milestones.flatMap(([pointer, done, stated]) =>
    stated && isAfter(stated, validUntil)
      ? [
          report('EPD_DATE_LATE', {
            pointer,
            message: `The declaration was ${done} after the end of its validity.`,
            expected: `at most ${validUntil.date}`,
            actual: stated.date,
            remedy: 'Correct this date, or the end of validity.'
          })
        ]
      : []
  )
}

/** Told and not refused: whoever submits may state the day for which the verification is planned. */
function reviewFuture({ epd, today }: EpdReview): Finding[] {
  const { dataPeriod, verification } = epd
  const told = [
    ['/dataPeriod/until', 'The data were collected', day(dataPeriod?.until)],
    ['/verification/date', 'The verification took place', verification?.date]
  ] as const
  return told.flatMap(([pointer, what, stated]) =>
    stated && isAfter(stated, { date: today, precision: 'day' })
      ? [
          report('EPD_DATE_FUTURE', {
            pointer,
            message: `${what} on a day that is still to come.`,
            expected: `at most ${today}`,
            actual: stated.date,
            remedy: 'Correct the date, or state it in a version that follows once it has happened.'
          })
        ]
      : []
  )
}

function day(date: string | undefined): StatedDate | undefined {
  return date === undefined ? undefined : { date, precision: 'day' }
}

/** As exactly as both are known. */
function isAfter(one: StatedDate, other: StatedDate): boolean {
  const shown = asExactly(one, other)
  return shown(one.date) > shown(other.date)
}
