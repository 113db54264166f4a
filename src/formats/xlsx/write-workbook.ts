import { RegistryError } from '../../errors.ts'
import { columnLetter } from '../csv/cell-finding.ts'
import { DECIMAL } from '../csv/cell-number.ts'
import { cutText } from '../cut-text.ts'
import { escaped } from '../xml/write-xml.ts'
import { writeZip } from '../zip/write-zip.ts'

export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006'
const SHEET_ML = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

/** What a cell of a spreadsheet holds at most. */
const LONGEST_CELL = 32_767
/** Rows, or texts, that are made before others have a turn. */
const A_TURN = 64

/**
 * A table as a workbook with one sheet: the same texts, the same bytes. Every cell is text and is shown
 * as text, so that no spreadsheet rounds a decimal, makes a date of a lot number, or runs a formula,
 * also after somebody edits the cell. Only in the columns `numeric` decimals are numbers, and what is typed below
 * them may become one. Throws `LIMIT_EXCEEDED` for a text that no cell holds.
 */
export async function writeWorkbook(
  name: string,
  rows: Iterable<readonly string[]>,
  numeric: ReadonlySet<number> = new Set()
): Promise<Buffer> {
  const texts = new Texts()
  const widths = new Widths()
  let count = 0
  const sheetRows = await inTurns(rows, (cells) => {
    widths.hold(cells)
    count += 1
    return rowOf(cells, count, { texts, numeric })
  })
  const last = [columnLetter(Math.max(1, widths.columns) - 1), String(Math.max(1, count))] as const
  const all = `A1:${last.join('')}`
  const parts: Readonly<Record<string, readonly (string | Buffer)[]>> = {
    '[Content_Types].xml': [CONTENT_TYPES],
    '_rels/.rels': [relationships([['rId1', 'officeDocument', 'xl/workbook.xml']])],
    'xl/workbook.xml': [
      `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets><sheet name="${attribute(name)}" sheetId="1" r:id="rId1"/></sheets>${definedNames(name, last)}</workbook>`
    ],
    'xl/_rels/workbook.xml.rels': [
      relationships([
        ['rId1', 'worksheet', 'worksheets/sheet1.xml'],
        ['rId2', 'styles', 'styles.xml'],
        ['rId3', 'sharedStrings', 'sharedStrings.xml']
      ])
    ],
    'xl/styles.xml': [STYLES],
    'xl/sharedStrings.xml': [
      `${HEAD}<sst xmlns="${MAIN}">`,
      ...(await inTurns(texts.all(), sharedText)),
      '</sst>'
    ],
    'xl/worksheets/sheet1.xml': [
      `${HEAD}<worksheet xmlns="${MAIN}">${FROZEN}${widths.written(numeric)}<sheetData>`,
      ...sheetRows,
      `</sheetData><autoFilter ref="${all}"/><pageSetup orientation="landscape"/><ignoredErrors><ignoredError sqref="${all}" numberStoredAsText="1"/></ignoredErrors></worksheet>`
    ]
  }
  return writeZip(
    Object.entries(parts).map(([path, made]) => ({
      path,
      bytes: Buffer.concat(
        made.map((each) => (typeof each === 'string' ? Buffer.from(each) : each))
      )
    }))
  )
}

/** Writes one item after the other, and encodes what so many became before others have a turn. */
async function inTurns<Item>(
  items: Iterable<Item>,
  write: (item: Item) => string
): Promise<Buffer[]> {
  const encoded: Buffer[] = []
  let made: string[] = []
  for (const item of items) {
    made.push(write(item))
    if (made.length < A_TURN) continue
    encoded.push(Buffer.from(made.join('')))
    made = []
    await new Promise((resolve) => setImmediate(resolve))
  }
  return [...encoded, Buffer.from(made.join(''))]
}

interface Columns {
  readonly texts: Texts
  readonly numeric: ReadonlySet<number>
}

