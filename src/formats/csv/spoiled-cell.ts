import { unseenInText } from '../../domain/unseen.ts'
import type { CellProblem } from './cell-finding.ts'
import { DECIMAL } from './cell-number.ts'

/** Also full-width signs, and signs behind what nobody sees: spreadsheets take both for a formula. */
const FORMULA = /^[\p{Cc}\p{Cf}]*[=+\-@＝＋－＠]/u

/** In English, German, French, Spanish, Italian and Portuguese; `###` is a value too wide for its column. */
const ERROR_VALUE =
  /^(#{2,}|Err:\d+|#\S*[!?]|#N\/(A|D|DISP)|#NV|#(REF|N\/A|DIV\/0|VALUE|NAME|NULL|NUM|SPILL|BEZUG|WERT))/i

/** What no cell may hold, whatever its column. */
export function spoiledCell(text: string): CellProblem | null {
  if (FORMULA.test(text) && !DECIMAL.test(text)) return formula(text)
  if (ERROR_VALUE.test(text)) {
    return {
      code: 'CSV_ERROR_VALUE',
      message: 'The cell holds an error value of the spreadsheet.',
      remedy: 'Mend the formula behind it, or widen the column, then save or export again.'
    }
  }
  if (text.includes('\uFFFD')) {
    return {
      code: 'CSV_LOST_CHARACTER',
      message: 'A character was lost when the file was saved in another encoding.',
      remedy: 'Type the word again and save the sheet as "CSV UTF-8".'
    }
  }
  return hiddenCharacter(text)
}

function formula(text: string): CellProblem {
  const dash = text === '-'
  return {
    code: 'CSV_FORMULA',
    message: dash
      ? 'The cell holds a dash, which says nothing.'
      : 'The cell holds a formula, or text that a spreadsheet takes for one.',
    expected: 'a value',
    remedy: dash
      ? 'Leave the cell empty where there is nothing to say.'
      : 'Replace it by its value (copy, then paste values); start text with a letter.'
  }
}

/** Line ends and tabs within a cell are seen. */
export function hiddenCharacter(text: string): CellProblem | null {
  const unseen = unseenInText(text)
  if (!unseen) return null
  return {
    code: 'CSV_HIDDEN_CHARACTER',
    message: `The cell ${unseen.told}.`,
    expected: unseen.mended,
    remedy: 'Type the cell again: text that is copied from a page or a PDF may bring such along.'
  }
}
