import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import t, { type Test } from 'tap'
import type { CellFinding } from '../../src/formats/csv/cell-finding.ts'
import { readCsvEvents } from '../../src/formats/csv/read-events.ts'
import { templates } from '../../src/formats/csv/template.ts'
import { openXlsxEvents } from '../../src/formats/xlsx/read-events.ts'
import { hostileZip } from '../support/hostile-zip.ts'
import { oneSheet, type TestCell, type TestWorkbook, workbook } from '../support/xlsx.ts'

const FACILITY = '0b9f6d5a-9a9e-4d27-8a52-0f6f1a1f7c12'
const SHIPMENT = '7a1c2f0e-3c1b-4a53-9d8e-2f5a1f0c0a03'
const ORGANIZATION = '1c2d3e4f-5a6b-4c7d-8e9f-0a1b2c3d4e5f'
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'

const RECEIPT: Readonly<Record<string, TestCell>> = {
  event: 'arrival-1',
  time: '2026-10-12T11:00:00Z',
  facility: FACILITY,
  shipment: SHIPMENT,
  outcome: 'accepted',
  batch: 'MET-118',
  batch_organization: ORGANIZATION,
  mass_value: { v: '249.9' },
  mass_unit: 'KGM',
  mass_basis: 'dry'
}
const INTAKE: Readonly<Record<string, TestCell>> = {
  event: 'intake-1',
  time: '2026-10-12T11:00:00Z',
  facility: FACILITY,
  entry: 'purchased',
  number: 'IR-1',
  product_class: 'iron',
  product_name: 'Iron',
  mass_value: { v: '5' },
  mass_unit: 'TNE',
  mass_basis: 'dry',
  assay_basis: 'element'
}

const receipt = (cells: Readonly<Record<string, TestCell>> = {}) =>
  oneSheet([{ ...RECEIPT, ...cells }])
const intake = (cells: Readonly<Record<string, TestCell>> = {}) =>
  oneSheet([{ ...INTAKE, ...cells }])

interface Reading {
  readonly documents: readonly Readonly<Record<string, unknown>>[]
  readonly findings: readonly CellFinding[]
}

async function readBytes(bytes: Buffer): Promise<Reading> {
  const opened = await openXlsxEvents(bytes, { organization: ORGANIZATION })
  if (!('template' in opened)) return { documents: [], findings: opened }
  const events = [...opened.eventsFrom(0)].flatMap((event) => event ?? [])
  return {
    documents: events.flatMap(({ event }) => (event ? [event.document] : [])),
    findings: [...opened.findings, ...opened.notes, ...events.flatMap(({ told }) => told.all())]
  }
}

const read = async (book: TestWorkbook) => readBytes(await workbook(book))

/** Findings as `CODE row column`, the way a person would look them up. */
function places({ findings }: Reading): string[] {
  return findings.map(({ code, place }) =>
    [code, place.row, place.column].filter((part) => part !== undefined).join(' ')
  )
}

/** What a reading of a sheet with this cell says of it. */
async function told(
  t: Test,
  cells: Readonly<Record<string, TestCell>>,
  wanted: string | RegExp,
  of = intake
) {
  const reading = await read({ sheets: [of(cells)] })
  const shown = JSON.stringify(cells)
  t.match(places(reading)[0] ?? 'nothing', wanted, shown)
  t.equal(reading.findings.length, 1, `${shown}: ${places(reading)}`)
  const [finding] = reading.findings
  t.ok(finding?.severity === 'info' || finding?.remedy, `${shown}: says how to mend it`)
  t.equal(reading.documents.length, finding?.severity === 'error' ? 0 : 1, shown)
  return finding
}

/** The mass and the time that were read. */
function line({ documents }: Reading) {
  const [document] = documents as { time?: string; outputs?: Record<string, unknown>[] }[]
  const output = document?.outputs?.[0] as
    | {
        mass?: { value?: string }
        number?: string
        assay?: Record<string, unknown>
        count?: number
      }
    | undefined
  return { time: document?.time, ...output, mass: output?.mass?.value }
}

async function massOf(v: string, format = 'General'): Promise<unknown> {
  const reading = await read({ sheets: [intake({ mass_value: { v, format } })] })
  return reading.findings.length === 0 ? line(reading).mass : places(reading)
}

