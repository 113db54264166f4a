import { readFileSync } from 'node:fs'
import t from 'tap'
import type { CellFinding } from '../../src/formats/csv/cell-finding.ts'
import { knownNames } from '../../src/formats/csv/header.ts'
import { openCsvEvents, readCsvEvents, tellOfEvents } from '../../src/formats/csv/read-events.ts'
import { Rows } from '../../src/formats/csv/sheet-rows.ts'
import { templates } from '../../src/formats/csv/template.ts'
import { ToldCells } from '../../src/formats/csv/told-cells.ts'
import { parseEvent } from '../../src/formats/native/event.ts'

const FACILITY = '0b9f6d5a-9a9e-4d27-8a52-0f6f1a1f7c12'
const ORGANIZATION = '1c2d3e4f-5a6b-4c7d-8e9f-0a1b2c3d4e5f'
const SHIPMENT = '7a1c2f0e-3c1b-4a53-9d8e-2f5a1f0c0a03'

/** A sheet of the template `receive` with one row, cells overridden by column. */
function receipt(cells: Readonly<Record<string, string>> = {}, delimiter = ','): string {
  return sheet([{ ...RECEIPT, ...cells }], delimiter)
}

const RECEIPT = {
  event: 'arrival-1',
  time: '2026-10-12T11:00:00Z',
  facility: FACILITY,
  shipment: SHIPMENT,
  outcome: 'accepted',
  batch: 'MET-118',
  batch_organization: ORGANIZATION,
  mass_value: '249.9',
  mass_unit: 'KGM',
  mass_basis: 'dry'
}

const INTAKE = {
  event: 'intake-1',
  time: '2026-10-12T11:00:00Z',
  facility: FACILITY,
  entry: 'purchased',
  product_class: 'iron',
  product_name: 'Iron',
  mass_value: '5',
  mass_unit: 'TNE',
  mass_basis: 'dry',
  assay_basis: 'element'
}

function sheet(rows: readonly Readonly<Record<string, string>>[], delimiter = ','): string {
  const headers = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const lines = rows.map((row) => headers.map((header) => row[header] ?? '').join(delimiter))
  return `${[headers.join(delimiter), ...lines].join('\r\n')}\r\n`
}

const read = (text: string, organization?: string) =>
  readCsvEvents(Buffer.from(text), organization === undefined ? {} : { organization })

/** Findings as `CODE row column`, the way a person would look them up. */
function told(text: string | Uint8Array): string[] {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text
  return readCsvEvents(bytes).findings.map(({ code, place }) =>
    [code, place.row, place.column].filter((part) => part !== undefined).join(' ')
  )
}

