import { report } from '../../domain/epd/rules/table.ts'
import { readStatedDate, type StatedDate } from '../../domain/epd/stated-date.ts'
import type { Finding } from '../../domain/finding.ts'
import { first, type IlcdNode, textAt } from './node.ts'

const VALID_UNTIL = 'dataSetValidUntil'

/** When it was published, from when and until when it is valid, and what of that is not clear. */
export function readDates(process: IlcdNode) {
  const time = first(process, 'processInformation', 'time')
  const published = textAt(time, 'other', 'publicationDateOfEPD')
  const from = textAt(time, 'referenceYear')
  const [day, year] = [textAt(time, 'other', 'expirationDateOfEPD'), textAt(time, VALID_UNTIL)]
  const until = day ?? year
  const dates = {
    ...(published === undefined ? {} : { published: readDate(published, 'start') }),
    ...(from === undefined ? {} : { validFrom: readDate(from, 'start') }),
    ...(until === undefined ? {} : { validUntil: readDate(until, 'end') })
  }
  const agree =
    day === undefined || year === undefined || readDate(day, 'end').date.startsWith(year)
  const findings = [
    ...['publicationDateOfEPD', 'expirationDateOfEPD'].flatMap((name) =>
      reviewMoment(first(time, 'other', name))
    ),
    ...(agree ? [] : [twoEnds(first(time, VALID_UNTIL), day, year)])
  ]
  return { dates, findings }
}

function twoEnds(node: IlcdNode | undefined, day: string, year: string): Finding {
  return report('EPD_DOCUMENT_UNCLEAR', {
    pointer: node?.pointer ?? '/processInformation/time',
    message: 'The data set states two ends of its validity; the day is taken.',
    expected: day.slice(0, 4),
    actual: year,
    remedy: 'State the same year as in expirationDateOfEPD.'
  })
}

/** A day may carry a time or a time zone, which moves no day. A number is a moment. */
function readDate(text: string, side: 'start' | 'end'): StatedDate {
  const moment = momentOf(text)
  if (moment !== null) return readStatedDate(dayOf(moment), side)
  const day = /^(\d{4}-\d{2}-\d{2})(T[\d:.,]*)?(Z|[+-]\d{2}:?\d{2})?$/.exec(text)?.[1]
  return readStatedDate(day ?? text, side)
}

const DAY = 86_400_000
/** Time zones differ by quarters of an hour. */
const QUARTER = 900_000

/**
 * Milliseconds since 1970, which is how soda4LCA writes days: of days that declarations have they are
 * eleven digits or more. 20200508 is none of them, and left for the rules to refuse.
 */
function momentOf(text: string): number | null {
  return /^\d{11,14}$/.test(text) ? Number(text) : null
}

/** 22:00 in UTC is when the next day begins in Central Europe: servers write the midnight of their zone. */
function dayOf(moment: number): string {
  const rest = moment % DAY
  const begins = rest % QUARTER === 0 && rest > DAY / 2
  return new Date(begins ? moment - rest + DAY : moment).toISOString().slice(0, 10)
}

/** A moment that is no midnight in UTC: which day is meant depends on a zone that nobody states. */
function reviewMoment(node: IlcdNode | undefined): Finding[] {
  const moment = momentOf(textAt(node) ?? '')
  if (!node || moment === null || moment % DAY === 0) return []
  return [
    report('EPD_DOCUMENT_UNCLEAR', {
      pointer: node.pointer,
      message: `The day is written as a moment that is no midnight in UTC; ${dayOf(moment)} is taken.`,
      expected: 'milliseconds to a midnight in UTC, or YYYY-MM-DD',
      actual: new Date(moment).toISOString(),
      remedy: 'Write the day itself.'
    })
  ]
}
