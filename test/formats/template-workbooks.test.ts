/** The templates as workbooks: what a spreadsheet makes of what is typed into them. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { readCsvEvents } from '../../src/formats/csv/read-events.ts'
import { templates } from '../../src/formats/csv/template.ts'
import { readXlsxEvents } from '../../src/formats/xlsx/read-events.ts'
import { templateWorkbooks } from '../../src/formats/xlsx/template-workbooks.ts'
import { readZip } from '../../src/formats/zip/read-zip.ts'

const LIMITS = {
  entries: 100,
  entryBytes: 1_000_000,
  totalBytes: 1_000_000,
  ratio: 200,
  depth: 8,
  pathLength: 255
}

t.test('each says what the template of its name says, without a finding', async (t) => {
  const workbooks = await templateWorkbooks()
  t.same(
    [...workbooks.keys()],
    templates.map(({ id }) => `${id}.xlsx`)
  )
  for (const { id } of templates) {
    const csv = readFileSync(new URL(`../../schemas/csv/${id}.csv`, import.meta.url))
    const wanted = readCsvEvents(csv, { organization: 'o' })
    const reading = await readXlsxEvents(workbooks.get(`${id}.xlsx`) ?? Buffer.alloc(0), {
      organization: 'o'
    })
    t.same(reading.findings, [], id)
    t.same(
      reading.events.map(({ document }) => document),
      wanted.events.map(({ document }) => document),
      id
    )
  }
})

t.test('numbers are numbers and all else is text, also in cells that are empty yet', async (t) => {
  const workbooks = await templateWorkbooks()
  const zip = await readZip(workbooks.get('receive.xlsx') ?? Buffer.alloc(0), LIMITS)
  const sheet = (await zip.read('xl/worksheets/sheet1.xml')).toString()
  const styles = (await zip.read('xl/styles.xml')).toString()
  const formats = [
    ...(/<cellXfs.*<\/cellXfs>/.exec(styles)?.[0] ?? '').matchAll(/<xf numFmtId="(\d+)"/g)
  ].map(([, id]) => id)
  const header =
    readFileSync(new URL('../../schemas/csv/receive.csv', import.meta.url), 'utf8').split(
      /\r?\n/,
      1
    )[0] ?? ''
  const columns = [...sheet.matchAll(/<col min="(\d+)"[^>]* style="(\d)"/g)]
  t.equal(columns.length, header.split(',').length)
  for (const [, column, style] of columns) {
    const name = header.split(',')[Number(column) - 1] ?? ''
    const isNumber = ['mass_value', 'mass_moisture_pct'].includes(name)
    t.equal(formats[Number(style)], isNumber ? '0' : '49', name)
  }
  t.match(sheet, /<c r="P2" s="0"><v>249.9<\/v>/)
})
