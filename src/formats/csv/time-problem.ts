import { isCalendarDay } from '../../domain/epd/stated-date.ts'
import type { CellProblem } from './cell-finding.ts'
import { fullYear, spokenDate } from './spoken-date.ts'

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/
const AS_TEXT = 'Format the column as text, so that the spreadsheet does not rewrite it.'
const EXAMPLE = 'year-month-dayThour:minute:secondZ, for example 2026-09-30T14:00:00Z'

/** What keeps a cell from being a time in UTC, with what to write instead as far as the cell says it. */
export function timeProblem(text: string): CellProblem | null {
  if (TIME.test(text)) return null
  return (
    smallLetters(text) ??
    otherZone(text) ??
    noZone(text) ??
    dayAlone(text) ??
    dayNumber(text) ??
    noTime()
  )
}

/** RFC 3339 lets whoever uses it ask for capitals (5.6), as all documents here do. */
function smallLetters(text: string): CellProblem | null {
  const capitals = text.toUpperCase()
  if (!TIME.test(capitals)) return null
  return {
    code: 'CSV_TIME',
    message: 'T and Z of the time are not capitals.',
    expected: capitals,
    remedy: 'Write T and Z in capitals.'
  }
}

/** The moment is known, so it can be told in UTC. */
function otherZone(text: string): CellProblem | null {
  const [, day, clock = '', fraction = '', hours, minutes = '00'] =
    /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}(?::\d{2}(\.\d{1,9})?)?) ?(?:z|UTC|GMT|([+\-−]\d{2})(?::?(\d{2}))?)$/.exec(
      text
    ) ?? []
  if (day === undefined) return null
  const zone = hours === undefined ? 'Z' : `${hours.replace('−', '-')}:${minutes}`
  const moment = new Date(`${day}T${clock}${zone}`)
  if (Number.isNaN(moment.getTime())) return null
  return {
    code: 'CSV_TIME',
    message: 'The time is not written in UTC with Z behind it.',
    expected: `${moment.toISOString().slice(0, 19)}${fraction.replace(/\.?0*$/, '')}Z`,
    remedy: 'Write it in UTC, with Z behind it.'
  }
}

function noZone(text: string): CellProblem | null {
  const [, day, minute, second = ':00'] =
    /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2})(:\d{2}(?:\.\d{1,9})?)?Z?$/.exec(text) ?? []
  if (day === undefined) return null
  return {
    code: 'CSV_TIME',
    message: text.endsWith('Z')
      ? 'The time does not say its second, or has no T before the hour.'
      : 'The time does not say its zone.',
    expected: `${day}T${minute}${second}Z${text.endsWith('Z') ? '' : ' if it is UTC already'}`,
    remedy: `Write it in UTC, with T before the hour and Z at the end. ${AS_TEXT}`
  }
}

/** Also dates of the spreadsheet, with or without a time: `01/02/2026` may be in January or in February. */
function dayAlone(text: string): CellProblem | null {
  const { days, clock } = daysMeant(text)
  if (days.length === 0) return null
  const message =
    days.length > 1
      ? 'This is a date of the spreadsheet, and nobody can tell the day from the month.'
      : 'This is a date of the spreadsheet.'
  return {
    code: 'CSV_TIME',
    message: clock === null ? 'The time of the day is missing.' : message,
    expected:
      clock === null
        ? `for example ${days.map((day) => `${day}T14:00:00Z`).join(' or ')}`
        : `${days.map((day) => `${day}T${clock}Z`).join(' or ')} if it is UTC already`,
    remedy: `Write day and time in UTC. ${AS_TEXT}`
  }
}

const DATE =
  /^(?:(\d{4}-\d{2}-\d{2})|(\d{1,2})([./-])(\d{1,2})\3(\d{4}|\d{2}))(?:,? +(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/

function daysMeant(text: string): {
  readonly days: readonly string[]
  readonly clock: string | null
} {
  const [all, iso, first = '', separator, second = '', year = '', hour, minute, seconds = '00'] =
    DATE.exec(yearFirst(spokenDate(text))) ?? []
  if (all === undefined) return { days: [], clock: null }
  const written = (day: string, month: string) =>
    `${fullYear(year)}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  // Dates that are written with points begin with the day everywhere.
  const either = separator === '.' ? [] : [written(second, first)]
  const days = iso === undefined ? [...either, written(first, second)] : [iso]
  return {
    days: [...new Set(days)].filter(isCalendarDay),
    clock: hour === undefined ? null : `${hour.padStart(2, '0')}:${minute}:${seconds}`
  }
}

/** `2026/10/5` and `2026年10月5日`, as spreadsheets write them in East Asia, as `2026-10-05`. */
function yearFirst(text: string): string {
  const [day, year, , numeric, third, month = numeric, last = third] =
    /^(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日)/.exec(text) ?? []
  if (day === undefined || month === undefined || last === undefined) return text
  return `${year}-${month.padStart(2, '0')}-${last.padStart(2, '0')}${text.slice(day.length)}`
}

/** Spreadsheets count days from the end of 1899 on, and show the count where the format is lost. */
const DAY_MS = 86_400_000
const DAY_ZERO_MS = Date.UTC(1899, 11, 30)
const OFFSET_1904 = 1_462

function dayNumber(text: string): CellProblem | null {
  if (!/^[1-9]\d{4}([.,]\d+)?$/.test(text)) return null
  const days = Number(text.replace(',', '.'))
  const isDay = Number.isInteger(days)
  return {
    code: 'CSV_TIME',
    message: 'This is the number by which the spreadsheet counts days.',
    expected: isDay ? `for example ${counted(days)}` : `${counted(days)} if it is UTC already`,
    remedy: `Format the column as text, and type day and time in UTC. Where the workbook counts days from 1904 it is ${counted(days + OFFSET_1904)}.`
  }
}

/** With a time of some sort where it is a day. */
function counted(days: number): string {
  const second = Math.round((days * DAY_MS) / 1000) * 1000
  const moment = new Date(DAY_ZERO_MS + second).toISOString().replace('.000', '')
  return Number.isInteger(days) ? `${moment.slice(0, 10)}T14:00:00Z` : moment
}

function noTime(): CellProblem {
  return {
    code: 'CSV_TIME',
    message: 'This is not a time in RFC 3339 UTC.',
    expected: EXAMPLE,
    remedy: AS_TEXT
  }
}
