import type { CellNature } from '../csv/cell-nature.ts'
import type { WalkedElement, XmlVisitor } from '../xml/walk-xml.ts'
import {
  type CellRange,
  cellRange,
  cellReference,
  MOST_COLUMNS,
  MOST_ROWS
} from './cell-reference.ts'
import { writtenDate } from './date-nature.ts'
import { type Look, LookedAt } from './looks.ts'
import { errorNature, formulaNature, truthNature, unshownZero } from './natures.ts'
import { isFalse, isTrue } from './open-workbook.ts'
import { malformed } from './refuse.ts'
import { RichText, unescaped } from './rich-text.ts'
import type { SharedStrings } from './shared-strings.ts'
import type { Style } from './styles.ts'

/** Whoever takes what a sheet holds, cell by cell and row by row, in their order. */
export interface SheetTaker {
  hiddenColumns(first: number, last: number): void
  /** A cell that holds something. */
  cell(row: number, column: number, text: string, nature: CellNature | undefined): void
  rowEnds(row: number, hidden: boolean): void
  merged(range: CellRange): void
}

/** What cells refer to. */
export interface SheetParts {
  readonly strings: SharedStrings
  readonly styles: readonly Style[]
  /** What stands for the values of formulas was never calculated. */
  readonly uncalculated: boolean
}

/** What is meant by the elements that are looked at; all others are passed over. */
const PARENTS: Readonly<Record<string, string>> = {
  sheetView: 'worksheet/sheetViews',
  col: 'worksheet/cols',
  row: 'worksheet/sheetData',
  c: 'worksheet/sheetData/row',
  mergeCell: 'worksheet/mergeCells'
}
/** More elements around one another than lead to any of these. */
const DEEPEST = 4
const LONGEST_VALUE = 32_767
/** Of what nearly everybody writes, and of the strict dialect. */
const NAMESPACES = [
  'http://schemas.openxmlformats.org/spreadsheetml/2006/main',
  'http://purl.oclc.org/ooxml/spreadsheetml/main'
]

/**
 * A worksheet (ECMA-376-1, 18.3) as its cells. What the sheet says of its own size is not asked. Rows
 * and cells have to come in their order, because two readers would disagree about any other.
 */
export class SheetVisitor implements XmlVisitor {
  readonly #parts: SheetParts
  readonly #taker: SheetTaker
  /** Of each open element the way to it, as far as it matters. */
  readonly #path: string[] = []
  #namespace = ''
  readonly #rich = new RichText()
  #row = { number: 0, hidden: false }
  #column = -1
  #cell: OpenCell | null = null
  #hidesZeros = false

  constructor(parts: SheetParts, taker: SheetTaker) {
    this.#parts = parts
    this.#taker = taker
  }

  open(element: WalkedElement): void {
    if (this.#path.length === 0) this.#namespace = namespaceOf(element)
    const parent = this.#path.at(-1) ?? ''
    const own = element.namespace === this.#namespace
    const path = parent === '' ? element.name : `${parent}/${own ? element.name : ''}`
    this.#path.push(this.#path.length > DEEPEST ? parent : path)
    if (this.#cell) this.#openIn(this.#cell, element)
    else if (own && PARENTS[element.name] === parent) this.#openMeant(element)
  }

  text(text: string): void {
    const cell = this.#cell
    if (cell?.within === 'is') this.#rich.add(text)
    else if (cell?.within === 'v') cell.value = joined(cell.value, text)
    else if (cell?.within === 'f' && cell.formula.length < 100) cell.formula += text.slice(0, 100)
  }

  close(): void {
    const depth = this.#path.length
    const path = this.#path.pop()
    if (this.#cell) this.#closeIn(this.#cell, depth)
    else if (path === 'worksheet/sheetData/row') {
      this.#taker.rowEnds(this.#row.number, this.#row.hidden)
    }
  }

  #openMeant(element: WalkedElement): void {
    if (element.name === 'row') this.#openRow(element)
    else if (element.name === 'c') this.#openCell(element)
    else if (element.name === 'col') this.#hide(element)
    else if (element.name === 'sheetView') this.#view(element)
    else {
      const range = cellRange(element.attribute('ref') ?? '')
      if (!range) malformed('It is not clear which cells are merged.')
      this.#taker.merged(range)
    }
  }

  /** A person may let a sheet show nothing where there is zero. */
  #view(element: WalkedElement): void {
    if (isFalse(element.attribute('showZeros'))) this.#hidesZeros = true
  }

  #hide(column: WalkedElement): void {
    if (!isHidden(column, 'width')) return
    const first = Number(column.attribute('min'))
    const last = Number(column.attribute('max'))
    if (!(first >= 1 && last >= first && last <= MOST_COLUMNS)) malformed('A column is not one.')
    this.#taker.hiddenColumns(first - 1, last - 1)
  }

