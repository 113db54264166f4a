import { parse } from 'csv-parse/sync'
import { type Template, templates } from '../csv/template.ts'
import { publishedTemplates } from '../published-schemas.ts'
import { NUMERIC } from './problems.ts'
import { writeWorkbook } from './write-workbook.ts'

/**
 * The templates of schemas/csv as workbooks, by their file names: a spreadsheet of any country opens them with
 * their cells apart. Columns of numbers take what is typed for numbers, with the decimal sign of the country; all
 * others are text, so that lot numbers and times stay as they are typed.
 */
export async function templateWorkbooks(): Promise<ReadonlyMap<string, Buffer>> {
  const published = publishedTemplates()
  const made = new Map<string, Buffer>()
  for (const template of templates) {
    const rows: string[][] = parse(published.get(`${template.id}.csv`) ?? '')
    const numeric = numericColumns(template, rows[0] ?? [])
    made.set(`${template.id}.xlsx`, await writeWorkbook(template.id, rows, numeric))
  }
  return made
}

/** By their index. */
function numericColumns(template: Template, headers: readonly string[]): ReadonlySet<number> {
  const columns = [...template.event, ...template.lines.flatMap(({ columns }) => columns)]
  const names = columns.filter(({ kind }) => NUMERIC.includes(kind)).map(({ name }) => name)
  return new Set(
    headers.flatMap((header, at) => (names.includes(header.split(':', 1)[0] ?? '') ? [at] : []))
  )
}