t.test('accepts', async (t) => {
  t.test('every template with its examples, as CSV has it', async (t) => {
    for (const { id } of templates) {
      const bytes = readFileSync(new URL(`../../schemas/csv/${id}.csv`, import.meta.url))
      const rows: string[][] = parse(bytes, { bom: true })
      const typed = rows.map((row, n) =>
        row.map((cell) => {
          if (cell === '') return null
          return n > 0 && /^\d+(\.\d+)?$/.test(cell) ? { v: cell } : cell
        })
      )
      for (const shared of [true, false]) {
        const reading = await read({ sheets: [{ rows: typed }], shared })
        t.same(reading.findings, [], id)
        const csv = readCsvEvents(bytes, { organization: ORGANIZATION })
        t.same(
          reading.documents,
          csv.events.map(({ document }) => document),
          id
        )
      }
    }
  })

  t.test('numbers as they were typed, however the double is written', async (t) => {
    const typed = [
      ['99.900000000000006', '99.9'],
      ['0.28999999999999998', '0.29'],
      ['1E-3', '0.001'],
      ['1.0000000000000001E-5', '0.00001'],
      ['1.5E+3', '1500'],
      ['1e21', '1000000000000000000000'],
      ['5.', '5'],
      ['.5', '0.5'],
      ['007', '7'],
      ['-0', '0'],
      ['0', '0'],
      ['123456789012.345', '123456789012.345'],
      ['999999999999999', '999999999999999'],
      ['1234567.1234567801', '1234567.12345678'],
      ['4.9406564584124654E-3', '0.00494065645841247']
    ]
    for (const [stored = '', wanted] of typed.slice(0, -1)) {
      t.equal(await massOf(stored), wanted, stored)
    }
    for (const format of ['0.0', '#,##0.00', '0.00E+00', '_-* #,##0.00_-', '[Red]0.0', '@']) {
      t.equal(
        await massOf('1234.5678', format),
        '1234.5678',
        `${format}: the number, not its looks`
      )
    }
  })

  t.test('every decimal of 15 digits through its double', async (t) => {
    let state = 20261129
    const random = () => {
      state = (state * 1103515245 + 12345) % 2147483648
      return state
    }
    for (let n = 0; n < 300; n += 1) {
      const whole = `${(random() % 999_999) + 1}`
      const fraction = `${random()}${random()}`.slice(0, 15 - whole.length).replace(/0+$/, '')
      const typed = fraction === '' ? whole : `${whole}.${fraction}`
      const { numberText } = await import('../../src/formats/xlsx/number-text.ts')
      t.same(numberText(Number(typed).toPrecision(17)), { text: typed })
    }
  })

  t.test('dates of both systems as times in UTC, which is told', async (t) => {
    const at = async (v: string, format: string, before = '') => {
      const sheets = [intake({ time: { v, format } })]
      const reading = await read({ sheets, before })
      t.same(places(reading), ['XLSX_UTC 2 B (time)'], `${v} ${format}`)
      return line(reading).time
    }
    const full = 'dd/mm/yyyy hh:mm:ss'
    t.equal(await at('46300.604166666664', full), '2026-10-05T14:30:00Z')
    t.equal(await at('46300.999988425923', full), '2026-10-05T23:59:59Z')
    for (const format of [
      'm/d/yy h:mm',
      '[$-409]m/d/yy h:mm AM/PM;@',
      '[$-407]d. mmm yyyy hh:mm',
      '[$-en-US,1]dddd, mmmm d, yyyy h:mm AM/PM;@',
      'yyyy"年"m"月"d"日" hh"时"mm"分"',
      '[$-411]ge.m.d hh:mm',
      'dd.mm.yyyy hh:mm "Uhr"',
      'yyyy-mm-dd"T"hh:mm:ss"Z"',
      'yyyy-mm-dd hh:mm "UTC"',
      '[$-D07041E]d/m/yyyy hh:mm'
    ]) {
      t.equal(await at('46300.604166666664', format), '2026-10-05T14:30:00Z', format)
    }
    t.equal(await at('46300', full), '2026-10-05T00:00:00Z', 'midnight, where a time is shown')
    t.equal(await at('46300.000005787035', `${full}.000`), '2026-10-05T00:00:00.500Z')
    t.equal(await at('61', full), '1900-03-01T00:00:00Z', 'the first day that all agree about')
    t.equal(
      await at('44838.604166666664', full, '<workbookPr date1904="1"/>'),
      '2026-10-05T14:30:00Z'
    )
    const written = await read({ sheets: [intake({ time: { v: '2026-10-05T14:30:00', t: 'd' } })] })
    t.equal(line(written).time, '2026-10-05T14:30:00Z')
  })

  t.test('formulas with their values, truth values, texts in pieces', async (t) => {
    const reading = await read({
      sheets: [
        intake({
          mass_value: { f: 'A1+1', v: '250.5' },
          product_name: { f: 'UPPER("x")', t: 'str', v: 'FERRO' },
          country: { f: 'IF(A1,"","")', t: 'str', v: '' },
          assay_complete: { v: '1', t: 'b' },
          'assay:Fe': { v: '99.900000000000006' },
          assay_unit: {
            xml: '<c t="inlineStr"><is><r><rPr><b/></rPr><t>P</t></r><r><t>1</t></r><rPh sb="0" eb="1"><t>no</t></rPh></is></c>'
          },
          note: 'first_x000D_\nsecond _x005F_x0041_'
        })
      ]
    })
    t.match(places(reading), ['CSV_HIDDEN_CHARACTER 2'].slice(1))
    const { assay, mass } = line(reading)
    t.equal(mass, '250.5')
    t.match(assay, { unit: 'P1', complete: true, values: { Fe: '99.9' } })
    t.match(reading.documents[0], { note: 'first\r\nsecond _x0041_' })
  })

  t.test(
    'the sheet that is named like a template, and says which others are not read',
    async (t) => {
      const notes = { name: 'Notes', rows: [['see there']] }
      const data = { ...receipt(), name: 'Receive' }
      const reading = await read({
        sheets: [notes, data, { ...notes, name: 'L', state: 'hidden' }]
      })
      t.same(places(reading), ['XLSX_SHEETS_LEFT 1'])
      t.match(reading.findings[0]?.message, /“Receive”.*“Notes”, “L”/)
      t.equal(reading.documents.length, 1)
      const first = await read({ sheets: [{ ...receipt(), name: 'Mine' }, notes] })
      t.equal(first.documents.length, 1)
      t.same((await read({ sheets: [notes, { ...receipt(), name: 'Mine' }] })).documents, [])
    }
  )

  t.test('what a spreadsheet leaves around the rows', async (t) => {
    const rows = [...receipt().rows, [], [], [null, { format: '0.0' }]]
    const reading = await read({
      sheets: [
        {
          rows,
          before:
            '<dimension ref="A1:XFD1048576"/><cols><col min="30" max="16384" hidden="1"/></cols>',
          behind:
            '<mergeCells><mergeCell ref="A9:C10"/></mergeCells><extLst><ext><row r="1"/></ext></extLst>',
          rowAttributes: { 4: 'hidden="1"' }
        }
      ]
    })
    t.same(reading.findings, [])
    t.equal(reading.documents.length, 1)
    const apart = await read({
      sheets: [{ rows: [], behind: '' }],
      parts: { 'xl/worksheets/sheet1.xml': sparse() }
    })
    t.same(places(apart), [])
    t.equal(apart.documents.length, 1, 'the last row that there may be, prefixes, no references')
  })
})