function rowOf(cells: readonly string[], row: number, { texts, numeric }: Columns): string {
  const made = cells.map((text, at) => {
    if (text === '') return ''
    const isNumeric = row > 1 && numeric.has(at)
    const style = row === 1 ? STYLE.header : isNumeric ? STYLE.plain : STYLE.text
    const place = `r="${columnLetter(at)}${row}" s="${style}"`
    return isNumeric && DECIMAL.test(text)
      ? `<c ${place}><v>${text}</v></c>`
      : `<c ${place} t="s"><v>${texts.place(text)}</v></c>`
  })
  return `<row r="${row}">${made.join('')}</row>`
}

/** Letters that a column shows at least and at most. */
const NARROWEST = 8
const WIDEST = 66
/** Beside the text: the margins of a cell, and the button of the filter above it. */
const MARGIN = 2

/**
 * How wide each column has to be to show its texts: what does not fit is covered by the next cell, so
 * a mass would seem to have fewer digits than it has.
 */
class Widths {
  readonly #widths: number[] = []

  hold(cells: readonly string[]): void {
    cells.forEach((text, at) => {
      this.#widths[at] = Math.max(this.#widths[at] ?? NARROWEST, Math.min(text.length, WIDEST))
    })
  }

  get columns(): number {
    return this.#widths.length
  }

  /** With the style that empty cells have. */
  written(numeric: ReadonlySet<number>): string {
    if (this.columns === 0) return ''
    const cols = this.#widths.map((width, at) => {
      const style = numeric.has(at) ? STYLE.plain : STYLE.empty
      return `<col min="${at + 1}" max="${at + 1}" width="${width + MARGIN}" style="${style}" customWidth="1"/>`
    })
    return `<cols>${cols.join('')}</cols>`
  }
}

/** The range of the filter, and the header again on every page of paper. */
function definedNames(name: string, [column, row]: readonly [string, string]): string {
  const sheet = `'${attribute(name).replaceAll("'", "''")}'`
  return [
    '<definedNames>',
    `<definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">${sheet}!$A$1:$${column}$${row}</definedName>`,
    `<definedName name="_xlnm.Print_Titles" localSheetId="0">${sheet}!$1:$1</definedName>`,
    '</definedNames>'
  ].join('')
}

/** Each text once: tables say the same over and over. */
class Texts {
  readonly #places = new Map<string, number>()

  place(text: string): number {
    const known = this.#places.get(text)
    if (known !== undefined) return known
    if (text.length > LONGEST_CELL) throw tooLong()
    const place = this.#places.size
    this.#places.set(text, place)
    return place
  }

  all(): Iterable<string> {
    return this.#places.keys()
  }
}

function sharedText(text: string): string {
  return `<si><t xml:space="preserve">${escaped(unread(text))}</t></si>`
}

/** What reads like the number of a character is none here (ECMA-376-1, 22.9.2.19). */
function unread(text: string): string {
  return text.replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
}

function tooLong(): RegistryError {
  return new RegistryError(
    'LIMIT_EXCEEDED',
    `A cell of the table has more than ${LONGEST_CELL} characters, which no workbook holds; ask for CSV or JSON.`
  )
}

/** Names of sheets have 31 characters at most, and not these. */
function attribute(name: string): string {
  return escaped(cutText(name.replace(/[[\]:*?/\\]/g, ' '), 31)).replaceAll('"', '&quot;')
}

function relationships(all: readonly (readonly [string, string, string])[]): string {
  const made = all.map(
    ([id, type, target]) =>
      `<Relationship Id="${id}" Type="${RELATIONS}/${type}" Target="${target}"/>`
  )
  return `${HEAD}<Relationships xmlns="${PACKAGE}/relationships">${made.join('')}</Relationships>`
}

const CONTENT_TYPES = `${HEAD}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${SHEET_ML}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${SHEET_ML}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${SHEET_ML}.styles+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="${SHEET_ML}.sharedStrings+xml"/></Types>`

/** The header row stays in sight. */
const FROZEN =
  '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'

/** All but the first are text (format 49); what is typed into an empty cell has no apostrophe in front. */
const STYLE = { plain: 0, text: 1, header: 2, empty: 3 } as const
const STYLES = `${HEAD}<styleSheet xmlns="${MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" quotePrefix="1"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" quotePrefix="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`
