import type { CellProblem } from '../csv/cell-finding.ts'
import type { CellKind } from '../csv/cell-nature.ts'
import { cutText } from '../cut-text.ts'

export const AS_TEXT = 'Format the column as text, type the value again and save the workbook.'
export const AS_SHOWN =
  'Format the column as General, so that it shows what it holds; then check each cell and save the workbook.'

/** Kinds of columns in which a number is a number. */
export const NUMERIC: readonly CellKind[] = ['decimal', 'amount', 'count']
export const WORDS: readonly CellKind[] = ['text', 'name', 'country', 'list']

export const problem = (
  code: CellProblem['code'],
  message: string,
  rest: Omit<CellProblem, 'code' | 'message'>
) => ({ code, message, ...rest }) satisfies CellProblem

/** Of a format that puts something around what a cell holds, or shows nothing of it. */
export function wordsMessage(words: string, text: string): string {
  const around = cutText(words.trim(), 40)
  return around === ''
    ? `The number format hides the number: the cell holds ${text}.`
    : `The number format shows “${around}”, which the cell does not hold: it holds ${text}.`
}
