import { isCalendarDay } from '../domain/epd/stated-date.ts'

const TIME =
  /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/

const LIKE = 'an RFC 3339 time such as 2026-11-23T10:00:00Z'

/**
 * The moment that a question states; null where it is none. T and Z are capitals here as in documents, which RFC 3339
 * (5.6) leaves to whoever uses it: a text that is signed and compared has one way to be written.
 */
export function statedMoment(text: string): Date | null {
  const moment = new Date(text)
  const isMoment = TIME.test(text) && isCalendarDay(text.slice(0, 10))
  return isMoment && !Number.isNaN(moment.getTime()) ? moment : null
}

/** What to write instead of a text that is no moment, as far as it says which is meant. */
export function momentToWrite(text: string): string {
  const meant = text.toUpperCase().replace(/ (?=\d\d:\d\d$)/, '+')
  if (meant === text || statedMoment(meant) === null) return LIKE
  const why = text.includes(' ')
    ? 'a + in a query means a space and is written %2B'
    : 'T and Z are capitals'
  return `an RFC 3339 time, here ${meant.replace('+', '%2B')}: ${why}`
}