/** Cells without references, another prefix, and a row far below. */
function sparse(): string {
  const text = (value: string) => `<x:c t="inlineStr"><x:is><x:t>${value}</x:t></x:is></x:c>`
  const cells = Object.entries(RECEIPT).map(([, cell]) =>
    text(typeof cell === 'string' ? cell : '5')
  )
  const headers = Object.keys(RECEIPT).map(text)
  return `<x:worksheet xmlns:x="${MAIN}"><x:sheetData><x:row>${headers.join('')}</x:row><x:row r="1048576">${cells.join('')}</x:row></x:sheetData></x:worksheet>`
}

t.test('refuses', async (t) => {
  t.test('cells that show something else than they hold', async (t) => {
    const shown = [
      ['0%', '0.12'],
      ['0.00 %', '0.12'],
      ['0.0 "kg"', '12'],
      ['0.0\\ \\k\\g', '12'],
      ['[$€-407]\\ #,##0.00', '12'],
      ['0.0,', '12000'],
      ['# ?/?', '0.5'],
      ['0.0;-0.0;"n.d."', '0'],
      ['0.0;-0.0;', '0'],
      ['#,###', '0'],
      ['_-* #,##0.00_-;-* #,##0.00_-;_-* "-"??_-', '0'],
      [';;;', '5'],
      ['"<"0.00', '0.05'],
      ['\\<0.00', '0.05'],
      ['>0', '5'],
      ['"±"0.0', '5'],
      ['~0', '5'],
      ['-0.00', '5'],
      ['0.0;(0.0)/', '-5'],
      ['00\\.00', '1234'],
      ['0\\,0', '125'],
      ['00\\:00', '1430'],
      ['[>100]0.0 "t";0.0', '5']
    ] as const
    for (const [format, v] of shown) {
      await told(t, { mass_value: { v, format } }, /^XLSX_FORMAT 2 \w \(mass_value\)/)
    }
    const percent = await told(t, { mass_value: { v: '0.12', format: '0%' } }, 'XLSX_FORMAT')
    t.match(percent?.expected, '12 where')
    const builtIn = await read({
      sheets: [intake({ mass_value: { xml: '<c s="0"><v>0.12</v></c>' } })],
      parts: {
        'xl/styles.xml': `<styleSheet xmlns="${MAIN}"><cellXfs><xf numFmtId="9"/></cellXfs></styleSheet>`
      }
    })
    t.same(places(builtIn), ['XLSX_FORMAT 2 H (mass_value)'], 'a format that has only a number')
    await told(t, { product_name: { t: 'str', v: 'Iron', format: '@" oxide"' } }, 'XLSX_FORMAT')
  })

  t.test('formulas that were never calculated, and error values', async (t) => {
    await told(t, { mass_value: { f: 'SUM(A1:A2)' } }, 'XLSX_FORMULA 2')
    await told(t, { mass_value: { f: 'SUM(A1:A2)', v: '' } }, 'XLSX_FORMULA 2')
    await told(t, { mass_value: { xml: '<c t="str"><f>X</f></c>' } }, 'XLSX_FORMULA 2')
    for (const v of ['#DIV/0!', '#REF!', '#N/A', '#GETTING_DATA']) {
      await told(t, { mass_value: { f: 'B1', v, t: 'e' } }, 'CSV_ERROR_VALUE 2')
    }
    const sheets = [intake({ mass_value: { f: 'B1*2', v: '0' } })]
    const waiting = await read({ sheets, behind: '<calcPr calcId="1" fullCalcOnLoad="1"/>' })
    t.same(places(waiting), ['XLSX_FORMULA 2 H (mass_value)'], 'the zero of a program is no value')
    await told(t, { product_name: '=A1' }, 'CSV_FORMULA')
  })

  t.test('dates where none belongs, and parts of a moment', async (t) => {
    await told(t, { time: { v: '46300', format: 'dd.mm.yyyy' } }, 'XLSX_DATE 2 B (time)')
    const parts = [
      ['dd.mm.yyyy', /day alone; it holds 2026-10-05 14:30:00/],
      ['[$-F800]dddd, mmmm dd, yyyy', /day alone/],
      ['hh:mm', /whole day, which is 2026-10-05/],
      ['dd.mm. hh:mm', /whole day/],
      ['dd.mm.yyyy hh:mm "MESZ"', /shows “MESZ”/],
      ['yyyy-mm-dd hh:mm" +02:00"', /shows “\+02:00”/],
      ['dddd mmm yyyy hh:mm', /whole day/],
      ['mmm yy', /whole day/]
    ] as const
    for (const [format, message] of parts) {
      const part = await told(t, { time: { v: '46300.604166666664', format } }, 'XLSX_DATE')
      t.match(part?.message, message, format)
    }
    await told(t, { time: { v: '0.5', format: 'h:mm' } }, 'XLSX_DATE')
    await told(t, { time: { v: '60', format: 'yyyy-mm-dd h:mm' } }, 'XLSX_DATE')
    await told(t, { time: { v: '-3', format: 'yyyy-mm-dd h:mm' } }, 'XLSX_DATE')
    await told(t, { time: { v: '2958466', format: 'yyyy-mm-dd h:mm' } }, 'XLSX_DATE')
    await told(t, { time: { v: '1.5', format: '[h]:mm' } }, 'XLSX_DATE')
    await told(t, { time: { v: '46300.5' } }, 'CSV_TIME')
    await told(t, { time: { v: '2026-10-05', t: 'd' } }, 'XLSX_DATE')
    await told(t, { mass_value: { v: '46154', format: 'd-mmm' } }, 'XLSX_DATE')
    await told(t, { number: { v: '46024', format: 'd-mmm' } }, 'XLSX_DATE')
    const early = await read({
      sheets: [intake({ time: { v: '0.5', format: 'h:mm' } })],
      before: '<workbookPr date1904="true"/>'
    })
    t.same(places(early), ['XLSX_DATE 2 B (time)'], 'a time of day is no first of January 1904')
  })

  t.test('a count of days, by the system of its workbook', async (t) => {
    for (const [before, v] of [
      ['', '46300.604166666664'],
      ['<workbookPr date1904="1"/>', '44838.604166666664']
    ] as const) {
      for (const format of ['General', '0.00', '@']) {
        const { findings, documents } = await read({
          sheets: [intake({ time: { v, format } })],
          before
        })
        t.match(findings, [
          { code: 'CSV_TIME', expected: '2026-10-05T14:30:00Z if it is UTC already' }
        ])
        t.equal(findings.length, 1, 'digits beyond the fifteenth are no matter of their own')
        t.same(documents, [])
      }
    }
    const zone = await told(t, { time: { v: '2026-10-05T14:30:00+02:00', t: 'd' } }, 'CSV_TIME')
    t.equal(zone?.expected, '2026-10-05T12:30:00Z')
  })

  t.test('pieces of a text that are struck out or raised, and cells that are', async (t) => {
    const piece = (look: string, text: string) =>
      `<r><rPr>${look}<sz val="11"/></rPr><t xml:space="preserve">${text}</t></r>`
    const plain = (text: string) => `<r><t>${text}</t></r>`
    const cell = (...pieces: string[]) => ({
      xml: `<c t="inlineStr"><is>${pieces.join('')}</is></c>`
    })
    const raised = '<vertAlign val="superscript"/>'
    await told(t, { mass_value: cell(piece('<strike/>', '24'), plain('250')) }, 'XLSX_LOOKS 2 H')
    await told(t, { mass_value: cell(plain('250'), piece(raised, '1')) }, 'XLSX_LOOKS 2 H')
    await told(
      t,
      { mass_value: cell(piece('<vertAlign val="subscript"/>', '2'), plain('5')) },
      'XLSX_LOOKS'
    )
    await told(t, { number: cell(plain('MET-118'), piece(raised, '1')) }, 'XLSX_LOOKS 2 E (number)')
    await told(
      t,
      { product_name: cell(piece('<strike val="true"/>', 'Iron'), plain('Boron')) },
      'XLSX_LOOKS'
    )
    const harmless = await read({
      sheets: [
        intake({
          mass_value: cell(piece('<strike val="0"/>', '250'), piece('<strike/>', ' ')),
          product_name: cell(plain('Nd'), piece('<vertAlign val="subscript"/>', '2'), plain('O')),
          note: cell(plain('10 m'), piece(raised, '2'))
        })
      ]
    })
    t.same(places(harmless), [])
    t.equal(line(harmless).mass, '250')

    const text = piece('<strike/>', '24') + plain('250')
    const shared = await read({
      sheets: [intake({ mass_value: { t: 's', v: '0' } })],
      shared: false,
      parts: { 'xl/sharedStrings.xml': `<sst xmlns="${MAIN}"><si>${text}</si></sst>` }
    })
    t.same(places(shared), ['XLSX_LOOKS 2 H (mass_value)'], 'a text of the table')
    const struck = await read({
      sheets: [
        intake({
          mass_value: { xml: '<c s="1"><v>5</v></c>' },
          number: { xml: '<c s="1" t="inlineStr"><is><t>IR-1</t></is></c>' }
        })
      ],
      parts: {
        'xl/styles.xml': `<styleSheet xmlns="${MAIN}"><fonts><font><strike val="false"/></font><font><strike/></font></fonts><cellXfs><xf numFmtId="0" fontId="0"/><xf numFmtId="0" fontId="1"/></cellXfs></styleSheet>`
      }
    })
    t.same(places(struck), ['XLSX_LOOKS 2 E (number)', 'XLSX_LOOKS 2 H (mass_value)'])
    t.same(struck.documents, [])
  })

  t.test(
    'what is struck out or hidden in a cell that no column of its own kind reads',
    async (t) => {
      const styles = `<styleSheet xmlns="${MAIN}"><numFmts><numFmt numFmtId="200" formatCode=";;;"/></numFmts><fonts><font/><font><strike/></font></fonts><cellXfs><xf numFmtId="0" fontId="0"/><xf numFmtId="0" fontId="1"/><xf numFmtId="200" fontId="0"/></cellXfs></styleSheet>`
      const styled = (style: number, text: string) => ({
        xml: `<c s="${style}" t="inlineStr"><is><t>${text}</t></is></c>`
      })
      const parts = { 'xl/styles.xml': styles }
      const mass = { mass_value: '1', mass_unit: 'KGM', mass_basis: 'dry' }
      for (const [style, code] of [
        [1, 'XLSX_LOOKS'],
        [2, 'XLSX_FORMAT']
      ] as const) {
        const origin = await read({
          sheets: [intake({ 'declared:Fe:mined': styled(style, 'SE') })],
          parts
        })
        t.same(places(origin), [`${code} 2 L (declared:Fe:mined)`], 'an origin')
        const kind = oneSheet([
          {
            event: 'e',
            time: '2026-10-12T11:00:00Z',
            facility: FACILITY,
            stages: 'powder',
            line: styled(style, 'input'),
            batch: SHIPMENT,
            ...mass
          }
        ])
        t.same(
          places(await read({ sheets: [kind], parts })),
          [`${code} 2 E (line)`],
          'a kind of line'
        )
        const header = oneSheet([RECEIPT, { ...RECEIPT, batch: 'MET-119' }])
        const rows = header.rows.map((row, n) =>
          n === 0 ? row.map((cell) => (cell === 'batch' ? styled(style, 'batch') : cell)) : row
        )
        t.same(
          places(await read({ sheets: [{ rows }], parts })),
          [`${code} 1 F (batch)`],
          'a header'
        )
      }
    }
  )

  t.test('a zero where the sheet shows none', async (t) => {
    const views = (shown: string) =>
      `<sheetViews><sheetView showZeros="${shown}" workbookViewId="0"/></sheetViews>`
    const of = (shown: string, cells: Readonly<Record<string, TestCell>>) =>
      read({ sheets: [oneSheet([{ ...INTAKE, ...cells }], { before: views(shown) })] })
    for (const cells of [
      { note: { f: 'Data!B7', v: '0' } },
      { mass_moisture_pct: { v: '0' } },
      { mass_moisture_pct: { v: '-0.0' } }
    ]) {
      const [[column] = []] = Object.entries(cells)
      t.same(places(await of('0', cells)), [`XLSX_FORMAT 2 L (${column})`])
      t.same(places(await of('false', cells)), [`XLSX_FORMAT 2 L (${column})`])
      t.same(places(await of('1', cells)), [])
    }
    t.same(places(await of('0', { note: '0', mass_value: { v: '0.5' } })), [], 'text is shown')
  })

  t.test('names that became something else', async (t) => {
    for (const [v, format] of [
      ['260118', '00-0000'],
      ['260118', '00\\-0000'],
      ['260118', '000" "000'],
      ['260118', '#,##0'],
      ['260118', '+0'],
      ['280530', '0000\\.00']
    ] as const) {
      const name = await told(t, { number: { v, format } }, 'XLSX_FORMAT 2 E (number)')
      t.match(name, { expected: 'the name as it was given', remedy: /as text/ }, format)
    }
    const short = await read({ sheets: [intake({ number: { v: '118', format: '#,##0' } })] })
    t.same(short.findings, [], 'three digits are not set apart')
    await told(t, { number: { v: '7', format: '000' } }, 'XLSX_FORMAT')
    await told(t, { number: { v: '1.2345678901234567E+19' } }, 'XLSX_FORMAT')
    await told(t, { number: { v: '1', t: 'b' } }, 'XLSX_TRUTH')
    await told(t, { assay_complete: { v: '1' } }, 'CSV_BOOLEAN')
    await told(t, { mass_value: '99,9' }, 'CSV_DECIMAL_COMMA')
    await told(t, { mass_value: '12 kg' }, 'CSV_NUMBER')
    await told(t, { mass_value: { v: 'NaN' } }, 'CSV_NUMBER')
    await told(t, { mass_value: { v: '1e999' } }, 'CSV_NUMBER')
  })

  t.test('with a warning where nobody can tell', async (t) => {
    await told(t, { number: { v: '12.1' } }, 'CSV_REWRITTEN 2 E (number)')
    await told(t, { number: { v: '12E12' } }, 'CSV_REWRITTEN')
    await told(t, { hs_code: { v: '7202.9' } }, 'CSV_REWRITTEN')
    await told(t, { number: "'007" }, 'CSV_REWRITTEN')
    const sum = await told(t, { mass_value: { v: '0.30000000000000004' } }, 'XLSX_DIGITS 2')
    t.match(sum, { expected: '0.3', actual: '0.30000000000000004' })
    const plain = await read({ sheets: [intake({ number: { v: '118' } })] })
    t.same(plain.findings, [])
    t.equal(line(plain).number, '118')
  })

  t.test('hidden and merged cells that hold something', async (t) => {
    const two = oneSheet([RECEIPT, { ...RECEIPT, event: 'b' }])
    const row = await read({ sheets: [{ ...two, rowAttributes: { 3: 'hidden="1"' } }] })
    t.same(places(row), ['XLSX_HIDDEN 3'])
    const low = await read({
      sheets: [{ ...two, rowAttributes: { 2: 'ht="0" customHeight="1"' } }]
    })
    t.same(places(low), ['XLSX_HIDDEN 2'])
    const before = '<cols><col min="8" max="8" width="9" hidden="1"/></cols>'
    const column = await read({ sheets: [{ ...two, before }] })
    t.same(places(column), ['XLSX_HIDDEN 1 H (mass_value)'])
    const behind = '<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>'
    t.same(places(await read({ sheets: [{ ...two, behind }] })), ['XLSX_MERGED 2 A (event)'])
  })

  t.test('a template that was opened with the separator of another country', async (t) => {
    const headers = Object.keys(RECEIPT).join(',')
    const reading = await read({ sheets: [{ rows: [[headers], ['a,b,c']] }] })
    t.match(reading.findings, [{ code: 'CSV_TEMPLATE', message: /one cell/, remedy: /From Text/ }])
  })

  t.test('sheets of which nobody knows which is meant', async (t) => {
    const both = [
      { ...receipt(), name: 'receive' },
      { ...intake(), name: 'commission' }
    ]
    t.same(places(await read({ sheets: both })), ['XLSX_SHEET 1'])
    t.same(places(await read({ sheets: [{ ...receipt(), state: 'hidden' }] })), ['XLSX_SHEET 1'])
    t.same(places(await read({ sheets: [] })), ['XLSX_SHEET 1'])
    t.same(places(await read({ sheets: [{ rows: [] }] })), ['CSV_EMPTY 1'])
    t.same(places(await read({ sheets: [{ rows: receipt().rows.slice(0, 1) }] })), ['CSV_EMPTY 2'])
    t.same(places(await read({ sheets: [{ rows: [[], ...receipt().rows] }] })), ['CSV_TEMPLATE 2'])
    const beyond = [...receipt().rows.map((row, n) => (n === 0 ? row : [...row, 'x']))]
    t.same(places(await read({ sheets: [{ rows: beyond }] })), ['CSV_CELLS 2 K'])
  })

  t.test('other files, and says what to save instead', async (t) => {
    const sheets = [receipt()]
    const types = 'application/vnd.ms-excel.sheet'
    const others: [TestWorkbook, RegExp][] = [
      [{ sheets, contentType: `${types}.macroEnabled.main+xml` }, /macros/],
      [{ sheets, parts: { 'xl/vbaProject.bin': 'x' } }, /macros/],
      [{ sheets, contentType: `${types}.binary.macroEnabled.main` }, /xlsb/],
      [{ sheets, contentType: 'application/wordprocessingml.document.main+xml' }, /no workbook/],
      [
        { sheets, parts: { mimetype: 'application/vnd.oasis.opendocument.spreadsheet' } },
        /OpenDocument/
      ],
      [{ sheets, parts: { 'Index/Document.iwa': 'x' } }, /Numbers/],
      [{ sheets, parts: { '[Content_Types].xml': null } }, /no workbook/]
    ]
    for (const [book, message] of others) {
      const { findings, documents } = await read(book)
      t.match(findings, [{ code: 'XLSX_KIND', message, remedy: /\.xlsx|ave/ }], String(message))
      t.same(documents, [])
    }
  })
})

