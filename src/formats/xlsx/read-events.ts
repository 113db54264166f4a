import type { CellFinding } from '../csv/cell-finding.ts'
import {
  type CsvReading,
  type OpenSheet,
  openSheet,
  type ReadingOptions,
  wholeSheet
} from '../csv/read-events.ts'
import type { Sheet } from '../csv/sheet-rows.ts'
import { walkXml } from '../xml/walk-xml.ts'
import { openWorkbook, type Workbook } from './open-workbook.ts'
import { fileFindings, WorkbookRefused } from './refuse.ts'
import { type SharedStrings, sharedStrings } from './shared-strings.ts'
import { RowsTaker } from './sheet-taker.ts'
import { type SheetParts, SheetVisitor } from './sheet-visitor.ts'
import { stylesOf } from './styles.ts'

const DEPTH = 32

/**
 * As `openCsvEvents`, of a workbook (.xlsx): one sheet of it has the header row and the columns of a
 * template. From its rows on it goes the way of CSV; what only workbooks know of their cells (numbers,
 * dates, formulas, formats) is judged where the column is known.
 */
export async function openXlsxEvents(
  bytes: Buffer,
  options: ReadingOptions = {}
): Promise<OpenSheet | readonly CellFinding[]> {
  const findings: CellFinding[] = []
  try {
    const workbook = await openWorkbook(bytes)
    const sheet = await sheetOf(workbook, findings)
    const opened = sheet && openSheet(sheet, findings, options)
    return opened ?? [...findings, ...workbook.notes]
  } catch (error) {
    return fileFindings(error)
  }
}

/** As `readCsvEvents`, of a workbook: it is taken as a whole or not at all. */
export async function readXlsxEvents(
  bytes: Buffer,
  options: ReadingOptions = {}
): Promise<CsvReading> {
  const opened = await openXlsxEvents(bytes, options)
  if ('template' in opened) return wholeSheet(opened)
  return { template: null, events: [], findings: opened }
}

async function sheetOf(workbook: Workbook, findings: CellFinding[]): Promise<Sheet | null> {
  const { sheetPath, notes } = workbook
  const taker = new RowsTaker()
  const visitor = new SheetVisitor(await partsOf(workbook), taker)
  const bytes = await workbook.package.bytes(sheetPath)
  await naming(sheetPath, () => walkXml(bytes, { depth: DEPTH }, visitor))
  return taker.sheet(findings, notes)
}

async function partsOf(workbook: Workbook): Promise<SheetParts> {
  const { package: parts, stringsPath, stylesPath, from1904, uncalculated } = workbook
  const strings: SharedStrings =
    stringsPath === null
      ? { texts: [], looks: new Map() }
      : await naming(stringsPath, async () => sharedStrings(await parts.bytes(stringsPath)))
  const styles = stylesOf(stylesPath === null ? null : await parts.tree(stylesPath), from1904)
  return { strings, styles, uncalculated }
}

/** Names the part that is at fault. */
async function naming<T>(part: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    throw new WorkbookRefused(fileFindings(error, part))
  }
}
