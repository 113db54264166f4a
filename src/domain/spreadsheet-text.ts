/** Also full-width signs, and signs behind white space, which spreadsheets skip. */
const FORMULA = /^[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠|%]/u
const LEADING_CONTROL = /^[\t\r\n]/

/**
 * Text that others wrote, for a cell of a table: what a spreadsheet would run as a formula is made text
 * by a leading apostrophe. One character, such as the unit `-`, is no formula.
 */
export function spreadsheetText(text: string): string {
  if (text.length < 2) return text
  return FORMULA.test(text) || LEADING_CONTROL.test(text) ? `'${text}` : text
}
