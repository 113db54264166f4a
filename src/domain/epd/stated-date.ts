/** A calendar date and how exactly it was stated. */
export interface StatedDate {
  /** `YYYY-MM-DD`. */
  readonly date: string
  readonly precision: Precision
}

type Precision = 'day' | 'month' | 'year'

const DAY = /^\d{4}-\d{2}-\d{2}$/
const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/
const YEAR = /^\d{4}$/

/**
 * Reads `2031-10-31`, `2031-10` or `2031`. A bare year or month becomes its first day where something
 * starts and its last where it ends, and says so. Anything else is kept as it is, for the rule of dates
 * to refuse.
 */
export function readStatedDate(text: string, side: 'start' | 'end'): StatedDate {
  if (YEAR.test(text)) {
    return { date: `${text}-${side === 'start' ? '01-01' : '12-31'}`, precision: 'year' }
  }
  if (!MONTH.test(text)) return { date: text, precision: 'day' }
  return { date: side === 'start' ? `${text}-01` : endOfMonth(text), precision: 'month' }
}

/** As it was stated: `2031-10-31`, `2031-10` or `2031`. */
export function statedText({ date, precision }: StatedDate): string {
  return date.slice(0, LENGTHS[precision])
}

/** The last day that a date may mean. */
export function latestDay(stated: StatedDate): string {
  return readStatedDate(statedText(stated), 'end').date
}

/** Both dates as exactly as the less exact of them is stated, for comparison. */
export function asExactly(one: StatedDate, other: StatedDate): (date: string) => string {
  const length = Math.min(LENGTHS[one.precision], LENGTHS[other.precision])
  return (date) => date.slice(0, length)
}

/** Of the text that says no more. */
const LENGTHS: Readonly<Record<Precision, number>> = { day: 10, month: 7, year: 4 }

function endOfMonth(month: string): string {
  const days = [31, 30, 29, 28].map((day) => `${month}-${day}`)
  return days.find(isCalendarDay) ?? `${month}-31`
}

/** True for a day of the Gregorian calendar, written `YYYY-MM-DD`; there is no year 0 (PostgreSQL). */
export function isCalendarDay(text: string): boolean {
  if (!DAY.test(text) || text.startsWith('0000')) return false
  const at = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)
}

/** The same day of a later year; 29 February becomes 28 February where there is none. */
export function addYears(date: string, years: number): string {
  const year = String(Number(date.slice(0, 4)) + years).padStart(4, '0')
  const same = `${year}${date.slice(4)}`
  return isCalendarDay(same) ? same : `${year}-02-28`
}
