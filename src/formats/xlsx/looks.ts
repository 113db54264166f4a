import type { CellKind, CellNature, ReadAs } from '../csv/cell-nature.ts'
import type { XmlElement } from '../xml/xml-element.ts'
import { isTrue } from './open-workbook.ts'
import { NUMERIC, problem } from './problems.ts'

/** How a cell, or a piece of its text, looks where that changes what it says. */
export type Look = 'struck' | 'raised' | 'lowered'

/** Where a raised piece is no part of the value: `250` with the mark of a footnote behind it is not 2501. */
const EXACT: readonly CellKind[] = [...NUMERIC, 'name', 'time']

/** What a cell is, and looks that may make another thing of it. */
export class LookedAt implements CellNature {
  readonly #nature: CellNature | undefined
  readonly #looks: ReadonlySet<Look>

  constructor(nature: CellNature | undefined, looks: ReadonlySet<Look>) {
    this.#nature = nature
    this.#looks = looks
  }

  as(kind: CellKind, text: string): ReadAs {
    const wrong = this.#looks.has('struck') ? struck : this.#isMarked(kind) ? marked : null
    return wrong ? { text, problem: wrong } : (this.#nature?.as(kind, text) ?? { text })
  }

  #isMarked(kind: CellKind): boolean {
    // In names of oxides digits are lowered: Nd2O3.
    return this.#looks.has('raised') ? EXACT.includes(kind) : NUMERIC.includes(kind)
  }
}

const struck = problem('XLSX_LOOKS', 'The cell, or a piece of its text, is struck out.', {
  expected: 'only what counts',
  remedy: 'Delete what is struck out. Where it counts: take the line away, and save the workbook.'
})

const marked = problem(
  'XLSX_LOOKS',
  'A piece of the text is raised or lowered: it may be a footnote or a power.',
  {
    expected: 'the value alone, written plainly',
    remedy: 'Delete the mark, or write the value in plain digits, and save the workbook.'
  }
)

/** The look that an element of a font gives (ECMA-376-1, 18.4). */
export function lookOf(name: string, value: string | undefined): Look | undefined {
  if (name === 'strike') return value === undefined || isTrue(value) ? 'struck' : undefined
  if (name !== 'vertAlign') return undefined
  return value === 'superscript' ? 'raised' : value === 'subscript' ? 'lowered' : undefined
}

/** Of a font of a whole cell: that all of it is raised changes nothing. */
export function isStruck(font: XmlElement | undefined): boolean {
  return (
    font?.children.some(
      ({ name, attributes }) => lookOf(name, attributes.get('val')) === 'struck'
    ) ?? false
  )
}