t.test('accepts', async (t) => {
  t.test('every published template as it stands, and the schema agrees', async (t) => {
    for (const template of templates) {
      const path = new URL(`../../schemas/csv/${template.id}.csv`, import.meta.url)
      const reading = readCsvEvents(readFileSync(path))
      t.same(reading.findings, [], template.id)
      t.equal(reading.template, template.id)
      t.ok(reading.events.length > 0, `${template.id} shows an event`)
      for (const { document } of reading.events) {
        t.same(
          parseEvent(document, () => 'unused').findings,
          [],
          `${template.id} follows the schema`
        )
      }
    }
  })

  t.test('the published templates of shipments and arrivals hold every column', async (t) => {
    for (const { id, event, lines } of templates) {
      if (id !== 'ship' && id !== 'receive') continue
      const path = new URL(`../../schemas/csv/${id}.csv`, import.meta.url)
      const [header = ''] = readFileSync(path, 'utf8').split(/\r?\n/, 1)
      const names = [event, ...lines.map(({ columns }) => columns)].flat().map(({ name }) => name)
      const lacking = names.filter((name) => !header.split(',').includes(name))
      t.strictSame(lacking, [], id)
    }
  })

  t.test('whose material arrived', async (t) => {
    const [event] = read(receipt({ owner: ORGANIZATION })).events
    t.match(event?.document, { lines: [{ owner: ORGANIZATION }] })
    t.same(parseEvent(event?.document, () => 'unused').findings, [])
  })

  t.test('a row as the document that the native format has for it', async (t) => {
    const [event] = read(receipt()).events
    t.match(event?.document, {
      type: 'receive',
      time: '2026-10-12T11:00:00Z',
      facility: FACILITY,
      shipment: SHIPMENT,
      outcome: 'accepted',
      lines: [
        {
          batch: { organization: ORGANIZATION, number: 'MET-118' },
          mass: { value: '249.9', unit: 'KGM', basis: 'dry' }
        }
      ]
    })
  })

  t.test(
    'semicolons, a byte order mark, columns in any order, empty rows and spaces',
    async (t) => {
      const plain = read(receipt()).events[0]?.document
      const rows = [Object.fromEntries(Object.entries(RECEIPT).reverse())]
      const excel = `\uFEFF${sheet(rows, ';').replace('KGM', ' KGM ')};;;;;;;;;\r\n\r\n`
      const reading = read(excel)
      t.same(reading.findings, [])
      t.same(reading.events[0]?.document, plain, 'the same document, so the same id')
    }
  )

  t.test('line ends of several kinds, and columns that are only formatted', async (t) => {
    const two = sheet([RECEIPT, { ...RECEIPT, event: 'b' }])
    const header = two.slice(0, two.indexOf('\r\n') + 2)
    const mixed = header + two.slice(header.length).replaceAll('\r\n', '\n')
    t.equal(read(mixed).events.length, 2)
    t.equal(read(two.replaceAll('\r\n', '\r')).events.length, 2)
    const wide = two.replaceAll('\r\n', `${','.repeat(16_000)}\r\n`)
    t.equal(read(wide).events.length, 2)
  })

  t.test('rows of one event apart from each other, event cells only in the first', async (t) => {
    const rows = [
      { ...RECEIPT, event: 'a' },
      { ...RECEIPT, event: 'b', batch: 'X' },
      {
        event: 'a',
        batch: 'MET-119',
        batch_organization: ORGANIZATION,
        mass_value: '1',
        mass_unit: 'TNE',
        mass_basis: 'dry'
      }
    ]
    const reading = read(sheet(rows))
    t.same(reading.findings, [])
    t.same(
      reading.events.map(({ name }) => name),
      ['a', 'b']
    )
    const [first] = reading.events
    t.match(first?.document, { lines: [{}, {}] })
    t.same(first?.locate('/lines/1/mass/value'), { row: 4, column: 'H (mass_value)' })
    t.same(first?.locate('/lines/1/mass'), { row: 4 }, 'the row of the line')
    t.same(first?.locate('/time'), { row: 2, column: 'B (time)' })
    t.same(first?.locate('/lines/1/batch/number'), { row: 4, column: 'F (batch)' })
  })

  t.test('a batch by its id, and a number of the caller without naming them', async (t) => {
    const byId = read(receipt({ batch: SHIPMENT, batch_organization: '' })).events[0]
    t.match(byId?.document, { lines: [{ batch: SHIPMENT }] })
    const own = read(receipt({ batch_organization: '' }), ORGANIZATION).events[0]
    t.match(own?.document, {
      lines: [{ batch: { organization: ORGANIZATION, number: 'MET-118' } }]
    })
  })

  t.test('an event name that is a UUID as the id; another name makes a stable id', async (t) => {
    t.equal(read(receipt({ event: SHIPMENT })).events[0]?.document['id'], SHIPMENT)
    const id = read(receipt()).events[0]?.document['id']
    t.equal(read(receipt()).events[0]?.document['id'], id, 'the same sheet, the same id')
    t.not(read(receipt({ mass_value: '250' })).events[0]?.document['id'], id)
    t.not(read(receipt({ event: 'arrival-2' })).events[0]?.document['id'], id)
  })

  t.test('a sheet that was sorted anew, by rows or by columns, as the same document', async (t) => {
    const declared = { 'declared:Fe:mined': 'SE 0.9, BR 0.1', 'declared:Fe:metal': 'SE' }
    const names = { 'identifier:heat': 'H1', 'identifier:coil': 'C1' }
    const rows = ['IR-3', 'IR-1', '', 'IR-2'].map((number, row) => ({
      ...INTAKE,
      number,
      mass_value: `${row + 5}`,
      ...(row === 1 ? { ...declared, ...names } : {})
    }))
    const turned = rows.map((row) => Object.fromEntries(Object.entries(row).reverse()))
    const sorted = [rows, rows.toReversed(), turned, turned.toReversed()]
    const [first, ...others] = sorted.map((each) => read(sheet(each, ';')).events[0])
    t.match(first?.document['outputs'], { length: 4 })
    for (const other of others) t.strictSame(other?.document, first?.document)
  })

  t.test('places of a sheet whose rows are in another order than its document', async (t) => {
    const rows = ['IR-3', 'IR-1', 'IR-2'].map((number, row) => ({
      ...INTAKE,
      number,
      mass_value: `${row + 5}`,
      'declared:Fe:mined': 'SE',
      'declared:B:mined': 'TR'
    }))
    const [event] = read(sheet(rows)).events
    const outputs = event?.document['outputs'] as {
      number: string
      declared: { element: string }[]
    }[]
    for (const [index, { number, declared }] of outputs.entries()) {
      const row = rows.findIndex((each) => each.number === number) + 2
      t.same(event?.locate(`/outputs/${index}`), { row })
      t.same(event?.locate(`/outputs/${index}/number`), { row, column: 'K (number)' })
      for (const [nth, { element }] of declared.entries()) {
        const place = event?.locate(`/outputs/${index}/declared/${nth}/country`)
        t.match(place, { row, column: new RegExp(`declared:${element}:mined`) })
      }
    }
    t.same(event?.locate('/outputs/9/number'), event?.locate('/outputs'), 'no such line')
    t.same(event?.locate('/time'), { row: 2, column: 'B (time)' })
    const stages = read(
      sheet([
        {
          event: 'e',
          line: 'input',
          time: INTAKE.time,
          facility: FACILITY,
          stages: 'press_sinter > machining > coating',
          batch: 'MET-118',
          batch_organization: ORGANIZATION,
          mass_value: '1',
          mass_unit: 'KGM',
          mass_basis: 'dry'
        }
      ])
    ).events[0]
    t.same(
      stages?.document['stages'],
      ['press_sinter', 'machining', 'coating'],
      'as they were done'
    )
  })

  t.test('assays, bounds, traces, claims and a declared history', async (t) => {
    const rows = [
      {
        event: 'e',
        time: '2026-10-01T08:00:00Z',
        facility: FACILITY,
        entry: 'purchased',
        product_class: 'ferroboron',
        product_name: 'FeB',
        mass_value: '10',
        mass_unit: 'KGM',
        mass_basis: 'dry',
        assay_basis: 'element',
        assay_unit: 'P1',
        assay_complete: 'TRUE',
        'assay:B': '19.2',
        'assay:Al': '<0.05',
        'assay:Fe': '',
        'uncertainty:B': '0.2',
        trace_unit: '59',
        'trace:Th': '12',
        'post_consumer_pct:B': '0',
        'pre_consumer_pct:B': '5',
        'identifier:gtin': '123',
        'declared:B:mined': '"TR 0.9, AR 0.1"',
        'declared:*:metal': 'US-NV',
        declared_evidence_kind: 'letter',
        declared_evidence_level: 'documented'
      }
    ]
    const reading = read(sheet(rows))
    t.same(reading.findings, [])
    const evidence = [{ kind: 'letter', level: 'documented' }]
    const document = reading.events[0]?.document as { outputs: unknown[] }
    t.same(document.outputs[0], {
      entry: 'purchased',
      product: { class: 'ferroboron', name: 'FeB' },
      mass: { value: '10', unit: 'KGM', basis: 'dry' },
      assay: {
        basis: 'element',
        unit: 'P1',
        complete: true,
        values: { B: '19.2', Al: '<0.05' },
        uncertainty: { B: '0.2' },
        trace: { unit: '59', values: { Th: '12' } }
      },
      claimedRecycled: [{ element: 'B', postConsumerPct: '0', preConsumerPct: '5' }],
      identifiers: [{ scheme: 'gtin', value: '123' }],
      declared: [
        { element: 'B', step: 'mined', country: 'AR', share: '0.1', evidence },
        { element: 'B', step: 'mined', country: 'TR', share: '0.9', evidence },
        { element: '*', step: 'metal', country: 'US', region: 'US-NV', evidence }
      ]
    })
  })

  t.test('what arrived in part, and what is disputed or went back', async (t) => {
    const [event] = read(receipt({ partial: 'TRUE' })).events
    t.match(event?.document['lines'], [{ partial: true, mass: { value: '249.9' } }])
    t.same(event?.locate('/lines/0/partial'), { row: 2, column: 'K (partial)' })
    for (const outcome of ['accepted', 'disputed', 'returned']) {
      const [told] = read(receipt({ outcome, partial: 'false' })).events
      t.same(parseEvent(told?.document, () => '').findings, [], outcome)
    }
    t.match(read(receipt({ partial: 'some' })).findings, [{ severity: 'error' }])
  })

  t.test('events that only feed a campaign, and that only tap it', async (t) => {
    const run = { time: INTAKE.time, facility: FACILITY, stages: 'separation', campaign: 'SX-1' }
    const mass = { mass_value: '1', mass_unit: 'KGM', mass_basis: 'dry' }
    const oxide = { product_class: 'separated_oxide', product_name: 'Nd oxide' }
    const fed = { event: 'fed', line: 'input', ...run, batch: SHIPMENT, ...mass }
    const tapped = {
      event: 'tapped',
      line: 'output',
      ...run,
      ...mass,
      ...oxide,
      assay_basis: 'oxide',
      assay_unit: 'P1',
      'assay:Nd2O3': '99'
    }
    const whole = read(sheet([fed, tapped]))
    t.same(whole.findings, [])
    t.match(whole.events, [
      { document: { campaign: 'SX-1', inputs: [{ batch: SHIPMENT }], outputs: [] } },
      { document: { campaign: 'SX-1', inputs: [], outputs: [{ product: { name: 'Nd oxide' } }] } }
    ])
    for (const { document } of whole.events) t.same(parseEvent(document, () => '').findings, [])
    const { campaign: _, ...batchwise } = fed
    const [event] = read(sheet([batchwise])).events
    t.match(
      parseEvent(event?.document, () => '').findings,
      [{ expected: 'outputs' }],
      'without a campaign both are asked for'
    )
  })

  t.test('an inherited assay and stages in their order', async (t) => {
    const common = {
      event: 'e',
      time: '2026-10-01T08:00:00Z',
      facility: FACILITY,
      stages: 'machining > coating'
    }
    const mass = { mass_value: '1', mass_unit: 'KGM', mass_basis: 'dry' }
    const rows = [
      { ...common, line: 'input', batch: SHIPMENT, ...mass },
      {
        event: 'e',
        line: 'output',
        product_class: 'magnet',
        product_name: 'M',
        ...mass,
        assay_basis: 'inherited'
      }
    ]
    const [event] = read(sheet(rows)).events
    t.match(event?.document, {
      stages: ['machining', 'coating'],
      outputs: [{ assay: 'inherited' }]
    })
  })
})

