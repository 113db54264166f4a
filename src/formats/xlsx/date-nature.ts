import type { CellProblem } from '../csv/cell-finding.ts'
import type { CellKind, CellNature, ReadAs } from '../csv/cell-nature.ts'
import { cutText } from '../cut-text.ts'
import { isMidnight, momentText } from './date-text.ts'
import type { ShownDate } from './number-format.ts'
import type { NumberText } from './number-text.ts'
import { AS_TEXT, NUMERIC, problem } from './problems.ts'

/** A number that is shown as a date, a time, or both. */
export function dateAs(
  kind: CellKind,
  { text, all }: NumberText,
  shows: ShownDate,
  from1904: boolean
): ReadAs {
  // Less than a day is a time of day without a day, also where day 0 is one.
  const moment = text.startsWith('0') ? null : momentText(all ?? text, from1904)
  return momentAs(kind, moment, shows, text)
}

/** A moment without a zone, where a column asks for one in UTC. */
function momentAs(kind: CellKind, moment: string | null, shows: ShownDate, stored: string): ReadAs {
  if (kind !== 'time') {
    const text = moment ?? stored
    return { text, problem: misplacedDate(kind, moment) }
  }
  if (moment === null || !(shows.day && shows.time) || shows.zone !== undefined) {
    return { text: moment ?? stored, problem: partialDate(moment, shows) }
  }
  const text = `${moment}Z`
  const utc = problem('XLSX_UTC', `A cell has no time zone; the time is taken as UTC: ${text}.`, {
    expected: text,
    remedy: 'If it is the time of your place: correct the event, and write the time as text in UTC.'
  })
  return { text, problem: utc }
}

function partialDate(moment: string | null, shows: ShownDate): CellProblem {
  return problem('XLSX_DATE', partialMessage(moment, shows), {
    expected: `day and time in UTC, for example ${moment?.slice(0, 10) ?? '2026-09-30'}T14:00:00Z`,
    remedy:
      'Format the column as text and write day and time, or type both and show both (yyyy-mm-dd hh:mm).'
  })
}

function partialMessage(moment: string | null, shows: ShownDate): string {
  if (moment === null) {
    return 'The cell is shown as a time, and holds no moment from 1 March 1900 on.'
  }
  const [day, time] = moment.split('T')
  if (!shows.day) return `The cell does not show its whole day, which is ${day}.`
  if (shows.zone !== undefined) {
    return `The cell shows “${cutText(shows.zone, 20)}”, which it does not hold: it holds ${day} ${time} without a zone.`
  }
  return isMidnight(moment)
    ? `The cell holds the day ${day} without a time of day.`
    : `The cell shows a day alone; it holds ${day} ${time}.`
}

function misplacedDate(kind: CellKind, moment: string | null): CellProblem {
  const made = NUMERIC.includes(kind) ? 'a number such as 12.5' : 'a name such as 1-2'
  return problem(
    'XLSX_DATE',
    `The cell holds a date${moment === null ? '' : `, ${moment.slice(0, 10)}`}: the spreadsheet may have made it of ${made}.`,
    { expected: NUMERIC.includes(kind) ? 'a number' : 'the text as it was given', remedy: AS_TEXT }
  )
}

/** The count of days where its format is lost: what it counts from only the workbook knows. */
export function dayCount({ text, all }: NumberText, from1904: boolean): ReadAs {
  const moment = momentText(all ?? text, from1904)
  if (moment === null) return { text }
  const wrong = problem('CSV_TIME', 'This is the number by which the spreadsheet counts days.', {
    expected: isMidnight(moment)
      ? `for example ${moment.slice(0, 10)}T14:00:00Z`
      : `${moment}Z if it is UTC already`,
    remedy:
      'Format the cell as day and time (yyyy-mm-dd hh:mm) and look at it, or format the column as text and type both in UTC.'
  })
  return { text, problem: wrong }
}

/** A date that is written in full (`t="d"`), as some programs do. */
export const writtenDate: CellNature = {
  as(kind, stored) {
    const [, day = '', time = ''] =
      /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?))?Z?$/.exec(stored) ?? []
    if (kind === 'time' && time !== '' && stored.endsWith('Z')) return { text: stored }
    // Another zone, or no second: what is told of text tells of that.
    if (kind === 'time' && day === '') return { text: stored }
    const moment = day === '' ? null : `${day}T${time === '' ? '00:00:00' : time}`
    return momentAs(kind, moment, { day: true, time: time !== '', zone: undefined }, stored)
  }
}
