import { isCalendarDay } from '../../domain/epd/stated-date.ts'
import { RegistryError } from '../../errors.ts'

/** A day of a question, `YYYY-MM-DD`. Throws `REQUEST_INVALID` for anything else. */
export function calendarDay(name: string, text: string): string {
  if (isCalendarDay(text)) return text
  throw new RegistryError('REQUEST_INVALID', `${name} is not a day of the calendar.`, {
    details: [{ pointer: name, message: 'a day such as 2026-11-23' }]
  })
}