  #openRow(element: WalkedElement): void {
    const stated = element.attribute('r')
    const number = stated === undefined ? this.#row.number + 1 : Number(stated)
    if (!Number.isInteger(number) || number <= this.#row.number || number > MOST_ROWS) {
      malformed(`Row ${String(stated).slice(0, 20)} stands behind row ${this.#row.number}.`)
    }
    this.#row = { number, hidden: isHidden(element, 'ht') }
    this.#column = -1
  }

  #openCell(element: WalkedElement): void {
    const stated = element.attribute('r')
    const row = this.#row.number
    const place = stated === undefined ? { row, column: this.#column + 1 } : cellReference(stated)
    if (place?.row !== row || place.column <= this.#column || place.column >= MOST_COLUMNS) {
      malformed(`The cell ${String(stated).slice(0, 20)} stands where it does not belong.`, { row })
    }
    this.#column = place.column
    const style = this.#parts.styles[Number(element.attribute('s') ?? 0)]
    if (!style) malformed(`The cell ${stated} has a style that there is not.`, { row })
    const type = element.attribute('t') ?? 'n'
    this.#cell = {
      type,
      style,
      depth: this.#path.length,
      value: null,
      formula: '',
      hasFormula: false,
      within: null
    }
  }

  #openIn(cell: OpenCell, element: WalkedElement): void {
    const inside = this.#path.length - cell.depth
    if (inside === 1) {
      const { name } = element
      cell.within = name === 'v' || name === 'is' || name === 'f' ? name : null
      if (name === 'f') cell.hasFormula = true
      if (name === 'v') cell.value ??= ''
    } else if (cell.within === 'is') this.#rich.open(element)
    else cell.within = null
  }

  #closeIn(cell: OpenCell, depth: number): void {
    if (depth === cell.depth + 1) cell.within = null
    else if (cell.within === 'is') this.#rich.close()
    if (depth !== cell.depth) return
    this.#cell = null
    const rich = this.#rich.take()
    if (cell.type === 'inlineStr') this.#tell(cell, rich.text, rich.looks)
    else this.#tell(cell, (cell.value ?? '').trim())
  }

  #tell(cell: OpenCell, value: string, looks?: ReadonlySet<Look>): void {
    const { strings, uncalculated } = this.#parts
    const { type, style, hasFormula } = cell
    const tell = (text: string, nature: CellNature | undefined, own = looks) => {
      if (text === '') return
      const seen = style.struck ? STRUCK : own
      const known = seen ? new LookedAt(nature, seen) : nature
      this.#taker.cell(this.#row.number, this.#column, text, known)
    }
    const empty = value === '' && !(type === 'str' && cell.value !== null)
    if (hasFormula && (uncalculated || empty)) {
      tell(`=${cell.formula.slice(0, 100)}`, formulaNature)
    } else if (value === '') return
    else if (type === 'n') tell(value, this.#numberNature(value, style))
    else if (type === 's') {
      tell(this.#shared(value, strings), style.text, strings.looks.get(Number(value)))
    } else if (type === 'str') tell(unescaped(value), style.text)
    else if (type === 'inlineStr') tell(value, style.text)
    else if (type === 'b') tell(value, truthNature)
    else if (type === 'e') tell(value, errorNature)
    else if (type === 'd') tell(value, writtenDate)
    else malformed(`A cell is of the kind ${type.slice(0, 20)}.`, { row: this.#row.number })
  }

  #numberNature(value: string, { number }: Style): CellNature {
    return this.#hidesZeros && Number(value) === 0 ? unshownZero : number
  }

  #shared(value: string, { texts }: SharedStrings): string {
    const text = /^\d{1,8}$/.test(value) ? texts[Number(value)] : undefined
    if (text === undefined) {
      malformed('A cell names a text that there is not.', { row: this.#row.number })
    }
    return text
  }
}

const STRUCK: ReadonlySet<Look> = new Set(['struck'])

interface OpenCell {
  readonly type: string
  readonly style: Style
  /** Of its element. */
  readonly depth: number
  value: string | null
  formula: string
  hasFormula: boolean
  within: 'v' | 'is' | 'f' | null
}

function namespaceOf({ name, namespace }: WalkedElement): string {
  if (name !== 'worksheet' || !NAMESPACES.includes(namespace))
    malformed('The sheet is no worksheet.')
  return namespace
}

function joined(value: string | null, text: string): string {
  const all = (value ?? '') + text
  if (all.length > LONGEST_VALUE) malformed(`A cell has more than ${LONGEST_VALUE} characters.`)
  return all
}

/** Also what has no height or width left. */
function isHidden(element: WalkedElement, size: 'ht' | 'width'): boolean {
  return isTrue(element.attribute('hidden')) || Number(element.attribute(size) ?? 1) === 0
}
