/** xsd:double as files have it; programs also write decimals that no double is. */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,4})?$/i

/** The digits that a spreadsheet takes of what is typed, and shows at most. */
const DIGITS = 15

export interface NumberText {
  readonly text: string
  /** All digits of the double, where those are more than a spreadsheet shows. */
  readonly all?: string
}

/**
 * The plain decimal of a number in a workbook; null where it is none.
 *
 * A workbook holds doubles, written with up to 17 digits: 99.9 is often 99.900000000000006. What was
 * typed has at most 15 significant digits, because a spreadsheet drops any further ones, and every
 * decimal of 15 digits survives its way through a double. So the shortest decimal that names the double is the
 * one that was typed. Where even that one has more than 15 digits, nobody typed it: it was calculated, and of 0.1 +
 * 0.2 = 0.30000000000000004 the spreadsheet shows and compares 15 digits, 0.3. These are taken, and
 * that is told.
 *
 * Only notations change here: nothing is added, multiplied or divided.
 */
export function numberText(stored: string): NumberText | null {
  const value = NUMBER.test(stored) ? Number(stored) : Number.NaN
  if (!Number.isFinite(value)) return null
  const shortest = plain(String(value))
  if (digitsOf(shortest) <= DIGITS) return { text: shortest }
  return { text: plain(value.toPrecision(DIGITS)), all: shortest }
}

/** Without an exponent and without zeros at the end that say nothing. */
function plain(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/.exec(text) ?? []
  const point = whole.length + Number(exponent)
  const digits = `${'0'.repeat(Math.max(0, 1 - point))}${whole}${fraction}`
  const at = Math.max(1, point)
  const padded = digits.padEnd(at, '0')
  const before = padded.slice(0, at).replace(/^0+(?=\d)/, '')
  const behind = padded.slice(at).replace(/0+$/, '')
  const decimal = behind === '' ? before : `${before}.${behind}`
  return decimal === '0' ? decimal : sign + decimal
}

function digitsOf(decimal: string): number {
  const digits = decimal.replace(/[-.]/g, '').replace(/^0+/, '')
  return decimal.includes('.') ? digits.length : digits.replace(/0+$/, '').length
}
