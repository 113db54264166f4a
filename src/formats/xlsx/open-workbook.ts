import type { CellFinding } from '../csv/cell-finding.ts'
import type { XmlElement } from '../xml/xml-element.ts'
import { chooseSheet, type NamedSheet } from './choose-sheet.ts'
import { refuseUnzipped, SAVE_AS } from './other-file.ts'
import { Package, type Relationship } from './package.ts'
import { malformed, refuse } from './refuse.ts'

/** A workbook and the sheet of it that is meant. */
export interface Workbook {
  readonly package: Package
  readonly sheetPath: string
  readonly stringsPath: string | null
  readonly stylesPath: string | null
  /** Days are counted from 1904 on, as spreadsheets of the Macintosh did. */
  readonly from1904: boolean
  /** Its formulas are to be calculated when it is opened: what stands for their values was never one. */
  readonly uncalculated: boolean
  readonly notes: readonly CellFinding[]
}

/** Throws `WorkbookRefused`, and `BODY_INVALID` of archives and XML. */
export async function openWorkbook(bytes: Buffer): Promise<Workbook> {
  refuseUnzipped(bytes)
  const opened = await Package.open(bytes)
  await refuseOthers(opened)
  const path = targetOf(await opened.relationships(''), ({ type }) => type === 'officeDocument')
  if (path === null) malformed('The archive does not say where its workbook is.')
  await refuseKind(opened, path)
  const related = await opened.relationships(path)
  const root = await opened.tree(path)
  const { chosen, notes } = chooseSheet(sheetsOf(root, related))
  const settings = childOf(root, 'workbookPr')
  const calculation = childOf(root, 'calcPr')
  const ofType = (wanted: string) => targetOf(related, ({ type }) => type === wanted)
  return {
    package: opened,
    sheetPath: chosen,
    stringsPath: ofType('sharedStrings'),
    stylesPath: ofType('styles'),
    from1904: isTrue(settings?.attributes.get('date1904')),
    uncalculated:
      isTrue(calculation?.attributes.get('fullCalcOnLoad')) ||
      isFalse(calculation?.attributes.get('calcCompleted')),
    notes
  }
}

/** Other files that are zip archives, by what only they hold. */
async function refuseOthers(opened: Package): Promise<void> {
  if (opened.has('mimetype')) {
    const type = (await opened.bytes('mimetype')).subarray(0, 100).toString('latin1')
    if (type.includes('opendocument')) {
      refuse('XLSX_KIND', { message: 'This is an OpenDocument file (.ods).', remedy: SAVE_AS })
    }
  }
  if ([...opened.paths].some((path) => path.endsWith('.iwa'))) {
    refuse('XLSX_KIND', {
      message: 'This is a file of Numbers.',
      remedy: 'Export it as Excel (.xlsx) and send that.'
    })
  }
  if (opened.has('[Content_Types].xml')) return
  refuse('XLSX_KIND', {
    message: 'This is a zip archive, and no workbook.',
    remedy:
      'Send the workbook itself, as the spreadsheet saves it; an ILCD archive is application/zip.'
  })
}

async function refuseKind(opened: Package, path: string): Promise<void> {
  const type = await opened.contentType(path)
  if (/sheet\.binary/i.test(type)) {
    refuse('XLSX_KIND', { message: 'This is a binary workbook (.xlsb).', remedy: SAVE_AS })
  }
  const macros = [...opened.paths].some((part) => /(^|\/)vba[^/]*\.bin$/.test(part))
  if (macros || /macroEnabled/i.test(type)) {
    refuse('XLSX_KIND', {
      message: 'The workbook holds macros (.xlsm).',
      remedy: 'Save it as "Excel workbook (.xlsx)", which holds none, and send that.'
    })
  }
  if (!/spreadsheetml\.(sheet|template)\.main\+xml$/i.test(type)) {
    refuse('XLSX_KIND', {
      message: 'The file is of an office program, and no workbook.',
      actual: type,
      remedy: SAVE_AS
    })
  }
}

function sheetsOf(root: XmlElement, related: readonly Relationship[]): NamedSheet[] {
  const sheets = childOf(root, 'sheets')?.children ?? []
  const byId = new Map(related.map((each) => [each.id, each]))
  return sheets.flatMap(({ attributes }) => {
    // Of `r:id`, by its local name; sheetId is another one.
    const relationship = byId.get(attributes.get('id') ?? '')
    if (relationship && relationship.type !== 'worksheet') return []
    const name = attributes.get('name') ?? ''
    const path = relationship?.target ?? null
    return [{ name, path, hidden: !['visible', undefined].includes(attributes.get('state')) }]
  })
}

function targetOf(
  relationships: readonly Relationship[],
  is: (each: Relationship) => boolean
): string | null {
  return relationships.find(is)?.target ?? null
}

function childOf({ children }: XmlElement, named: string): XmlElement | undefined {
  return children.find(({ name }) => name === named)
}

/** xsd:boolean, and what ECMA-376 had for it before. */
export function isTrue(value: string | undefined): boolean {
  return value === '1' || value === 'true' || value === 'on'
}

export function isFalse(value: string | undefined): boolean {
  return value !== undefined && !isTrue(value)
}
