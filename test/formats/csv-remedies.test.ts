/** What whoever mends a sheet is told: what the cell should hold, and everything at once. */
import t from 'tap'
import { readCsvEvents } from '../../src/formats/csv/read-events.ts'
import { loadReference } from '../../src/reference.ts'

const { units } = loadReference()

const INTAKE = {
  event: 'intake-1',
  time: '2026-10-12T11:00:00Z',
  facility: '0b9f6d5a-9a9e-4d27-8a52-0f6f1a1f7c12',
  entry: 'purchased',
  product_class: 'iron',
  product_name: 'Iron',
  mass_value: '5',
  mass_unit: 'TNE',
  mass_basis: 'dry',
  assay_basis: 'element',
  assay_unit: 'P1',
  'assay:Fe': '99.9'
}

type Cells = Readonly<Record<string, string>>

function sheet(...rows: readonly Cells[]): string {
  const headers = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const lines = rows.map((row) => headers.map((header) => `"${row[header] ?? ''}"`).join(','))
  return `${[headers.join(','), ...lines].join('\n')}\n`
}

const findings = (text: string) => readCsvEvents(Buffer.from(text), { units }).findings

/** `CODE row column` of every finding. */
const told = (text: string) =>
  findings(text).map(({ code, place }) => [code, place.row, place.column ?? ''].join(' ').trim())

const expected = (cells: Cells) => findings(sheet({ ...INTAKE, ...cells }))[0]?.expected

t.test('a time is told in UTC as far as the cell says it', async (t) => {
  const cases: readonly (readonly [cell: string, expected: RegExp])[] = [
    ['2026-10-01T08:00:00+02:00', /^2026-10-01T06:00:00Z$/],
    ['2026-10-01T08:00-01:30', /^2026-10-01T09:30:00Z$/],
    ['2026-10-01T08:00', /^2026-10-01T08:00:00Z if it is UTC/],
    ['2026-10-01 08:00:07', /^2026-10-01T08:00:07Z if it is UTC/],
    ['2026-10-01T08:00:00.000+02:00', /^2026-10-01T06:00:00Z$/],
    ['2026-10-01T08:00:00.1234560+02:00', /^2026-10-01T06:00:00\.123456Z$/],
    ['2026-10-01T08:00:00.0000000+00:00', /^2026-10-01T08:00:00Z$/],
    ['2026-10-01T08:00:00\u221208:00', /^2026-10-01T16:00:00Z$/],
    ['2026-10-01 08:00 UTC', /^2026-10-01T08:00:00Z$/],
    ['2026-10-01T08:00:00 GMT', /^2026-10-01T08:00:00Z$/],
    ['2026-10-01 08:00:00.500', /^2026-10-01T08:00:00\.500Z if it is UTC/],
    ['2026-10-01', /^for example 2026-10-01T/],
    ['31.12.2026', /^for example 2026-12-31T[^ ]+$/],
    ['12/31/2026', /^for example 2026-12-31T[^ ]+$/],
    ['01/02/2026 8:05', /^2026-01-02T08:05:00Z or 2026-02-01T08:05:00Z if/],
    // 46027 days after 30 December 1899, as spreadsheets count.
    ['46027', /^for example 2026-01-05T/],
    ['46027.75', /^2026-01-05T18:00:00Z if/],
    ['30.02.2026', /^year-month-day/],
    ['yesterday', /^year-month-day/]
  ]
  for (const [cell, pattern] of cases) t.match(expected({ time: cell }), pattern, cell)
})

