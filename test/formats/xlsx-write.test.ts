import t from 'tap'
import { writeWorkbook } from '../../src/formats/xlsx/write-workbook.ts'
import { renderTexts } from '../../src/reports/render/texts.ts'
import { partOf, readTable, readWorkbook } from '../support/read-workbook.ts'

t.test('accepts', async (t) => {
  t.test('texts exactly as they are, and the same bytes for the same table', async (t) => {
    const said = [
      '0.30000000000000000001',
      '123456789012345678901234567890.123456789',
      '1-2',
      '007',
      ' spaces ',
      'a\nb\r\nc\td',
      '<&>"\'',
      '_x0041_',
      'Neodym – 钕 🧲',
      'TRUE'
    ]
    const rows = [['said', 'n'], ...said.map((text, n) => [text, String(n)])]
    const bytes = await writeWorkbook('gaps', rows)
    const table = await readTable(bytes)
    t.same(
      table.map(({ said }) => said),
      said.map((text) => text.replace('_x0041_', '_x005F_x0041_')),
      'an underscore that would begin a character is written as one'
    )
    t.ok(bytes.equals(await writeWorkbook('gaps', rows)))
  })

  t.test('a table of columns, where null is an empty cell and zero is none', async (t) => {
    const columns = [
      { header: 'a', cell: (row: number | null) => row },
      { header: 'b', cell: (row: number | null) => row === null }
    ]
    const bytes = await writeWorkbook('x', renderTexts(columns, [0, null]))
    t.same(await readTable(bytes), [{ a: '0', b: 'false' }, { b: 'true' }])
  })

  t.test('columns as wide as their texts, which the next cell would cover', async (t) => {
    const mass = '123456789.000000001'
    const rows = [
      ['net_mass_kg', 'n', 'long', ''],
      [mass, '1', 'x'.repeat(500)]
    ]
    const sheet = await partOf(await writeWorkbook('x', rows), 'xl/worksheets/sheet1.xml')
    const widths = [...sheet.matchAll(/<col [^>]*width="(\d+)"/g)].map(([, width]) => Number(width))
    t.equal(widths.length, 4)
    t.ok((widths[0] ?? 0) > mass.length, 'every digit of a mass is seen')
    t.ok((widths[1] ?? 0) < 20)
    t.ok((widths[2] ?? 0) < 80, 'and a text of many lines pushes nothing off the screen')
    t.match(sheet, /<\/sheetViews><cols>.*<\/cols><sheetData>/s, 'where Excel looks for them')
  })

  t.test('a header on every page of paper', async (t) => {
    const rows = [
      ['a', 'b'],
      ['1', '2'],
      ['3', '4']
    ]
    const book = await partOf(await writeWorkbook("Lots' sheet", rows), 'xl/workbook.xml')
    t.match(book, "localSheetId=\"0\">'Lots'' sheet'!$1:$1</definedName>")
    t.match(book, "'Lots'' sheet'!$A$1:$B$3</definedName>")
  })

  t.test('a name that no sheet may have', async (t) => {
    const bytes = await writeWorkbook('a/b:c*?[d]\\ "long" and longer and longer', [['h']])
    t.equal((await readWorkbook(bytes)).length, 1)
  })
})

t.test('refuses a text that no cell holds', async (t) => {
  const long = writeWorkbook('x', [['h'], ['x'.repeat(32_768)]])
  await t.rejects(long, { code: 'LIMIT_EXCEEDED', message: /32767.*CSV or JSON/ })
})

t.test('protects against formulas: every cell is text and is shown as text', async (t) => {
  const evil = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '=HYPERLINK("http://x")', '%x']
  const rows = await readWorkbook(await writeWorkbook('x', [['h'], ...evil.map((text) => [text])]))
  const cells = rows.flatMap((row) => [...row.values()])
  t.equal(cells.length, evil.length + 1)
  for (const { type, style, hasFormula } of cells) {
    t.equal(type, 's')
    t.match(style, /^[12]$/, 'formats of text')
    t.equal(hasFormula, false)
  }
  t.same(
    cells.slice(1).map(({ text }) => text),
    evil
  )
})
