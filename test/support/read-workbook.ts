import { readXml } from '../../src/formats/xml/read-xml.ts'
import type { XmlElement } from '../../src/formats/xml/xml-element.ts'
import { readZip } from '../../src/formats/zip/read-zip.ts'

const LIMITS = {
  entries: 50,
  entryBytes: 1e8,
  totalBytes: 1e8,
  ratio: 2000,
  depth: 9,
  pathLength: 99
}

export interface WrittenCell {
  readonly text: string
  readonly type: string | undefined
  readonly style: string | undefined
  readonly hasFormula: boolean
}

/** The text of one part of a workbook. */
export async function partOf(bytes: Buffer, path: string): Promise<string> {
  return (await (await readZip(bytes, LIMITS)).read(path)).toString('utf8')
}

/** The cells of the one sheet of a workbook by row and reference, read without what wrote it. */
export async function readWorkbook(bytes: Buffer): Promise<Map<string, WrittenCell>[]> {
  const zip = await readZip(bytes, LIMITS)
  const part = async (path: string) => readXml(await zip.read(path))
  const strings = (await part('xl/sharedStrings.xml')).children.map(
    (si) => si.children[0]?.text ?? ''
  )
  const sheet = await part('xl/worksheets/sheet1.xml')
  const data = sheet.children.find(({ name }) => name === 'sheetData')
  return (data?.children ?? []).map(
    (row) => new Map(row.children.map((cell) => cellOf(cell, strings)))
  )
}

function cellOf(cell: XmlElement, strings: readonly string[]): [string, WrittenCell] {
  const value = cell.children.find(({ name }) => name === 'v')?.text ?? ''
  const type = cell.attributes.get('t')
  const written = {
    text: type === 's' ? (strings[Number(value)] ?? '') : value,
    type,
    style: cell.attributes.get('s'),
    hasFormula: cell.children.some(({ name }) => name === 'f')
  }
  return [cell.attributes.get('r') ?? '', written]
}

/** Rows below the header row, by their headers; what is empty is left out. */
export async function readTable(bytes: Buffer): Promise<Record<string, string>[]> {
  const [head = new Map<string, WrittenCell>(), ...rows] = await readWorkbook(bytes)
  const headers = new Map([...head].map(([at, { text }]) => [at.replace(/\d+/, ''), text]))
  return rows.map((row) =>
    Object.fromEntries(
      [...row].map(([at, { text }]) => [headers.get(at.replace(/\d+/, '')) ?? at, text])
    )
  )
}
