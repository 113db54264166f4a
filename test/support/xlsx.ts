import { writeZip } from '../../src/formats/zip/write-zip.ts'

export const WORKBOOK = {
  'content-type': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
}

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006'
const SHEET_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml'

/** A cell as a test wants it: text, a number with its format, or whatever XML says. */
export type TestCell =
  | string
  | null
  | {
      readonly v?: string
      /** The code of its number format. */
      readonly format?: string
      readonly f?: string
      readonly t?: string
      /** What stands in the cell in place of all this. */
      readonly xml?: string
    }

export interface TestSheet {
  readonly name?: string
  readonly rows: readonly (readonly TestCell[])[]
  readonly state?: 'hidden' | 'veryHidden'
  /** Attributes of rows, by number. */
  readonly rowAttributes?: Readonly<Record<number, string>>
  /** XML before and behind the rows. */
  readonly before?: string
  readonly behind?: string
}

export interface TestWorkbook {
  readonly sheets: readonly TestSheet[]
  /** Texts go into the table of the workbook; into the cells where false. */
  readonly shared?: boolean
  /** XML of the workbook before and behind its sheets. */
  readonly before?: string
  readonly behind?: string
  readonly contentType?: string
  /** Parts that are added, replaced, or left out where null. */
  readonly parts?: Readonly<Record<string, string | Buffer | null>>
}

/** A small workbook, part by part as a spreadsheet writes it. */
export function workbook(book: TestWorkbook): Promise<Buffer> {
  const parts = { ...partsOf(book), ...book.parts }
  return writeZip(
    Object.entries(parts).flatMap(([path, content]) =>
      content === null ? [] : [{ path, bytes: Buffer.from(content) }]
    )
  )
}

/** Rows below a header row, as one sheet. */
export function oneSheet(
  rows: readonly Readonly<Record<string, TestCell>>[],
  more: Omit<TestSheet, 'rows'> = {}
): TestSheet {
  const headers = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  return {
    ...more,
    rows: [headers, ...rows.map((row) => headers.map((each) => row[each] ?? null))]
  }
}

function partsOf(book: TestWorkbook): Record<string, string> {
  const made = new Made(book.shared ?? true)
  const { sheets, before = '', behind = '', contentType = SHEET_TYPE } = book
  const listed = sheets.map(
    ({ name = `Sheet${1}`, state }, n) =>
      `<sheet name="${escaped(name)}" sheetId="${n + 1}" r:id="rId${n + 1}"${state ? ` state="${state}"` : ''}/>`
  )
  const related = [
    ...sheets.map((_, n) => relation(`rId${n + 1}`, 'worksheet', `worksheets/sheet${n + 1}.xml`)),
    relation('rIdS', 'styles', 'styles.xml'),
    relation('rIdT', 'sharedStrings', '/xl/sharedStrings.xml')
  ]
  return {
    '[Content_Types].xml': `<Types xmlns="${PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${contentType}"/></Types>`,
    '_rels/.rels': relations([relation('rId1', 'officeDocument', 'xl/workbook.xml')]),
    'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}">${before}<sheets>${listed.join('')}</sheets>${behind}</workbook>`,
    'xl/_rels/workbook.xml.rels': relations(related),
    ...Object.fromEntries(
      sheets.map((sheet, n) => [`xl/worksheets/sheet${n + 1}.xml`, made.sheet(sheet)])
    ),
    'xl/styles.xml': made.styles(),
    'xl/sharedStrings.xml': made.strings()
  }
}

/** What sheets refer to is known when they are made. */
class Made {
  readonly #shared: boolean
  readonly #strings: string[] = []
  readonly #formats = ['General']

  constructor(shared: boolean) {
    this.#shared = shared
  }

  sheet({ rows, before = '', behind = '', rowAttributes = {} }: TestSheet): string {
    const listed = rows.map((cells, n) => {
      const made = cells.map((cell, at) => (cell === null ? '' : this.#cell(cell, at, n + 1)))
      return `<row r="${n + 1}" ${rowAttributes[n + 1] ?? ''}>${made.join('')}</row>`
    })
    return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="${MAIN}">${before}<sheetData>${listed.join('')}</sheetData>${behind}</worksheet>`
  }

  #cell(cell: NonNullable<TestCell>, at: number, row: number): string {
    const r = `r="${letter(at)}${row}"`
    if (typeof cell === 'string') {
      if (!this.#shared) return `<c ${r} t="inlineStr"><is><t>${escaped(cell)}</t></is></c>`
      return `<c ${r} t="s"><v>${this.#strings.push(cell) - 1}</v></c>`
    }
    if (cell.xml !== undefined) return cell.xml.replace('<c', `<c ${r}`)
    const { v, f, t, format = 'General' } = cell
    if (!this.#formats.includes(format)) this.#formats.push(format)
    const type = t === undefined ? '' : ` t="${t}"`
    const formula = f === undefined ? '' : `<f>${escaped(f)}</f>`
    const value = v === undefined ? '' : `<v>${escaped(v)}</v>`
    return `<c ${r} s="${this.#formats.indexOf(format)}"${type}>${formula}${value}</c>`
  }

  styles(): string {
    const formats = this.#formats.map(
      (code, n) => `<numFmt numFmtId="${n + 164}" formatCode="${escaped(code)}"/>`
    )
    const cells = this.#formats.map((_, n) => `<xf numFmtId="${n + 164}" applyNumberFormat="1"/>`)
    return `<styleSheet xmlns="${MAIN}"><numFmts>${formats.join('')}</numFmts><cellXfs>${cells.join('')}</cellXfs></styleSheet>`
  }

  strings(): string {
    const items = this.#strings.map(
      (text) => `<si><t xml:space="preserve">${escaped(text)}</t></si>`
    )
    return `<sst xmlns="${MAIN}">${items.join('')}</sst>`
  }
}

function relation(id: string, type: string, target: string): string {
  return `<Relationship Id="${id}" Type="${RELATIONS}/${type}" Target="${target}"/>`
}

function relations(all: readonly string[]): string {
  return `<Relationships xmlns="${PACKAGE}/relationships">${all.join('')}</Relationships>`
}

function letter(at: number): string {
  return at < 26 ? String.fromCharCode(65 + at) : letter(Math.floor(at / 26) - 1) + letter(at % 26)
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
