import type { CellFinding } from './cell-finding.ts'
import { cellFinding, placeOf } from './cell-finding.ts'
import type { Column } from './column.ts'
import type { Sheet } from './sheet-rows.ts'
import { hiddenCharacter } from './spoiled-cell.ts'
import { LINE_COLUMN, type LineKind, type Template, templates } from './template.ts'
import { isUnseparated, SEPARATE_REMEDY } from './unseparated.ts'

/** A column of the sheet with what the template knows of it. */
export interface BoundColumn {
  readonly index: number
  readonly header: string
  /** The word behind the colon of a family. */
  readonly key?: string
  readonly event?: Column
  /** By kind of line: `mass_value` means the same for inputs, outputs, residues and losses. */
  readonly line: ReadonlyMap<string, Column>
}

export interface BoundHeader {
  readonly template: Template
  /** Those that the template has. */
  readonly columns: readonly BoundColumn[]
  /** False where a column is unknown or there twice: the sheet is refused, whatever its rows say. */
  readonly sound: boolean
}

/** Recognizes the template by its header row, and its columns; null when it is none. */
export function bindHeader(sheet: Sheet, findings: CellFinding[]): BoundHeader | null {
  const hidden = hiddenCharacters(sheet)
  if (hidden.length > 0) {
    findings.push(...hidden)
    return null
  }
  const template = templateOf(sheet)
  if (!template) {
    const unseparated = isUnseparated(sheet.headers)
    findings.push(
      cellFinding(
        'CSV_TEMPLATE',
        { row: 1 },
        {
          message: unseparated
            ? 'The header row stands in one cell: the spreadsheet did not separate the cells.'
            : 'The header row is not that of a template.',
          expected: templates.map(({ id, signature }) => `${id} (column ${signature})`).join(', '),
          actual: sheet.headers.slice(0, 8).join(', '),
          remedy: unseparated
            ? SEPARATE_REMEDY
            : 'Start from one of the templates (GET /schemas/csv/transform.csv, or /schemas/xlsx/transform.xlsx) and keep its header row.'
        }
      )
    )
    return null
  }
  const before = findings.length
  const seen = new Set<string>()
  const columns = sheet.headers.flatMap(
    (header, index) => bindColumn(template, sheet, { header, index }, { seen, findings }) ?? []
  )
  return { template, columns, sound: findings.length === before }
}

/** By the column that only this template has, also where it is written another way, which is then told. */
function templateOf({ headers }: Sheet): Template | undefined {
  const named = (is: (header: string) => string) => (template: Template) =>
    headers.some((header) => is(header) === template.signature)
  return templates.find(named((header) => header)) ?? templates.find(named(letters))
}

function hiddenCharacters(sheet: Sheet): CellFinding[] {
  return sheet.headers.flatMap((header, index) => {
    const problem = hiddenCharacter(header)
    if (!problem) return []
    const { code, ...detail } = problem
    return [cellFinding(code, placeOf(sheet, 1, index), { actual: header, ...detail })]
  })
}

function bindColumn(
  template: Template,
  sheet: Sheet,
  at: { readonly header: string; readonly index: number },
  { seen, findings }: { readonly seen: Set<string>; readonly findings: CellFinding[] }
): BoundColumn | null {
  const { header, index } = at
  if (header === '' && !sheet.unheaded.has(index)) return null
  if (seen.has(plain(header))) {
    findings.push(
      cellFinding('CSV_COLUMN_REPEATED', placeOf(sheet, 1, index), {
        message: `There are two columns ${header}.`,
        remedy: 'Remove one of them, or tell them apart by the word behind the colon.'
      })
    )
    return null
  }
  seen.add(plain(header))
  const bound = { index, header, ...lookUp(template, header) }
  if (bound.event || bound.line.size > 0 || isLineColumn(template, header)) return bound
  const meant = meantBy(template, sheet, header)
  findings.push(unknownColumn(template, sheet, at, meant))
  // The sheet is refused; its cells are read as what was meant, so that they are told of as well.
  return meant && !meant.endsWith(FAMILY)
    ? { index, header: meant, ...lookUp(template, meant) }
    : null
}

/** How a family of columns is told of. */
const FAMILY = ':…'

/** The column that was meant, where only its spelling is another; first of those that are not there. */
function meantBy(template: Template, { headers }: Sheet, header: string): string | undefined {
  // A colon of full width looks like the other one, and is what keyboards of East Asia type.
  const written = header.normalize('NFKC')
  const { event, line } = lookUp(template, written)
  if (event || line.size > 0) return written
  const names = knownNames(template)
  const lacking = names.filter((name) => !headers.includes(name))
  return [...lacking, ...names].find((name) => near(name, header))
}