t.test('refuses files that only have the name of a workbook', async (t) => {
  const compound = Buffer.from('d0cf11e0a1b11ae1', 'hex')
  const html = '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table></table></html>'
  const others: [Buffer, string, RegExp, RegExp][] = [
    [
      Buffer.concat([compound, Buffer.from('Workbook', 'utf16le')]),
      'XLSX_KIND',
      /\.xls\)/,
      /\.xlsx/
    ],
    [
      Buffer.concat([compound, Buffer.alloc(512), Buffer.from('EncryptedPackage', 'utf16le')]),
      'XLSX_KIND',
      /password/,
      /remove the password/
    ],
    [Buffer.from(html), 'XLSX_KIND', /a page or XML/, /\.xlsx/],
    [Buffer.from(`\uFEFF\r\n${html}`, 'utf16le'), 'XLSX_KIND', /a page or XML/, /\.xlsx/],
    [Buffer.from('event;time\na;b\n'), 'XLSX_KIND', /This is text/, /name it \.csv/],
    [Buffer.from('\uFEFFevent\ttime\n', 'utf16le'), 'XLSX_KIND', /This is text/, /\.xlsx/],
    [Buffer.from('1f8b0800000000', 'hex'), 'XLSX_KIND', /no workbook/, /\.xlsx/],
    [Buffer.alloc(0), 'XLSX_FILE', /empty/, /again/]
  ]
  for (const [bytes, code, message, remedy] of others) {
    const { findings, documents } = await readBytes(bytes)
    t.match(findings, [{ code, message, remedy }])
    t.equal(findings.length, 1, String(message))
    t.same(documents, [])
  }
})

