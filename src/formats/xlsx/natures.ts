import type { CellProblem } from '../csv/cell-finding.ts'
import type { CellKind, CellNature, ReadAs } from '../csv/cell-nature.ts'
import { cutText } from '../cut-text.ts'
import { AS_SHOWN, AS_TEXT, problem, wordsMessage } from './problems.ts'

export const truthNature: CellNature = {
  as(kind, stored) {
    const text = stored === '1' || stored === 'true' ? 'true' : 'false'
    if (kind === 'boolean') return { text }
    const wrong = problem('XLSX_TRUTH', `The cell holds the truth value ${text.toUpperCase()}.`, {
      remedy: AS_TEXT
    })
    return { text, problem: wrong }
  }
}

export const errorNature: CellNature = {
  as: (_kind, text) => ({
    text,
    problem: problem('CSV_ERROR_VALUE', 'The cell holds an error value of the spreadsheet.', {
      remedy: 'Mend the formula behind it and save the workbook.'
    })
  })
}

export const formulaNature: CellNature = {
  as: (_kind, text) => ({
    text,
    problem: problem('XLSX_FORMULA', 'The value of the formula was never calculated.', {
      expected: 'a value',
      remedy:
        'Open the workbook in a spreadsheet, which calculates it, and save it there; or replace the formula by its value.'
    })
  })
}

/** A zero in a sheet that shows none, as where a formula refers to a cell that is empty. */
export const unshownZero: CellNature = {
  as: () => ({
    text: '0',
    problem: problem(
      'XLSX_FORMAT',
      'The sheet shows no zeros: the cell shows nothing, and holds 0.',
      {
        expected: 'nothing, or a 0 that is shown',
        remedy:
          'Let the sheet show zeros (in its options), empty the cells that are to say nothing, and save the workbook.'
      }
    )
  })
}

/** Text that its format shows with something around it. */
export class ShownText implements CellNature {
  readonly #around: string

  constructor(around: string) {
    this.#around = around
  }

  as(_kind: CellKind, text: string): ReadAs {
    return { text, problem: { ...shownText(this.#around, text) } }
  }
}

function shownText(words: string, text: string): CellProblem {
  return problem(
    'XLSX_FORMAT',
    wordsMessage(words, `“${cutText(text, 40)}”`)
      .replace('number ', '')
      .replace('the number', 'the text'),
    {
      expected: 'text that is shown as it is',
      remedy: AS_SHOWN
    }
  )
}