t.test('refuses', async (t) => {
  t.test('what spreadsheets do to numbers, with row and column', async (t) => {
    const at = '2 H (mass_value)'
    t.same(told(receipt({ mass_value: '"249,9"' })), [`CSV_DECIMAL_COMMA ${at}`])
    t.same(told(receipt({ mass_value: '249,9' }, ';')), [`CSV_DECIMAL_COMMA ${at}`])
    t.same(told(receipt({ mass_value: '1.234,5' }, ';')), [`CSV_THOUSANDS ${at}`])
    t.same(told(receipt({ mass_value: '1 234.5' })), [`CSV_THOUSANDS ${at}`])
    t.same(told(receipt({ mass_value: '1E+05' })), [`CSV_SCIENTIFIC ${at}`])
    t.same(told(receipt({ mass_value: '250 kg' })), [`CSV_NUMBER ${at}`])
    t.same(told(receipt({ mass_value: '007' })), [`CSV_NUMBER ${at}`])
    t.same(told(receipt({ mass_value: '#REF!' })), [`CSV_ERROR_VALUE ${at}`])
    const [finding] = read(receipt({ mass_value: '249,9' }, ';')).findings
    t.match(finding, { expected: '249.9', actual: '249,9', severity: 'error' })
    t.same(told(receipt({ mass_value: '"1,00,000"' })), [`CSV_THOUSANDS ${at}`], 'as in India')
  })

  t.test('a comma that may separate decimals or thousands, and says both', async (t) => {
    const [finding] = read(receipt({ mass_value: '"1,250"' })).findings
    t.match(finding, { code: 'CSV_DECIMAL_COMMA', expected: /^1\.250 if .* 1250 if/ })
  })

  t.test('a bound with a comma, without losing its sign on the way', async (t) => {
    const rows = [{ ...INTAKE, assay_unit: 'P1', 'assay:C': '<0,05' }]
    const [finding] = read(sheet(rows, ';')).findings
    t.match(finding, { code: 'CSV_DECIMAL_COMMA', expected: '<0.05', actual: '<0,05' })
  })

  t.test('units, dates and dashes where a number is due, each with its remedy', async (t) => {
    const remedyOf = (mass_value: string) => read(receipt({ mass_value })).findings[0]?.remedy ?? ''
    for (const text of ['250 kg', '99.9%', '< 5 ppm']) t.match(remedyOf(text), /the unit/, text)
    for (const text of ['12.05.2026', '12. Mai', '12-May', '5/28/26 0:00']) {
      t.match(remedyOf(text), /as text, type the number/, text)
    }
    t.match(remedyOf('-'), /Leave the cell empty/)
  })

  t.test('error values of spreadsheets in several languages, and values too wide', async (t) => {
    for (const batch of ['#VALEUR!', '#¿NOMBRE?', '#N/D', '#NV', 'Err:502', '###']) {
      t.same(told(receipt({ batch })), ['CSV_ERROR_VALUE 2 F (batch)'], batch)
    }
    t.same(told(receipt({ batch: '#5 of furnace 2' })), [], 'a name may begin so')
  })

  t.test('characters that nobody sees: two names that look the same are two batches', async (t) => {
    const at = '2 F (batch)'
    for (const batch of ['MET-118\u200b', 'MET\u00ad-118', 'MET\u202e-118', 'MET\u0007']) {
      t.same(told(receipt({ batch })), [`CSV_HIDDEN_CHARACTER ${at}`], JSON.stringify(batch))
    }
    t.match(read(receipt({ batch: 'MET-118\u200b' })).findings, [
      { message: /U\+200B, behind “MET-118”/, expected: 'MET-118' }
    ])
    t.same(told(receipt({ note: '"two\nlines\tand a tab"' })), [])
    t.same(told(receipt({ note: 'می\u200cخواهم' })), [], 'a joiner that its word needs')
    const header = receipt().replace('shipment', 'shipment\u200b')
    t.same(told(header), ['CSV_HIDDEN_CHARACTER 1 D (shipment\u200b)'])
  })

  t.test(
    'one cell too many where commas separate: a decimal comma has moved the rest',
    async (t) => {
      const { mass_value, mass_unit, mass_basis, ...rest } = RECEIPT
      const row = { ...rest, mass_unit, mass_basis, mass_value: '249,9', mass_moisture_pct: '' }
      t.same(told(sheet([row])), ['CSV_CELLS 2 L'], 'else 249 at a moisture of 9 percent')
      t.same(told(sheet([{ ...row, mass_value }])), [])
      const trailing = sheet([RECEIPT], ';').replace('dry', 'dry;;')
      t.same(told(trailing), [], 'a semicolon separates no decimals')
    }
  )

  t.test('warns where a point may have meant thousands, and reads it as a point', async (t) => {
    const reading = read(receipt({ mass_value: '1.250' }, ';'))
    t.match(reading.findings, [{ code: 'CSV_THOUSANDS_POINT', severity: 'warning' }])
    t.match(reading.events[0]?.document, { lines: [{ mass: { value: '1.250' } }] })
    t.same(told(receipt({ mass_value: '1.250' }, ',')), [], 'no doubt where commas separate cells')
  })

  t.test('warns where a lot number may have become a date or a power of ten', async (t) => {
    for (const batch of ['02/01/1931', '01. Feb', '2-Jan', 'Feb-31', '1.20E+15', '"1,2E+15"']) {
      const reading = read(receipt({ batch }))
      t.match(reading.findings, [{ code: 'CSV_REWRITTEN', severity: 'warning' }], batch)
      t.equal(reading.events.length, 1, 'it may be the name after all')
    }
    const names = ['FEB-31', 'MAG-12', '2026-10-01', '12E15', 'MET-118', '1-2', '1/2']
    for (const batch of names) t.same(told(receipt({ batch })), [], batch)
  })

  t.test('formulas in any cell', async (t) => {
    const hidden = ['＝A1', '＋1', '\u200b=A1', '\u0007@A1']
    for (const text of ['=A1', '@SUM(A1)', '+1', '-1+2', '=HYPERLINK(A1)', ...hidden]) {
      t.same(told(receipt({ batch: text })), ['CSV_FORMULA 2 F (batch)'], text)
      t.same(told(receipt({ event: text })), ['CSV_FORMULA 2 A (event)'], `the event ${text}`)
    }
  })

  t.test('dates and truth values as spreadsheets write them', async (t) => {
    t.same(told(receipt({ time: '12.10.2026 11:00' })), ['CSV_TIME 2 B (time)'])
    const meant = (time: string) =>
      readCsvEvents(Buffer.from(receipt({ time }))).findings.map(({ expected }) => expected)
    t.same(meant('2026/10/5 9:30'), ['2026-10-05T09:30:00Z if it is UTC already'])
    t.same(meant('2026年10月5日'), ['for example 2026-10-05T14:00:00Z'])
    t.same(meant('2026-10-05T14:30Z'), ['2026-10-05T14:30:00Z'])
    const rows = [{ ...INTAKE, assay_complete: 'WAHR' }]
    t.same(told(sheet(rows)), ['CSV_BOOLEAN 2 K (assay_complete)'])
  })

  t.test('rows of one event that disagree about it', async (t) => {
    const rows = [RECEIPT, { ...RECEIPT, batch: 'X', time: '2026-10-13T11:00:00Z' }]
    t.same(told(sheet(rows)), ['CSV_EVENT_DIFFERS 3 B (time)'])
  })

  t.test('empty cells that a row needs, and columns that are missing', async (t) => {
    t.same(told(receipt({ mass_value: '' })), ['CSV_VALUE_MISSING 2 H (mass_value)'])
    t.same(told(receipt({ time: '' })), ['CSV_VALUE_MISSING 2 B (time)'])
    t.same(told(receipt({ event: '' })), ['CSV_VALUE_MISSING 2 A (event)'])
    t.same(told(receipt({ batch_organization: '' })), ['CSV_VALUE_MISSING 2 F (batch)'])
    const { mass_basis: _, ...rest } = RECEIPT
    t.same(told(sheet([rest, { ...rest, batch: 'X' }])), ['CSV_COLUMN_MISSING 1'])
  })

  t.test('columns that the template does not have, and says which was meant', async (t) => {
    const [finding] = read(receipt({ Mass_Basys: 'dry' })).findings
    t.match(finding, { code: 'CSV_COLUMN_UNKNOWN', expected: 'mass_basis', place: { row: 1 } })
    t.match(told(receipt({ 'assay:__proto__': '1' })), [/^CSV_COLUMN_UNKNOWN/])
    t.match(told(sheet([{ a: '1', b: '2' }])), [/^CSV_TEMPLATE/])
    const twice = receipt().replace('mass_basis', 'mass_unit')
    t.same(told(twice), ['CSV_COLUMN_REPEATED 1 J (mass_unit)', 'CSV_COLUMN_MISSING 1'])
    const spaced = sheet([{ ...INTAKE, 'assay:Fe': '99.9', 'assay: Fe': '1.5' }])
    t.same(told(spaced), ['CSV_COLUMN_REPEATED 1 L (assay: Fe)'], 'not the last one of both')
  })

  t.test('a header row that stands there again, with what to do about it', async (t) => {
    const [header = '', first = ''] = receipt().split('\r\n')
    const twice = read([header, header, first, ''].join('\r\n')).findings
    t.match(twice, [{ code: 'CSV_TEMPLATE', place: { row: 2 }, remedy: /^Delete this row/ }])
    t.equal(twice.length, 1, 'and not a cell of it')
    const other = header.split(',').reverse().join(',')
    const joined = read([header, first, other, first, ''].join('\r\n')).findings
    t.match(joined, [{ code: 'CSV_TEMPLATE', place: { row: 3 }, remedy: /file of its own/ }])
  })

  t.test('headers in capitals, by the template that they are of', async (t) => {
    const capitals = receipt().replace(/^[^\r]*/, (header) => header.toUpperCase())
    const { findings } = read(capitals)
    t.equal(findings.length, Object.keys(RECEIPT).length)
    t.match(findings[3], { code: 'CSV_COLUMN_UNKNOWN', expected: 'shipment', actual: 'SHIPMENT' })
  })

  t.test('rows above the header row, and says where it is', async (t) => {
    for (const above of ['sep=;', ';;;;;;;;;', 'Arrivals of October;;;;;;;;;']) {
      t.same(told(`${above}\r\n${receipt({}, ';')}`), ['CSV_TEMPLATE 2'], above)
    }
  })

  t.test('cells that this kind of line does not have', async (t) => {
    const rows = [
      {
        event: 'e',
        time: '2026-10-01T08:00:00Z',
        facility: FACILITY,
        stages: 'metal_making',
        line: 'input',
        batch: SHIPMENT,
        mass_value: '1',
        mass_unit: 'KGM',
        mass_basis: 'dry',
        product_name: 'metal'
      },
      { event: 'e', line: 'slag', mass_value: '1', mass_unit: 'KGM', mass_basis: 'dry' }
    ]
    t.same(told(sheet(rows)), ['CSV_NOT_FOR_LINE 2 J (product_name)', 'CSV_LINE 3 E (line)'])
  })

  t.test('a declared history that cannot be read', async (t) => {
    for (const cell of ['Turkey', 'TR 90%', 'TR 1.5', 'tr']) {
      const rows = [{ ...INTAKE, 'declared:B:mined': cell }]
      t.same(told(sheet(rows)), ['CSV_DECLARED 2 K (declared:B:mined)'], cell)
    }
  })
})