t.test('protects', async (t) => {
  const refused = async (
    t: Test,
    bytes: Buffer,
    code: string,
    message: RegExp,
    remedy: RegExp | StringConstructor = String
  ) => {
    const { findings, documents } = await readBytes(bytes)
    t.match(findings[0], { code, message, remedy }, String(message))
    t.same(documents, [])
  }
  const book = (parts: Readonly<Record<string, string | Buffer | null>>) =>
    workbook({ sheets: [receipt()], parts })
  const sheetOf = (content: string) =>
    `<worksheet xmlns="${MAIN}"><sheetData>${content}</sheetData></worksheet>`
  const SHEET = 'xl/worksheets/sheet1.xml'

  t.test('against archives that are none, or lie', async (t) => {
    await refused(t, Buffer.from('PK\u0003\u0004 and nothing more'), 'XLSX_FILE', /sound zip/)
    await refused(t, hostileZip([{ name: '../../etc/x' }]), 'XLSX_FILE', /relative path|leads out/)
    await refused(t, hostileZip([{ name: 'a', flags: 1 }]), 'XLSX_FILE', /encrypted/)
    const bomb = hostileZip([{ name: SHEET, content: Buffer.alloc(40 * 1024 * 1024) }])
    await refused(t, bomb, 'XLSX_FILE', /would grow/)
    const large = hostileZip([{ name: SHEET, size: 100_000_000 }])
    await refused(t, large, 'XLSX_FILE', /at most/, /several workbooks, or save the sheet as CSV/)
    const twice = hostileZip([{ name: 'a.xml' }, { name: 'A.xml' }])
    await refused(t, twice, 'XLSX_FILE', /same name/)
  })

  t.test('against parts that are missing or lead elsewhere', async (t) => {
    for (const part of ['xl/workbook.xml', SHEET, 'xl/styles.xml', 'xl/sharedStrings.xml']) {
      await refused(t, await book({ [part]: null }), 'XLSX_FILE', /is missing/)
    }
    await refused(t, await book({ '_rels/.rels': null }), 'XLSX_FILE', /where its workbook is/)
    const relations = (target: string, mode = '') =>
      `<Relationships xmlns="x"><Relationship Id="rId1" Type="x/worksheet" Target="${target}"${mode}/></Relationships>`
    const part = 'xl/_rels/workbook.xml.rels'
    const outside = relations('https://example.com/a.xml', ' TargetMode="External"')
    await refused(t, await book({ [part]: outside }), 'XLSX_FILE', /not in the file/)
    const up = relations('../../../../etc/passwd')
    await refused(t, await book({ [part]: up }), 'XLSX_FILE', /etc\/passwd is missing/)
  })

  t.test('against XML that is more than a sheet', async (t) => {
    const doctype = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    for (const part of [SHEET, 'xl/workbook.xml', 'xl/styles.xml', 'xl/sharedStrings.xml']) {
      const evil = `${doctype}<worksheet xmlns="${MAIN}">&a;</worksheet>`
      await refused(t, await book({ [part]: evil }), 'XLSX_FILE', /document type/)
    }
    await refused(t, await book({ [SHEET]: sheetOf('<row>') }), 'XLSX_FILE', /well-formed/)
    const deep = sheetOf('<a>'.repeat(100) + '</a>'.repeat(100))
    await refused(t, await book({ [SHEET]: deep }), 'XLSX_FILE', /deep/)
    await refused(t, await book({ [SHEET]: '<html/>' }), 'XLSX_FILE', /no worksheet/)
  })

  t.test('against cells that two readers would read differently', async (t) => {
    const cell = (r: string, more = '') => `<c r="${r}"${more}><v>1</v></c>`
    const wrong = [
      `<row r="1">${cell('A1')}${cell('A1')}</row>`,
      `<row r="1">${cell('B1')}${cell('A1')}</row>`,
      `<row r="1">${cell('A2')}</row>`,
      `<row r="1">${cell('XFE1')}</row>`,
      `<row r="1">${cell('A1', ' s="7"')}</row>`,
      `<row r="1">${cell('A1', ' t="s"')}</row>`.replace('<v>1', '<v>99'),
      `<row r="1">${cell('A1', ' t="magic"')}</row>`,
      '<row r="2"/><row r="2"/>',
      '<row r="1048577"/>',
      '<row r="0"/>'
    ]
    for (const content of wrong) {
      await refused(t, await book({ [SHEET]: sheetOf(content) }), 'XLSX_FILE', /\w/)
    }
  })

  t.test('against sheets that go on and on', async (t) => {
    const empty = Array.from({ length: 200_000 }, (_, n) => `<row r="${n + 3}" s="0"/>`).join('')
    const [header = '', data = ''] = rowsOf()
    const blank = await readBytes(await book({ [SHEET]: sheetOf(header + data + empty) }))
    t.same(places(blank), [])
    t.equal(blank.documents.length, 1, 'empty rows cost nothing')
    const wide = Array.from(
      { length: 300 },
      (_, n) => `<row r="${n + 3}"><c r="XFD${n + 3}"><v>1</v></c></row>`
    )
    const far = sheetOf(header + data + wide.join(''))
    await refused(t, await book({ [SHEET]: far }), 'XLSX_LIMIT', /too much/)
    const one = await book({ [SHEET]: sheetOf(header + data + (wide[0] ?? '')) })
    await refused(t, one, 'CSV_CELLS', /more cells/)
    const headers = Array.from(
      { length: 401 },
      (_, n) => `<c t="inlineStr"><is><t>h${n}</t></is></c>`
    )
    const broad = sheetOf(`<row>${headers.join('')}</row>`)
    await refused(t, await book({ [SHEET]: broad }), 'XLSX_LIMIT', /too much/)
    const many = Array.from(
      { length: 100_002 },
      (_, n) => `<row r="${n + 1}"><c r="A${n + 1}"><v>${n}</v></c></row>`
    )
    await refused(t, await book({ [SHEET]: sheetOf(many.join('')) }), 'XLSX_LIMIT', /too much/)
    const formats = '<numFmt numFmtId="200" formatCode="0"/>'.repeat(4_001)
    const styles = `<styleSheet xmlns="${MAIN}"><numFmts>${formats}</numFmts></styleSheet>`
    await refused(t, await book({ 'xl/styles.xml': styles }), 'XLSX_FILE', /number formats/)
    const long = `<sst xmlns="${MAIN}"><si><t>${'x'.repeat(40_000)}</t></si></sst>`
    await refused(t, await book({ 'xl/sharedStrings.xml': long }), 'XLSX_FILE', /32767/)
    const merged = `<worksheet xmlns="${MAIN}"><mergeCells>${'<mergeCell ref="A1:B2"/>'.repeat(10_001)}</mergeCells></worksheet>`
    await refused(t, await book({ [SHEET]: merged }), 'XLSX_LIMIT', /too much/)
  })

  /** Header and data of a receipt, with the text in the cells. */
  function rowsOf(): string[] {
    const text = (value: string) => `<c t="inlineStr"><is><t>${value}</t></is></c>`
    const cells = Object.values(RECEIPT).map((cell) => (typeof cell === 'string' ? cell : '5'))
    return [Object.keys(RECEIPT), cells].map((row) => `<row>${row.map(text).join('')}</row>`)
  }
})