/** As `lookUp` takes it: `assay: Nd` is the column `assay:Nd`. */
function plain(header: string): string {
  const [name = '', ...key] = header.split(':')
  return key.length === 0 ? name : `${name}:${key.join(':').trim()}`
}

function lookUp(template: Template, header: string): Omit<BoundColumn, 'index' | 'header'> {
  const colon = header.indexOf(':')
  const name = colon === -1 ? header : header.slice(0, colon)
  const key = colon === -1 ? undefined : header.slice(colon + 1).trim()
  const named = key !== undefined && key !== '' && key !== '__proto__'
  const fits = (column: Column) =>
    column.name === name && (column.family ? named : key === undefined)
  const event = template.event.find(fits)
  const line = new Map(
    template.lines.flatMap((kind): [string, Column][] => {
      const column = kind.columns.find(fits)
      return column ? [[kind.id, column]] : []
    })
  )
  return { line, ...(event ? { event } : {}), ...(key === undefined ? {} : { key }) }
}

/** In templates with several kinds of line one column says which. */
export function isLineColumn(template: Template, header: string): boolean {
  return header === LINE_COLUMN && template.lines.length > 1
}

function unknownColumn(
  template: Template,
  sheet: Sheet,
  at: { readonly header: string; readonly index: number },
  meant: string | undefined
): CellFinding {
  const { header } = at
  const lacking = knownNames(template).filter((name) => !sheet.headers.includes(name))
  const alike = lacking.filter((name) => sharesWord(name, header))
  const candidates = alike.length > 0 ? alike : neededOf(template, lacking)
  const expected = meant ?? candidates.join(', ')
  return cellFinding('CSV_COLUMN_UNKNOWN', placeOf(sheet, 1, at.index), {
    message: `The template ${template.id} has no column ${header === '' ? 'without a header' : header}.`,
    ...(expected === '' ? {} : { expected }),
    actual: header,
    remedy: meant ? `Write ${meant}.` : unknownRemedy(template, header, candidates.length > 0)
  })
}

function unknownRemedy(template: Template, header: string, hasCandidates: boolean): string {
  const other = templates.find(
    (each) => each !== template && knownNames(each).some((name) => header === name)
  )
  if (other) {
    return `It is a column of the template ${other.id}: what is to be recorded by that goes in a file of its own.`
  }
  const rename = hasCandidates
    ? 'Where it is one of those expected, write that name. Else remove'
    : 'Remove'
  return `${rename} the column, or put what it says into the note; nothing is ignored silently. GET /schemas/csv/${template.id}.csv has the names.`
}

/** Of `Mass` and of `Product Nr` columns such as `mass_value` and `product_name`. */
function sharesWord(name: string, written: string): boolean {
  const words = written.toLowerCase().match(/[a-z]{3,}/g) ?? []
  return words.some((word) => name.split(/[_:]/).includes(word))
}

/** Who renamed a column wants to know which are missing now that are needed. */
function neededOf(template: Template, lacking: readonly string[]): readonly string[] {
  const columns = [...template.event, ...template.lines.flatMap((line) => line.columns)]
  const needed = new Set(columns.filter(({ required }) => required).map(({ name }) => name))
  return lacking.filter((name) => needed.has(name))
}

/** Headers of a template in order, families as `assay:…`. */
export function knownNames(template: Template): readonly string[] {
  const columns = [...template.event, ...template.lines.flatMap(({ columns }) => columns)]
  const names = columns.map((column) => (column.family ? `${column.name}${FAMILY}` : column.name))
  return [...new Set(names)]
}

/** The required columns of a kind of line that the sheet does not have. */
export function missingColumns(header: BoundHeader, kind: LineKind): readonly string[] {
  const own = kind.columns.filter(({ required }) => required)
  const shared = header.template.event.filter(({ required }) => required)
  const present = new Set(header.columns.map((column) => column.header))
  return [...shared, ...own].map(({ name }) => name).filter((name) => !present.has(name))
}

/** Equal but for case and separators, or but for two letters. */
function near(name: string, written: string): boolean {
  const [a, b] = [name.replace(FAMILY, ''), written.split(':', 1)[0] ?? ''].map(letters)
  if (!a || !b) return false
  if (a === b) return true
  return (
    Math.min(a.length, b.length) > 4 && Math.abs(a.length - b.length) <= 2 && distance(a, b) <= 2
  )
}

function letters(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, '')
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...b].entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