t.test('a date that is written in words, or with two figures for the year', async (t) => {
  const october = '2026-10-05T14:30:00Z if it is UTC already'
  const example = 'year-month-dayThour:minute:secondZ, for example 2026-09-30T14:00:00Z'
  for (const [written, wanted] of [
    ['5. Okt. 2026 14:30', october],
    ['05.10.2026, 14:30 Uhr', october],
    ['05.10.26 14:30', october],
    ['Mo, 5. Oktober 2026 14:30', october],
    ['5 oct. 2026 14h30', october],
    ['5 de octubre de 2026 14:30', october],
    ['Oct 5, 2026 2:30 PM', october],
    ['05-Oct-2026 14:30:00', october],
    ['5-Oct-26 14:30', october],
    ['3 août 2026 09:05', '2026-08-03T09:05:00Z if it is UTC already'],
    ['4. März 2026 00:10', '2026-03-04T00:10:00Z if it is UTC already'],
    ['Jul 4, 2026 12:15 AM', '2026-07-04T00:15:00Z if it is UTC already'],
    ['5. Okt. 2026', 'for example 2026-10-05T14:00:00Z'],
    ['5/10/26 14:30', '2026-05-10T14:30:00Z or 2026-10-05T14:30:00Z if it is UTC already'],
    ['10/25/2026 2:30:00 PM', '2026-10-25T14:30:00Z if it is UTC already'],
    ['2026-10-05 14:30:00 +02:00', '2026-10-05T12:30:00Z'],
    ['2026-10-05T14:30+0200', '2026-10-05T12:30:00Z'],
    ['2026-10-05 14:30 +02', '2026-10-05T12:30:00Z'],
    ['2026-10-05t14:30:00+02:00', '2026-10-05T12:30:00Z'],
    ['2026-10-05t14:30:00z', '2026-10-05T14:30:00Z'],
    ['2026-10-05T14:30:00z', '2026-10-05T14:30:00Z'],
    ['2026-10-05t14:30:00', '2026-10-05T14:30:00Z if it is UTC already'],
    ['46300,6041666667', october],
    ['31. Feb. 2026 14:30', example],
    ['5. Brumaire 2026', example]
  ] as const) {
    const [finding] = findings(sheet({ ...INTAKE, time: written }))
    t.match(finding, { code: 'CSV_TIME', remedy: String }, written)
    t.equal(finding?.expected, wanted, written)
  }
  const [counted] = findings(sheet({ ...INTAKE, time: '44838.6041666667' }))
  t.match(counted?.remedy, /1904 it is 2026-10-05T14:30:00Z/)
})

t.test('numbers with a comma are no trouble in a workbook', async (t) => {
  const [finding] = findings(sheet({ ...INTAKE, mass_value: '12,5' }))
  t.match(finding, { code: 'CSV_DECIMAL_COMMA', expected: '12.5', remedy: /or send the workbook/ })
})

t.test('a template that was opened with the separator of another country', async (t) => {
  const headers = Object.keys(INTAKE).join(',')
  for (const text of [`"${headers}"\r\n"a,b"\r\n`, `${headers};;\r\na,b;;\r\n`]) {
    const [finding] = findings(text)
    t.match(finding?.remedy, /From Text\/CSV/, text)
  }
})

t.test('a number that is only written another way is told', async (t) => {
  const masses = { '007': '7', '.5': '0.5', '5.': '5', '\uFF11\uFF12': '12', '00': '0' }
  for (const [cell, plain] of Object.entries(masses)) {
    t.equal(expected({ mass_value: cell }), plain, cell)
  }
  t.equal(expected({ 'assay:Fe': '<007' }), '<7', 'a bound stays one')
  const bounds = { '< 0.05': '<0.05', '\u22640.05': '<0.05', '<= 0.05': '<0.05' }
  for (const [cell, plain] of Object.entries(bounds)) {
    t.equal(expected({ 'assay:Fe': cell }), plain, cell)
  }
  const [word] = findings(sheet({ ...INTAKE, 'assay:Fe': 'n.d.' }))
  t.match(word?.remedy, /write the limit: <0\.05/)
  const [least] = findings(sheet({ ...INTAKE, 'assay:Fe': '>20' }))
  t.match(least, { message: /least amount/, remedy: 'Write what was measured.' })
  const [mass] = findings(sheet({ ...INTAKE, mass_value: 'about 5' }))
  t.notMatch(mass?.remedy, /[Ll]eave the cell empty/, 'no row can do without its mass')
})

t.test('units and words that are wrong are told beside cells that are wrong', async (t) => {
  const text = sheet(
    { ...INTAKE, mass_value: '1,5', mass_unit: 'KG', mass_basis: 'moist' },
    { ...INTAKE, event: 'intake-2', mass_unit: 't', entry: 'bought' }
  )
  t.strictSame(told(text).sort(), [
    'CSV_DECIMAL_COMMA 2 G (mass_value)',
    'SCHEMA 2 I (mass_basis)',
    'SCHEMA 3 D (entry)',
    'UNIT_UNKNOWN 2 H (mass_unit)',
    'UNIT_UNKNOWN 3 H (mass_unit)'
  ])
  t.strictSame(told(sheet({ ...INTAKE, mass_unit: 'KG' })), [], 'else the registry says so')
})

