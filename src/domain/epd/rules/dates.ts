import type { Finding } from '../../finding.ts'
import type { Epd } from '../epd.ts'
import type { EpdReview, EpdRule } from '../review.ts'
import { addYears, asExactly, isCalendarDay, type StatedDate } from '../stated-date.ts'
import { reviewDateOrder } from './date-order.ts'
import { pcrOutOfForce } from './pcr.ts'
import { report } from './table.ts'

/** E3: real days, in order, valid for at most five years, under rules that were valid then. */
export const reviewDates: EpdRule = (review) => {
  const invalid = datesOf(review.epd).filter(([, date]) => !isCalendarDay(date))
  if (invalid.length > 0) return invalid.map(([pointer, date]) => notADay(pointer, date))
  return [
    ...reviewDateOrder(review),
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
    actual: date,
    remedy: 'State a day that there is, year first.'
  })
}

/** The stated start; where that is a year alone, a publication in it or before says more. */
export function startOf({
  validFrom,
  published
}: Pick<Epd, 'validFrom' | 'published'>): StatedDate | undefined {
  if (validFrom?.precision !== 'year' || !published || published.precision === 'year') {
    return validFrom ?? published
  }
  return published.date.slice(0, 4) <= validFrom.date.slice(0, 4) ? published : validFrom
}

/**
 * What a validity should be and is where it is longer than the years; null where it is not. Where one
 * end is only known by its year or month, these are compared: precision is not a defect. What states no
 * start was made by `today`.
 */
export function overlong(
  epd: Epd,
  years: number,
  today: string
): { readonly expected: string; readonly actual: string } | null {
  const start = startOf(epd) ?? { date: today, precision: 'day' }
  const { validUntil } = epd
  if (!validUntil || validUntil.date <= start.date) return null
  const latest = addYears(start.date, years)
  const shown = asExactly(start, validUntil)
  if (shown(validUntil.date) <= shown(latest)) return null
  return { expected: `at most until ${shown(latest)}`, actual: shown(validUntil.date) }
}

function reviewPeriod({ epd, reference, today }: EpdReview): Finding[] {
  const years = reference.epd.rules.validity.maximumYears
  if (!epd.validUntil) return [endless(years)]
  const over = overlong(epd, years, today)
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

/** Formats of others do not ask for an end. Published without one, it would be valid for ever. */
function endless(years: number): Finding {
  return report('EPD_VALIDITY_UNSTATED', {
    pointer: '/validUntil',
    message: 'The document does not say until when it is valid.',
    expected: `a day, at most ${years} years after the verification`,
    remedy: 'State the end of validity: without one it never expires.'
  })
}

function reviewExpiry({ epd, today }: EpdReview): Finding[] {
  if (!epd.validUntil || epd.validUntil.date >= today) return []
  return [
    report('EPD_EXPIRED', {
      pointer: '/validUntil',
      message: 'The validity is over: the declaration is history and supports no new claim.',
      actual: epd.validUntil.date,
      remedy: 'Submit the version that is in force where there is one; as history it can be kept.'
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
