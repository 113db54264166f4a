/** What a sheet says without meaning it, or means without its being recorded: nothing of it may pass without a word. */
import t from 'tap'
import { readCsvEvents } from '../../src/formats/csv/read-events.ts'

const INTAKE = {
  event: 'intake-1',
  time: '2026-10-12T11:00:00Z',
  facility: '0b9f6d5a-9a9e-4d27-8a52-0f6f1a1f7c12',
  entry: 'purchased',
  number: 'IR-1',
  product_class: 'iron',
  product_name: 'Iron',
  mass_value: '5',
  mass_unit: 'TNE',
  mass_basis: 'dry',
  assay_basis: 'element',
  note: ''
}

type Cells = Readonly<Record<string, string>>

function sheet(rows: readonly Cells[], delimiter = ',', end = '\r\n'): string {
  const headers = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const lines = rows.map((row) => headers.map((header) => row[header] ?? '').join(delimiter))
  return [headers.join(delimiter), ...lines, ''].join(end)
}

const read = (text: string) => readCsvEvents(Buffer.from(text))

const told = (text: string) =>
  read(text).findings.map(({ code, place }) =>
    [code, place.row, place.column ?? ''].join(' ').trim()
  )

const intakes = (count: number, change: (n: number) => Cells) =>
  Array.from({ length: count }, (_, n) => ({
    ...INTAKE,
    event: `intake-${n}`,
    number: `IR-${n}`,
    ...change(n)
  }))

t.test('rows that went into a cell by a quotation mark', async (t) => {
  const ditto = (column: string) => intakes(4, (n) => (n === 1 || n === 2 ? { [column]: '"' } : {}))
  for (const [column, place] of [
    ['product_name', '3 G (product_name)'],
    ['note', '3 L (note)'],
    ['event', '3 A (event)']
  ] as const) {
    for (const delimiter of [',', ';']) {
      for (const end of ['\r\n', '\n', '\r']) {
        t.same(told(sheet(ditto(column), delimiter, end)), [`CSV_SYNTAX ${place}`], column)
      }
    }
  }
  const far = intakes(6, (n) => (n === 1 ? { note: '"see sheet' } : n === 4 ? { note: '5"' } : {}))
  t.same(told(sheet(far)), ['CSV_SYNTAX 3 L (note)'], 'with whole rows in between')
  const spaced = sheet(far).replace('\r\nintake-3', '\r\n\r\nintake-3')
  t.same(told(spaced), ['CSV_SYNTAX 3 L (note)'], 'and with an empty line among them')
  const [finding] = read(sheet(far)).findings
  t.match(finding, { actual: /^see sheet/, remedy: /quotation mark/ })
})

t.test('texts of several lines that only look alike are taken', async (t) => {
  const notes = [
    '"first line\r\nsecond line"',
    '"a, b, c\r\nd, e, f, g, h"',
    '"0,1,2,3,4,5,6,7,8,9,10\r\nshort"',
    '"a ""quoted"" word\r\nand, more"'
  ]
  const rows = intakes(notes.length, (n) => ({ note: notes[n] ?? '' }))
  t.same(told(sheet(rows)), [])
  t.equal(read(sheet(rows)).events.length, notes.length)
})

t.test('NA is told where it may have meant that nobody knows', async (t) => {
  const rows = [{ ...INTAKE, source_country: 'NA', 'declared:Fe:mined': 'NA' }]
  t.same(told(sheet(rows)), [
    'CSV_NAMIBIA 2 M (source_country)',
    'CSV_NAMIBIA 2 N (declared:Fe:mined)'
  ])
  const [event] = read(sheet(rows)).events
  t.match(event?.document, { outputs: [{ declared: [{ country: 'NA' }] }] }, 'and taken')
  const shares = [{ ...INTAKE, 'declared:Fe:mined': '"NA 0.5, ZA 0.5"' }]
  t.same(told(sheet(shares)), [], 'who writes shares means a country')
})

t.test('evidence of a history that is not declared is refused', async (t) => {
  const evidence = { declared_evidence_kind: 'certificate_of_origin' }
  const alone = [{ ...INTAKE, ...evidence }]
  t.same(told(sheet(alone)), ['CSV_DECLARED 2 M (declared_evidence_kind)'])
  const declared = [{ ...INTAKE, ...evidence, 'declared:Fe:mined': 'SE' }]
  t.same(told(sheet(declared)), [])
  const wrong = [{ ...INTAKE, ...evidence, 'declared:Fe:mined': 'Sweden' }]
  t.same(told(sheet(wrong)), ['CSV_DECLARED 2 N (declared:Fe:mined)'], 'once')
})

t.test('a declared history is a cell as any other', async (t) => {
  for (const [cell, code] of [
    ['=A1', 'CSV_FORMULA'],
    ['#N/A', 'CSV_ERROR_VALUE'],
    ['-', 'CSV_FORMULA']
  ] as const) {
    const rows = [{ ...INTAKE, 'declared:Fe:mined': cell }]
    t.same(told(sheet(rows)), [`${code} 2 M (declared:Fe:mined)`], cell)
  }
})

t.test('a row whose line is wrong still says what belongs to its event', async (t) => {
  const first = { event: 'e', time: INTAKE.time, facility: INTAKE.facility, stages: 'powder' }
  const mass = { mass_value: '1', mass_unit: 'KGM', mass_basis: 'dry' }
  const rows = [
    { ...first, line: 'feed', batch: INTAKE.facility, ...mass },
    { event: 'e', line: 'input', batch: INTAKE.facility, ...mass }
  ]
  t.same(told(sheet(rows)), ['CSV_LINE 2 E (line)'])
})
