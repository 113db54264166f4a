import type { Finding } from '../../finding.ts'
import type { Epd } from '../epd.ts'
import type { EpdReview, EpdRule } from '../review.ts'
import { addYears, asExactly, isCalendarDay, type StatedDate } from '../stated-date.ts'
import { pcrOutOfForce } from './pcr.ts'
import { report } from './table.ts'

/** E3: real days, in order, valid for at most five years, under rules that were valid then. */
export const reviewDates: EpdRule = (review) => {
  const invalid = datesOf(review.epd).filter(([, date]) => !isCalendarDay(date))
  if (invalid.length > 0) return invalid.map(([pointer, date]) => notADay(pointer, date))
  return [
    ...reviewOrder(review.epd),
    ...reviewPeriod(review),
    ...reviewExpiry(review),
    ...reviewPcr(review)
  ]
}

function datesOf(epd: Epd): readonly (readonly [string, string])[] {
  const stated: readonly (readonly [string, StatedDate | undefined])[] = [
    ['/published', epd.published],
    ['/validFrom', epd.validFrom],
    ['/validUntil', epd.validUntil],
    ['/pcr/validUntil', epd.pcr?.validUntil],
    ['/verification/date', epd.verification?.date]
  ]
  const days = stated.flatMap(([pointer, date]) => (date ? [[pointer, date.date] as const] : []))
  const { dataPeriod } = epd
  if (!dataPeriod) return days
  return [...days, ['/dataPeriod/from', dataPeriod.from], ['/dataPeriod/until', dataPeriod.until]]
}

function notADay(pointer: string, date: string): Finding {
  return report('EPD_DATE_INVALID', {
    pointer,
    message: 'The date is not a day of the calendar.',
    expected: 'YYYY-MM-DD, or YYYY-MM or YYYY where no more is known',
    actual: date
  })
}

function reviewOrder({ validFrom, validUntil, dataPeriod }: Epd): Finding[] {
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
    actual: until
  })
}

/** The stated start; where that is a year alone, a publication in it or before says more. */
function startOf({ validFrom, published }: Epd): StatedDate | undefined {
  if (validFrom?.precision !== 'year' || !published || published.precision === 'year') {
    return validFrom ?? published
  }
  return published.date.slice(0, 4) <= validFrom.date.slice(0, 4) ? published : validFrom
}

/**
 * What a validity should be and is where it is longer than the years; null where it is not. Where one
 * end is only known by its year or month, these are compared: precision is not a defect.
 */
export function overlong(
  epd: Epd,
  years: number
): { readonly expected: string; readonly actual: string } | null {
  const start = startOf(epd)
  const { validUntil } = epd
  if (!start || !validUntil || validUntil.date <= start.date) return null
  const latest = addYears(start.date, years)
  const shown = asExactly(start, validUntil)
  if (shown(validUntil.date) <= shown(latest)) return null
  return { expected: `at most until ${shown(latest)}`, actual: shown(validUntil.date) }
}

function reviewPeriod({ epd, reference }: EpdReview): Finding[] {
  const years = reference.epd.rules.validity.maximumYears
  const over = overlong(epd, years)
  if (!over) return []
  const finding = report('EPD_VALIDITY_PERIOD', {
    pointer: '/validUntil',
    message: `The declaration is valid for more than ${years} years.`,
    ...over,
    remedy: 'Shorten the validity; a later verification starts a new one.'
  })
  // A year may be that of the data: too little to refuse what was published.
  return [startOf(epd)?.precision === 'year' ? { ...finding, severity: 'warning' } : finding]
}

function reviewExpiry({ epd, today }: EpdReview): Finding[] {
  if (!epd.validUntil || epd.validUntil.date >= today) return []
  return [
    report('EPD_EXPIRED', {
      pointer: '/validUntil',
      message: 'The validity is over: the declaration is history and supports no new claim.',
      actual: epd.validUntil.date
    })
  ]
}

/** Rules that expire later do not invalidate a declaration; they must have held when it was verified. */
function reviewPcr({ epd, reference }: EpdReview): Finding[] {
  return pcrOutOfForce(epd, reference.epd.pcrs).map((found) =>
    report('EPD_PCR_EXPIRED', {
      ...found,
      remedy: 'Verify against rules that are in force, or correct what is said of them.'
    })
  )
}
