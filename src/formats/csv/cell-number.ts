import type { CellProblem } from './cell-finding.ts'
import { isDate } from './rewritten.ts'
import type { Sheet } from './sheet-rows.ts'

export const DECIMAL = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/

type Delimiter = Sheet['delimiter']

/** As `numberProblem`, of a number that may be a bound: what is expected keeps its sign. */
export function amountProblem(text: string, delimiter: Delimiter): CellProblem | null {
  const bound = text.startsWith('<') ? '<' : ''
  return numberProblem(text.slice(bound.length), delimiter, bound)
}

/** What keeps a cell from being a plain decimal number, with what to write instead. */
export function numberProblem(text: string, delimiter: Delimiter, bound = ''): CellProblem | null {
  if (DECIMAL.test(text)) return pointProblem(text, delimiter)
  if (/^-?\d+([.,]\d+)?e[+-]?\d+$/i.test(text)) {
    return {
      code: 'CSV_SCIENTIFIC',
      message: 'The spreadsheet wrote the number as a power of ten, and may have dropped digits.',
      expected: 'all digits, for example 100000',
      remedy: 'Format the column as text, type the number again and save or export once more.'
    }
  }
  return commaProblem(text, bound) ?? thousandsProblem(text) ?? otherProblem(text)
}

/** `1,250` may be one and a quarter or more than a thousand: nobody but the author knows. */
function commaProblem(text: string, bound: string): CellProblem | null {
  if (!/^-?\d+,\d+$/.test(text)) return null
  const point = bound + text.replace(',', '.')
  const doubtful = /^-?[1-9]\d{0,2},\d{3}$/.test(text)
  return {
    code: 'CSV_DECIMAL_COMMA',
    message: doubtful
      ? 'The number is written with a comma, which separates decimals or thousands.'
      : 'The number is written with a comma. Nothing is converted silently.',
    expected: doubtful
      ? `${point} if the comma separates decimals, ${bound + text.replace(',', '')} if it separates thousands`
      : point,
    remedy: 'Write a point as decimal separator and no thousands separator.'
  }
}

/** Also in groups of two, as in India. */
function thousandsProblem(text: string): CellProblem | null {
  if (!/^-?\d{1,3}([.,'’\s]\d{2,3})*[.,'’\s]\d{3}([.,]\d+)?$/.test(text)) return null
  return {
    code: 'CSV_THOUSANDS',
    message: 'The number is written with thousands separators.',
    expected: 'digits and at most one decimal point, for example 1234567.5',
    remedy: 'Format the column without thousands separators, then save or export again.'
  }
}

function otherProblem(text: string): CellProblem {
  if (isDate(text)) {
    return {
      code: 'CSV_NUMBER',
      message: 'This is a date: the spreadsheet may have made it from a number.',
      expected: 'digits and at most one decimal point, for example 12.5',
      remedy: 'Format the column as text, type the number again and save or export once more.'
    }
  }
  const measured = /^[<>≤≥~]?\s*-?\d[\d.,]*\s*[\p{L}%‰€$/²³]+$/u.test(text)
  return {
    code: 'CSV_NUMBER',
    message: measured ? 'The number carries a unit.' : 'This is not a plain decimal number.',
    expected:
      'digits and at most one decimal point, for example 1250.5; the unit has its own column',
    remedy: measured
      ? 'Write the number alone; its column, or one beside it, says the unit (KGM kilogram, P1 percent).'
      : 'Leave the cell empty where nothing was measured; never write 0 for that.'
  }
}

/** Where semicolons separate cells, commas separate decimals, and 1.000 may have meant 1000. */
function pointProblem(text: string, delimiter: Delimiter): CellProblem | null {
  if (delimiter !== ';' || !/^-?[1-9]\d{0,2}\.\d{3}$/.test(text)) return null
  return {
    code: 'CSV_THOUSANDS_POINT',
    message: `The point is read as decimal point: ${text} is less than ${Number(text) + 1}.`,
    expected: `${text} as it stands, or ${text.replace('.', '')} if thousands were meant`,
    remedy: 'If thousands were meant, remove the point.'
  }
}
