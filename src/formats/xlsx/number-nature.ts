import type { CellProblem } from '../csv/cell-finding.ts'
import type { CellKind, CellNature, ReadAs } from '../csv/cell-nature.ts'
import { dateAs, dayCount } from './date-nature.ts'
import type { NumberFormat, Shows } from './number-format.ts'
import { type NumberText, numberText } from './number-text.ts'
import { AS_SHOWN, AS_TEXT, problem, WORDS, wordsMessage } from './problems.ts'

/** A cell with a number, which may be shown as something else. */
export class NumberNature implements CellNature {
  readonly #format: NumberFormat
  readonly #from1904: boolean

  constructor(format: NumberFormat, from1904: boolean) {
    this.#format = format
    this.#from1904 = from1904
  }

  as(kind: CellKind, stored: string): ReadAs {
    const number = numberText(stored)
    if (number === null) return { text: stored, problem: noNumber() }
    const { text } = number
    const sign = text === '0' ? 'zero' : text.startsWith('-') ? 'negative' : 'positive'
    const shows = this.#format.of(sign)
    if (shows.as === 'date') return dateAs(kind, number, shows, this.#from1904)
    const hidden = shownProblem(kind, shows, text)
    if (hidden) return { text, problem: hidden }
    if (kind === 'time') return dayCount(number, this.#from1904)
    const rewritten = wordProblem(kind, shows, number)
    if (rewritten) return { text, problem: rewritten }
    return number.all === undefined ? { text } : { text, problem: calculated(number) }
  }
}

function noNumber(): CellProblem {
  return problem('CSV_NUMBER', 'The workbook says that this is a number, and it is none.', {
    remedy: 'Type the number again and save the workbook.'
  })
}

/** Of 12 % a workbook holds 0.12: nobody can tell from the cell which of them the column is to hold. */
function shownProblem(kind: CellKind, shows: Shows, text: string): CellProblem | null {
  switch (shows.as) {
    case 'percent':
      return problem('XLSX_FORMAT', 'The cell shows a percentage, and holds a hundredth of it.', {
        expected: `${hundredfold(text)} where the column is in percent, ${text} where it is a fraction`,
        remedy: AS_SHOWN
      })
    case 'words':
      return problem('XLSX_FORMAT', wordsMessage(shows.words, text), {
        ...(WORDS.includes(kind)
          ? { expected: 'the name as it was given', remedy: AS_TEXT }
          : {
              expected: 'a number that is shown as it is; the unit has its own column',
              remedy: AS_SHOWN
            })
      })
    case 'scaled':
      return problem('XLSX_FORMAT', `The cell shows thousands or millions; it holds ${text}.`, {
        expected: text,
        remedy: AS_SHOWN
      })
    case 'fraction':
      return problem('XLSX_FORMAT', `The cell shows a fraction; it holds ${text}.`, {
        expected: 'a decimal',
        remedy: AS_SHOWN
      })
    case 'duration':
      return problem('XLSX_DATE', 'The cell holds a length of time.', {
        remedy: AS_TEXT
      })
    default:
      return null
  }
}

/** The point two places to the right. */
function hundredfold(text: string): string {
  return numberText(`${text}e2`)?.text ?? text
}

/** Names and other words that the spreadsheet took for a number. */
function wordProblem(kind: CellKind, shows: Shows, { text, all }: NumberText): CellProblem | null {
  if (!WORDS.includes(kind) || shows.as !== 'number') return null
  if (shows.leastDigits > text.length && /^\d+$/.test(text)) {
    return problem('XLSX_FORMAT', `The cell shows zeros in front that it does not hold.`, {
      expected: text.padStart(shows.leastDigits, '0'),
      remedy: AS_TEXT
    })
  }
  if (shows.signed || (shows.grouped && /\d{4}/.test(text))) {
    return problem('XLSX_FORMAT', `The cell shows signs that it does not hold: it holds ${text}.`, {
      expected: 'the name as it was given',
      remedy: AS_TEXT
    })
  }
  if (all !== undefined || text.replace(/\D/g, '').length > 15) {
    return problem(
      'XLSX_FORMAT',
      'A number has 15 digits at most: the others of this name are lost.',
      {
        expected: 'the name as it was given',
        remedy: AS_TEXT
      }
    )
  }
  if (/^\d{1,11}$/.test(text) && !shows.decimals) return null
  return problem(
    'CSV_REWRITTEN',
    'The spreadsheet took this for a number, and may have dropped zeros or letters; it is taken as it stands.',
    { expected: 'the name as it was given', remedy: `If it was rewritten: ${AS_TEXT}` }
  )
}

function calculated({ text, all = '' }: NumberText): CellProblem {
  return problem(
    'XLSX_DIGITS',
    `The number was calculated: of ${all} the 15 digits that the spreadsheet shows are taken.`,
    {
      expected: text,
      remedy: 'Round it in the sheet, for example =ROUND(A2, 3), to the digits that were measured.'
    }
  )
}
