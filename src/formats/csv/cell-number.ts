import type { CellProblem } from './cell-finding.ts'
import { isDate } from './rewritten.ts'
import type { Sheet } from './sheet-rows.ts'

export const DECIMAL = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/

type Delimiter = Sheet['delimiter']

/** As `numberProblem`, of a number that may be a bound: what is expected keeps its sign. */
export function amountProblem(text: string, delimiter: Delimiter): CellProblem | null {
  const bound = text.startsWith('<') ? '<' : ''
  const problem = numberProblem(text.slice(bound.length), delimiter, bound)
  if (problem?.code !== 'CSV_NUMBER') return problem
  return boundProblem(text) ?? (/\d/.test(text) ? problem : wordProblem())
}

/** `< 0.05` and `≤0.05` say what `<0.05` says; of more than a limit the books know nothing. */
function boundProblem(text: string): CellProblem | null {
  const [, sign, number] = /^([<>≤≥]=?)\s*(\d.*)$/.exec(text) ?? []
  if (sign === undefined || number === undefined || !DECIMAL.test(number)) return null
  const least = sign.startsWith('>') || sign === '≥'
  return {
    code: 'CSV_NUMBER',
    message: least
      ? 'A least amount cannot be stated.'
      : 'The bound is not written as < and number.',
    expected: least ? 'a number, or a bound from above such as <0.05' : `<${number}`,
    remedy: least ? 'Write what was measured.' : 'Write the sign < directly before the number.'
  }
}

/** `n.d.`, `trace`, `bal.`: a laboratory's ways to say that there is no number. */
function wordProblem(): CellProblem {
  return {
    code: 'CSV_NUMBER',
    message: 'This is not a number.',
    expected: 'a number, a bound such as <0.05, or nothing',
    remedy:
      'Where it was below the limit of detection, write the limit: <0.05. Where it was not assayed, or is the rest, leave the cell empty; never write 0 for that.'
  }
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
  return commaProblem(text, delimiter, bound) ?? thousandsProblem(text) ?? otherProblem(text, bound)
}

/** `1,250` may be one and a quarter or more than a thousand: nobody but the author knows. */
function commaProblem(text: string, delimiter: Delimiter, bound: string): CellProblem | null {
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
    remedy: `Write a point as decimal separator and no thousands separator${
      delimiter === null
        ? '.'
        : ', or send the workbook (.xlsx) itself: numbers have no comma in it.'
    }`
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

function otherProblem(text: string, bound: string): CellProblem {
  if (isDate(text)) {
    return {
      code: 'CSV_NUMBER',
      message: 'This is a date: the spreadsheet may have made it from a number.',
      expected: 'digits and at most one decimal point, for example 12.5',
      remedy: 'Format the column as text, type the number again and save or export once more.'
    }
  }
  const plain = plainNumber(text)
  if (plain !== null) {
    return {
      code: 'CSV_NUMBER',
      message: 'The number is written in another way than the books do.',
      expected: bound + plain,
      remedy:
        'Write it as expected: plain digits, no zeros in front, digits on both sides of a point.'
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
      : 'Write one number: no sign in front, no range, no words. What was not measured stays empty, never 0.'
  }
}

/** `007`, `.5`, `5.`, digits of another width and the long minus: what the number is, is clear. */
function plainNumber(text: string): string | null {
  const [, sign, whole = '', part = ''] = /^(-?)(\d*)\.?(\d*)$/.exec(withPlainSigns(text)) ?? []
  if (sign === undefined || whole + part === '') return null
  const plain = `${sign}${whole.replace(/^0+(?=\d)/, '') || '0'}${part === '' ? '' : `.${part}`}`
  return DECIMAL.test(plain) ? plain : null
}

/** Full-width digits have the same last four bits; the point is as wide as they are. */
function withPlainSigns(text: string): string {
  return text
    .replace('\u2212', '-')
    .replace('\uFF0E', '.')
    .replace(/[\uFF10-\uFF19]/g, (digit) => String(digit.charCodeAt(0) & 15))
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