t.test('cells that could not be read are not told of once more as missing', async (t) => {
  const text = sheet({ ...INTAKE, mass_value: '1,5', time: '1.10.2026', 'assay:Fe': '99,9' })
  t.strictSame(told(text), [
    'CSV_TIME 2 B (time)',
    'CSV_DECIMAL_COMMA 2 G (mass_value)',
    'CSV_DECIMAL_COMMA 2 L (assay:Fe)'
  ])
})

t.test('every row with too many cells, and every cell that is too long', async (t) => {
  const [header = '', row = ''] = sheet(INTAKE).split('\n')
  const wide = [header, `${row},"5"`, row, `${row},"5"`, ''].join('\n')
  t.strictSame(told(wide), ['CSV_CELLS 2 M', 'CSV_CELLS 4 M'])
  const long = sheet({ ...INTAKE, product_name: 'x'.repeat(2001), time: 'y'.repeat(2001) })
  t.strictSame(told(long), ['CSV_LIMIT 2 B (time)', 'CSV_LIMIT 2 F (product_name)'])
  const many = [header, ...Array.from({ length: 250 }, () => `${row},"5"`), ''].join('\n')
  const all = findings(many)
  t.equal(all.length, 101)
  t.match(all.at(-1), { message: 'Behind this row there are 150 more of the kind.' })
})

t.test('columns that are wrong do not hide cells that are wrong', async (t) => {
  const { time, ...others } = INTAKE
  const text = sheet({ ...others, Zeit: time, mass_unit: 'KG', mass_value: '1,5' })
  t.strictSame(told(text), [
    'CSV_COLUMN_UNKNOWN 1 L (Zeit)',
    'CSV_COLUMN_MISSING 1',
    'CSV_DECIMAL_COMMA 2 F (mass_value)',
    'UNIT_UNKNOWN 2 G (mass_unit)'
  ])
  const [zeit] = findings(text)
  t.match(zeit, { expected: 'time', remedy: /^Where it is one of those expected, write that name/ })
})

t.test('cells below a header that is misspelt are read as what was meant', async (t) => {
  const { mass_value: _, ...others } = INTAKE
  const text = sheet({ ...others, MassValue: '1,5' })
  t.strictSame(told(text), [
    'CSV_COLUMN_UNKNOWN 1 L (MassValue)',
    'CSV_DECIMAL_COMMA 2 L (MassValue)'
  ])
})

t.test('a column of another template is told as one', async (t) => {
  const [stages] = findings(sheet({ ...INTAKE, stages: 'machining' }))
  t.match(stages, { code: 'CSV_COLUMN_UNKNOWN', remedy: /column of the template transform/ })
  const [weight] = findings(sheet({ ...INTAKE, 'my weight': '5' }))
  t.match(weight, { remedy: /^Remove the column.*commission\.csv/ })
})

t.test('a row without its event hides nothing, neither of its own nor of others', async (t) => {
  const stray = { ...INTAKE, event: '', time: '', mass_value: '1,5', mass_unit: 'KG' }
  const text = sheet({ ...INTAKE, mass_basis: 'moist' }, stray, { ...INTAKE, entry: 'bought' })
  t.strictSame(told(text), [
    'CSV_VALUE_MISSING 3 A (event)',
    'CSV_DECIMAL_COMMA 3 G (mass_value)',
    'UNIT_UNKNOWN 3 H (mass_unit)',
    'SCHEMA 2 I (mass_basis)',
    'SCHEMA 4 D (entry)'
  ])
  const [missing] = findings(text)
  t.match(missing, { message: /nobody knows of which event/, remedy: /same text/ })
  const { mass_basis: _, ...others } = stray
  const { mass_basis: __, ...whole } = INTAKE
  t.strictSame(
    told(sheet(others, others, whole)).filter((line) => line.startsWith('CSV_COLUMN')),
    ['CSV_COLUMN_MISSING 1'],
    'and a column that is missing is told once'
  )
})

t.test('what keyboards of East Asia type is told in plain letters', async (t) => {
  t.equal(expected({ mass_value: '１２．５' }), '12.5')
  const found = findings(sheet({ ...INTAKE, 'assay：Si': '0.1', ｎumber: 'IR-1' }))
  t.match(
    found.map(({ code, expected }) => [code, expected]),
    [
      ['CSV_COLUMN_UNKNOWN', 'assay:Si'],
      ['CSV_COLUMN_UNKNOWN', 'number']
    ]
  )
})