t.test('protects', async (t) => {
  t.test('against files in mixed encodings, other encodings and workbooks', async (t) => {
    const latin = Buffer.concat([Buffer.from(receipt()), Buffer.from('x,M\xfcll\r\n', 'latin1')])
    t.same(told(latin), ['CSV_ENCODING 3 B (time)'])
    const behind = receipt({ note: '"a\nb"', batch: 'M\xfcll' })
    t.same(
      told(Buffer.from(behind, 'latin1')),
      ['CSV_ENCODING 2 F (batch)'],
      'the row of the sheet'
    )
    t.same(told(Buffer.from(receipt(), 'utf16le')), ['CSV_ENCODING 1'])
    t.same(told(Buffer.from('PK\u0003\u0004\0\0')), ['CSV_ENCODING 1'])
    t.same(told(receipt({ batch: 'M\uFFFDll' })), ['CSV_LOST_CHARACTER 2 F (batch)'])
  })

  t.test('against broken and oversize sheets', async (t) => {
    t.same(told(''), ['CSV_EMPTY 1'])
    t.same(told('event,shipment\n'), ['CSV_EMPTY 2'])
    t.same(told('event\tshipment\n1\t2\n'), ['CSV_DELIMITER 1'])
    t.same(told('event;shipment,x\n'), ['CSV_DELIMITER 1'])
    t.same(told(`${receipt()}"a"b,c\r\n`), ['CSV_SYNTAX 3'])
    t.same(told(receipt().replace('dry', 'dry,9')), ['CSV_CELLS 2 K'])
    t.same(told(receipt({ batch: 'x'.repeat(2001) })), ['CSV_LIMIT 2 F (batch)'])
  })

  t.test('against sheets that would take long, or fill the memory', async (t) => {
    const codes = (text: string) =>
      readCsvEvents(Buffer.from(text)).findings.map(({ code, place }) => `${code} ${place.row}`)
    const blank = '\n'.repeat(100_000)
    t.same(codes(`event,entry\nx,mined${blank}y`), ['CSV_CUT_OFF 100002'], 'blank rows within')
    t.same(codes(`event,entry,${'a'.repeat(900_000)}\nx,mined,1\n`), ['CSV_LIMIT 1'])
    t.same(codes(`a${',b'.repeat(400)}\n${'x\n'.repeat(50_000)}`), ['CSV_LIMIT 1'])
    t.same(
      codes(`event,entry\nx,"${'mined\n'.repeat(300_000)}`),
      ['CSV_SYNTAX 2'],
      'no end of a row'
    )
    const rows = new Rows(',', false)
    rows.add(['event', 'entry'])
    rows.add([''], { row: 1_048_577 })
    t.ok(rows.isForbidden, 'rows that are empty are counted as well')
    const wide = Array.from({ length: 380 }, (_, n) => `assay:X${n}`)
    const row = `x,mined${',?'.repeat(wide.length)}\n`
    const found = readCsvEvents(Buffer.from(`event,entry,${wide}\n${row.repeat(300)}`)).findings
    t.match(found, [{ code: 'CSV_LIMIT', actual: '114600' }])
  })

  t.test('others, which have a turn between the rows of one event', async (t) => {
    const rows = Array.from({ length: 250 }, (_, n) => `x,mined,"1,${n}"\n`)
    const bytes = Buffer.from(`event,entry,mass_value\n${rows.join('')}`)
    const opened = await openCsvEvents(bytes, { mostFindings: 100 })
    if (!('template' in opened)) throw new Error('the sheet is none')
    const turns = [...opened.eventsFrom(0)]
    t.equal(turns.filter((turn) => turn === null).length, 250)
    const commas = (findings: readonly CellFinding[]) =>
      findings.filter(({ code }) => code === 'CSV_DECIMAL_COMMA')
    const event = turns.at(-1)
    t.equal(commas(event?.told.all() ?? []).length, 101)
    const told = new ToldCells(100)
    for (const _ of tellOfEvents(opened, told));
    t.equal(commas(told.all()).length, 101)
    t.match(commas(told.all()).at(-1), { message: /there are 150 more/, place: { row: 101 } })
  })

  t.test('a file that was cut off, perhaps within a number', async (t) => {
    const whole = receipt()
    t.same(told(whole.slice(0, whole.indexOf('249.9') + 2)), ['CSV_CUT_OFF 2 H (mass_value)'])
    t.same(told(whole.trimEnd()), [], 'a whole row needs no line end')
    t.same(told(`${whole} `), [], 'and what only seems to be a row is none')
  })

  t.test('by taking a sheet as a whole or not at all', async (t) => {
    const rows = [RECEIPT, { ...RECEIPT, event: 'bad', mass_value: '1,5x' }].map((row) => row)
    const reading = read(sheet(rows, ';'))
    t.equal(reading.events.length, 0)
    t.equal(reading.findings.length, 1)
  })
})

t.test('the documentation names every column with its meaning', async (t) => {
  const page = readFileSync(new URL('../../docs/csv-templates.md', import.meta.url), 'utf8')
  for (const template of templates) {
    const columns = [...template.event, ...template.lines.flatMap(({ columns }) => columns)]
    for (const { name, meaning } of columns) {
      const row = page
        .split('\n')
        .find((line) => line.startsWith(`| \`${name}`) && line.includes(meaning))
      t.ok(row, `${template.id} ${name}`)
    }
    t.ok(knownNames(template).length > 10)
  }
})
