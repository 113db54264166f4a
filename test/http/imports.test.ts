import { randomUUID } from 'node:crypto'
import t from 'tap'
import { elements, kg } from '../support/books.ts'
import { epdDocument } from '../support/epds.ts'
import { eventually } from '../support/eventually.ts'
import { process as ilcdProcess, packageOf } from '../support/ilcd-package.ts'
import {
  ended,
  imported,
  LINES,
  lines,
  OXIDE,
  purchase,
  results,
  SHEET,
  startImports,
  works
} from '../support/imports.ts'
import { listening, message, rawClient } from '../support/raw-socket.ts'
import { testApp } from '../support/service.ts'
import { oneSheet, type TestCell, WORKBOOK, workbook } from '../support/xlsx.ts'

const METAL = elements({ Nd: '73.9', Pr: '25.6', Fe: '0.3' })

const outcomes = (items: readonly { line: number; status: string }[]) =>
  items.map(({ line, status }) => [line, status])

t.test('accepts', async (t) => {
  const { service, producer, facility } = await works(t)

  t.test('events, each on its own, later ones consuming what earlier ones made', async (t) => {
    const [oxide, metal] = [randomUUID(), randomUUID()]
    const melt = {
      id: randomUUID(),
      type: 'transform',
      time: '2026-10-01T06:00:00Z',
      facility,
      stages: ['metal_making'],
      inputs: [{ batch: oxide, mass: kg('700') }],
      outputs: [
        { id: metal, product: { class: 'ree_metal', name: 'Metal' }, mass: kg('580'), assay: METAL }
      ]
    }
    const first = purchase(facility, oxide)
    const body = `\ufeff${lines(first, '', '{"type":"alchemy"}', '{no json}', melt)}${JSON.stringify(first)}\r\n${JSON.stringify({ ...first, note: 'x' })}`
    const answer = await producer.request('POST', '/v1/imports', body, LINES)
    t.equal(answer.status, 202, JSON.stringify(answer.body))
    t.equal(answer.headers['location'], `/v1/imports/${answer.body.id}`)
    t.equal(answer.headers['preference-applied'], 'handling=lenient')
    t.match(answer.body, { state: 'received', kind: 'any', progress: { items: 0, total: 6 } })
    const job = await ended(producer, answer.body.id)
    t.match(job, {
      state: 'done',
      progress: { items: 6, total: 6, accepted: 2, replayed: 1, refused: 3, withheld: 0 }
    })
    t.equal(job.progress.bytesRead, job.size)
    const items = await results(producer, job.id)
    t.same(outcomes(items), [
      [1, 'accepted'],
      [3, 'refused'],
      [4, 'refused'],
      [5, 'accepted'],
      [6, 'replayed'],
      [7, 'conflict']
    ])
    t.match(items[0], { item: 0, id: first['id'], position: Number })
    t.equal(items[4].position, items[0].position, 'a replay has the position of the first')
    t.match(items[1].findings, [{ code: 'SCHEMA', pointer: '/type' }])
    t.match(items[2].findings, [
      { code: 'BODY_INVALID', remedy: 'Mend it there and send it again.' }
    ])
    t.match(items[5].findings, [{ code: 'CONFLICT', pointer: '/id' }])
    const event = await producer.request('GET', `/v1/events/${melt.id}`)
    t.equal(event.status, 200)
  })

  t.test('more than one group, each consuming what the one before it made', async (t) => {
    const oxides = Array.from({ length: 300 }, () => randomUUID())
    const drawn = oxides.map((batch) => ({
      id: randomUUID(),
      type: 'adjust',
      time: '2026-10-01T06:00:00Z',
      facility,
      reason: 'sampling',
      batch,
      direction: 'decrease',
      mass: kg('1')
    }))
    const bought = oxides.map((batch) => purchase(facility, batch))
    const job = await imported(producer, lines(...bought, ...drawn))
    t.match(job, { state: 'done', progress: { items: 600, accepted: 600, refused: 0 } })
  })

  t.test('the same upload again with its key as the same import', async (t) => {
    const body = lines(purchase(facility, randomUUID(), { id: null }))
    const headers = { ...LINES, 'idempotency-key': 'november' }
    const first = await producer.request('POST', '/v1/imports', body, headers)
    const again = await producer.request('POST', '/v1/imports', body, headers)
    t.same([first.status, again.status], [202, 200])
    t.equal(again.body.id, first.body.id)
    await ended(producer, first.body.id)
    const other = await imported(producer, body)
    t.match(other.progress, { accepted: 0, replayed: 1 }, 'without an id it is known by its place')
    const known = await producer.request('GET', `/v1/imports?sha256=${other.sha256}`)
    t.same(
      known.body.items.map(({ id }: { id: string }) => id),
      [other.id, first.body.id],
      'imports are found by the hash of the upload, newest first'
    )
  })

  t.test('all or nothing where that is preferred', async (t) => {
    const strict = { ...LINES, prefer: 'handling=strict' }
    const wrong = lines(purchase(facility, randomUUID()), { type: 'alchemy' })
    const refused = await imported(producer, wrong, { headers: strict })
    t.match(refused, { state: 'failed', handling: 'strict', failure: { code: 'FINDINGS' } })
    t.same(outcomes(await results(producer, refused.id)), [
      [1, 'withheld'],
      [2, 'refused']
    ])
    const batch = randomUUID()
    const twice = lines(purchase(facility, batch), purchase(facility, batch))
    const books = await imported(producer, twice, { headers: strict })
    t.match(books, { state: 'failed', progress: { accepted: 0, refused: 1, withheld: 1 } })
    t.equal((await producer.request('GET', `/v1/batches/${batch}`)).status, 404)
    const known = purchase(facility, randomUUID())
    await producer.request('POST', '/v1/events', known)
    const fresh = purchase(facility, randomUUID())
    const envelope = { id: randomUUID(), time: '2026-10-01T06:00:00Z', facility }
    const missing = { batch: randomUUID(), direction: 'decrease', mass: kg('1') }
    for (const last of [
      { ...envelope, type: 'correct', event: randomUUID(), reason: 'incorrect_data' },
      { ...envelope, type: 'adjust', reason: 'sampling', ...missing }
    ]) {
      const upload = lines(known, fresh, fresh, last)
      const whole = await imported(producer, upload, { headers: strict })
      t.same(
        outcomes(await results(producer, whole.id)),
        [
          [1, 'replayed'],
          [2, 'withheld'],
          [3, 'withheld'],
          [4, 'refused']
        ],
        `what is not recorded is told apart from what was, by ${last.type}`
      )
    }
    const right = lines(purchase(facility, batch), purchase(facility, randomUUID()))
    t.match(await imported(producer, right, { headers: strict }), {
      state: 'done',
      progress: { accepted: 2 }
    })
  })

  t.test('EPDs of several formats, known by their content', async (t) => {
    const native = epdDocument('magnet-n48h')
    const other = epdDocument('ndpr-oxide')
    await producer.request('POST', '/v1/epds', other)
    const open = await producer.request('GET', `/v1/epds/${other['id']}`, undefined, {
      accept: 'application/vnd.openepd+json'
    })
    const openEpd = JSON.stringify(open.body).replaceAll(other['id'], randomUUID())
    const url = '/v1/imports?kind=epds'
    const job = await imported(producer, lines(native, native, { id: 'x' }, openEpd), { url })
    const items = await results(producer, job.id)
    t.match(job, { state: 'done', kind: 'epds' })
    t.same(
      items.slice(0, 3).map(({ status }) => status),
      ['accepted', 'replayed', 'refused']
    )
    t.match(items[0], { id: native['id'], position: Number })
    t.equal(items[3].status, 'accepted', JSON.stringify(items[3]))
    t.equal((await producer.request('GET', `/v1/epds/${native['id']}`)).status, 200)
  })

  t.test('an ILCD archive, each declaration with a result of its own', async (t) => {
    const native = epdDocument('magnet-n48h')
    await producer.request('POST', '/v1/epds', native)
    const accept = { accept: 'application/vnd.ilcd.process+xml' }
    const { raw } = await producer.request('GET', `/v1/epds/${native['id']}`, undefined, accept)
    const [one, two] = [randomUUID(), randomUUID()].sort()
    const as = (id: string) => raw.toString().replaceAll(native['id'], id)
    const archive = await packageOf({
      'processes/1.xml': as(one ?? ''),
      'processes/2.xml': ilcdProcess(),
      'processes/3.xml': as(two ?? ''),
      'contacts/x.xml': '<contactDataSet/>'
    })
    const headers = { 'content-type': 'application/zip' }
    const job = await imported(producer, archive, { headers })
    const items = await results(producer, job.id)
    t.match(job, { state: 'done', kind: 'epds', progress: { items: 3, total: 3, accepted: 2 } })
    t.match(
      items,
      [
        { line: 1, name: /1.xml$/, status: 'accepted', id: one },
        { line: 2, name: /2.xml$/, status: 'refused' },
        { line: 3, name: /3.xml$/, status: 'accepted', id: two }
      ],
      JSON.stringify(items)
    )
    const again = await imported(producer, archive, { headers })
    t.match(again.progress, { accepted: 0, replayed: 2, refused: 1 })
    const none = await imported(producer, await packageOf({ 'flows/x.xml': '<a/>' }), { headers })
    t.match(none, {
      state: 'failed',
      failure: { code: 'BODY_INVALID', message: /process data set/ }
    })
    const broken = await packageOf({ 'processes/1.xml': ilcdProcess(), 'processes/2.xml': '<x' })
    const { failure } = await imported(producer, broken, { headers })
    t.match(failure.findings, [{ pointer: /processes~12\.xml$/, message: /line 1/i }])
  })

  t.test('a sheet, with findings by row and column', async (t) => {
    const header =
      'event,time,facility,number,product_class,product_name,entry,mass_value,mass_unit,mass_basis,assay_basis,assay_unit,assay:Nd2O3,assay:Pr6O11'
    const row = (event: string, number: string, mass: string) =>
      `${event},2026-09-05T14:30:00Z,${facility},${number},separated_oxide,Oxide,purchased,${mass},KGM,dry,oxide,P1,73.5,26`
    const sheet = [
      header,
      row('a', 'S-1', '100'),
      row('b', 'S-2', '=1+1'),
      row('c', 'S-3', '1e5'),
      row('d', 'S-4', '"12,5"'),
      row('e', 'S-1', '100'),
      row('a', 'S-5', '50')
    ].join('\r\n')
    const job = await imported(producer, sheet, { headers: SHEET })
    t.match(job, { state: 'done', progress: { items: 5, total: 5, accepted: 1, refused: 4 } })
    const items = await results(producer, job.id)
    t.match(items, [
      { line: 2, name: 'a', status: 'accepted' },
      { line: 3, findings: [{ code: 'CSV_FORMULA', place: { row: 3, column: 'H (mass_value)' } }] },
      { line: 4, findings: [{ code: 'CSV_SCIENTIFIC', place: { row: 4 } }] },
      { line: 5, findings: [{ code: 'CSV_DECIMAL_COMMA', place: { row: 5 } }] },
      { line: 6, name: 'e', findings: [{ place: { row: 6, column: 'D (number)' } }] }
    ])
    const again = await imported(producer, sheet, { headers: SHEET })
    t.match(again.progress, { accepted: 0, replayed: 1 }, 'the id follows from the rows')
    const semicolons = sheet.replaceAll('"12,5"', '12').replaceAll(',', ';')
    const other = await imported(producer, semicolons, { headers: SHEET })
    t.match(other.progress, { replayed: 1, accepted: 1 }, 'semicolons separate as well')
    const thousands = [header, row('f', 'S-6', '1.250')].join('\r\n').replaceAll(',', ';')
    const doubtful = await imported(producer, thousands, { headers: SHEET })
    const [warned] = await results(producer, doubtful.id)
    t.match(warned, { status: 'accepted', findings: [{ code: 'CSV_THOUSANDS_POINT' }] })
    t.same(warned.findings[0].place, { row: 2, column: 'H (mass_value)' })
  })

  t.test('a workbook as a sheet, with what only a workbook can say', async (t) => {
    const row = (event: string, number: TestCell, mass: TestCell, time: TestCell) => ({
      event,
      time,
      facility,
      number,
      product_class: 'separated_oxide',
      product_name: 'Oxide',
      entry: 'purchased',
      mass_value: mass,
      mass_unit: 'KGM',
      mass_basis: 'dry',
      assay_basis: 'oxide',
      assay_unit: 'P1',
      'assay:Nd2O3': { v: '73.5' },
      'assay:Pr6O11': { v: '26' }
    })
    const now = '2026-09-05T14:30:00Z'
    const date = { v: '46270.604166666664', format: 'dd.mm.yyyy hh:mm' }
    const rows = [
      row('a', 'W-1', { v: '99.900000000000006' }, date),
      row('b', 'W-2', { v: '0.12', format: '0%' }, now),
      row('c', 'W-3', { f: 'A1' }, now),
      row('d', 'W-4', { v: '5', f: 'SUM(2,3)' }, now)
    ]
    const sheets = [{ name: 'Notes', rows: [['x']] }, oneSheet(rows, { name: 'commission' })]
    const bytes = await workbook({ sheets })
    const job = await imported(producer, bytes, { headers: WORKBOOK })
    t.match(job, { state: 'done', kind: 'events', progress: { items: 4, accepted: 2, refused: 2 } })
    const items = await results(producer, job.id)
    t.match(items, [
      {
        line: 2,
        status: 'accepted',
        findings: [{ code: 'XLSX_SHEETS_LEFT' }, { code: 'XLSX_UTC' }]
      },
      { line: 3, findings: [{ code: 'XLSX_FORMAT', place: { row: 3, column: 'H (mass_value)' } }] },
      { line: 4, findings: [{ code: 'XLSX_FORMULA', place: { row: 4 } }] },
      { line: 5, status: 'accepted' }
    ])
    const event = await producer.request('GET', `/v1/events/${items[0].id}`)
    t.match(event.body.document ?? event.body, {
      time: '2026-09-05T14:30:00Z',
      outputs: [{ mass: { value: '99.9', unit: 'KGM' } }]
    })
    const again = await imported(producer, bytes, { headers: WORKBOOK })
    t.match(again.progress, { accepted: 0, replayed: 2 }, 'the id follows from the rows')
  })

  t.test('results as pages, as lines and as a table', async (t) => {
    const all = [1, 2, 3].map(() => purchase(facility, randomUUID()))
    const job = await imported(producer, lines(...all, '{}', '=1+1'))
    const url = `/v1/imports/${job.id}/results`
    const page = await producer.request('GET', `${url}?limit=2`)
    t.match(page.body, { state: 'done', items: [{ item: 0 }, { item: 1 }], next: String })
    const next = await producer.request('GET', `${url}?limit=2&cursor=${page.body.next}`)
    t.match(next.body.items, [{ item: 2 }, { item: 3 }])
    const not = await producer.request('GET', `${url}?stored=false`)
    t.same(outcomes(not.body.items), [
      [4, 'refused'],
      [5, 'refused']
    ])
    t.equal((await producer.request('GET', `${url}?stored=true`)).body.items.length, 3)
    const ndjson = await producer.request('GET', url, undefined, { accept: 'application/x-ndjson' })
    const parsed = ndjson.raw.toString().trimEnd().split('\n')
    t.same(parsed.length, 5)
    t.match(JSON.parse(parsed[4] ?? ''), { line: 5, status: 'refused' })
    const csv = await producer.request('GET', url, undefined, { accept: 'text/csv' })
    t.match(csv.raw.toString(), /^item,line,name,status,id,position,.*\r\n0,1,,accepted,/)
  })

  t.test('what a buyer may record, and nothing else', async (t) => {
    const buyer = await service.actor('buyer')
    const answer = await buyer.request('POST', '/v1/imports?kind=epds', '{}', LINES)
    t.match(answer.body, { status: 403, code: 'FORBIDDEN' })
    t.equal((await buyer.request('POST', '/v1/imports', '{}', LINES)).status, 202)
  })
})

t.test('refuses', async (t) => {
  const { service, producer, facility } = await works(t)
  const post = (body: string | Buffer, headers: Record<string, string>, query = '') =>
    producer.request('POST', `/v1/imports${query}`, body, headers)

  t.test('uploads that are not what they say', async (t) => {
    const cases = [
      ['', LINES, 400, /empty/],
      ['\n\r\n\n', LINES, 400, /only empty lines/],
      ['\ufeff\r\n', LINES, 400, /only empty lines/],
      [Buffer.from('\ufeff{"type":"x"}', 'utf16le'), LINES, 400, /UTF-16/],
      [Buffer.from('{"a":1}', 'utf16le'), LINES, 400, /UTF-8/],
      [Buffer.from('504b030414000600', 'hex'), SHEET, 400, /workbook/],
      [Buffer.from('1f8b0800', 'hex'), LINES, 400, /gzip/],
      [Buffer.from('d0cf11e0a1b11ae1', 'hex'), WORKBOOK, 400, /password.*\.xls/],
      ['event,entry', WORKBOOK, 400, /no workbook.*text\/csv/],
      ['{}', { 'content-type': 'application/json' }, 415, /x-ndjson/],
      ['{}', { ...LINES, 'content-encoding': 'gzip' }, 415, /content coding/],
      ['{}', { 'content-type': 'text/csv; charset=utf-16' }, 415, /character set/]
    ] as const
    for (const [body, headers, status, detail] of cases) {
      const answer = await post(body, headers)
      t.match([answer.status, answer.body.detail], [status, detail], String(detail))
    }
    t.equal((await post('a', SHEET, '?kind=epds')).status, 400, 'a sheet holds events')
    const strictEpds = await post('{}', { ...LINES, prefer: 'handling=strict' }, '?kind=epds')
    t.match(strictEpds.body, { status: 400, detail: /each on its own/ })
    const signed = await post('{}', { ...LINES, 'lodestone-signature': 'a..b' })
    t.match(signed.body, { code: 'SIGNATURE_INVALID', detail: /lines are signed/ })
    const { body } = await producer.request('GET', '/v1/imports')
    t.same(body.items, [], 'nothing of it is kept')
  })

  t.test('sheets that are no template, whole', async (t) => {
    const cases = [
      ['a,b\n1,2', 'CSV_TEMPLATE'],
      ['event;time,entry\n', 'CSV_DELIMITER'],
      ['event,entry,colour\nx,mined,red', 'CSV_COLUMN_UNKNOWN'],
      ['event,entry', 'CSV_EMPTY'],
      ['event,entry\n,mined', 'CSV_VALUE_MISSING'],
      ['event,entry\nx,mined,more', 'CSV_CELLS'],
      ['event,entry\nx,"mined', 'CSV_SYNTAX'],
      [Buffer.from('event,entry\nx,M\xfcll', 'latin1'), 'CSV_ENCODING']
    ] as const
    const books = [
      [
        await workbook({ sheets: [{ rows: [['event', 'entry', 'colour'], ['x']] }] }),
        'CSV_COLUMN_UNKNOWN'
      ],
      [await workbook({ sheets: [], parts: { 'xl/vbaProject.bin': '' } }), 'XLSX_KIND'],
      [Buffer.from('PK\u0003\u0004'), 'XLSX_FILE']
    ] as const
    for (const [body, code] of books) {
      const job = await imported(producer, body, { headers: WORKBOOK })
      t.match(job, { state: 'failed', failure: { code: 'BODY_INVALID', findings: [{ code }] } })
    }
    for (const [body, code] of cases) {
      const job = await imported(producer, body, { headers: SHEET })
      t.match(job, { state: 'failed', failure: { code: 'BODY_INVALID', findings: [{ code }] } })
      t.equal(job.progress.items, 0)
    }
  })

  t.test('sheets with rows of no event, with all that is wrong with the others', async (t) => {
    const header = 'event,time,facility,entry,product_class,product_name,mass_value,mass_unit'
    const cells = `2026-10-12T11:00:00Z,${facility},purchased,iron,Iron`
    const rows = [`,${cells},5,KG`, `x,${cells},"1,5",TNE`, `y,${cells},5,TNE`]
    const job = await imported(producer, [header, ...rows, ''].join('\n'), { headers: SHEET })
    t.equal(job.state, 'failed')
    const told = job.failure.findings.map(
      ({ code, place }: { code: string; place: { row: number; column?: string } }) =>
        `${code} ${place.row} ${place.column ?? ''}`.trim()
    )
    t.same(told.filter((line: string) => !line.startsWith('CSV_COLUMN')).sort(), [
      'CSV_DECIMAL_COMMA 3 G (mass_value)',
      'CSV_VALUE_MISSING 2 A (event)',
      'UNIT_UNKNOWN 2 H (mass_unit)'
    ])
    const many = [header, ...Array.from({ length: 250 }, () => `,${cells},5,TNE`), ''].join('\n')
    const { failure } = await imported(producer, many, { headers: SHEET })
    const missing = failure.findings.filter(
      ({ code }: { code: string }) => code === 'CSV_VALUE_MISSING'
    )
    t.equal(missing.length, 101, 'the first hundred of a kind')
    t.match(missing.at(-1), { message: 'Behind this row there are 150 more of the kind.' })
  })

  t.test('another upload under the same key', async (t) => {
    const headers = { ...LINES, 'idempotency-key': 'k' }
    const first = await post(lines(purchase(facility, randomUUID())), headers)
    const other = await post(lines(purchase(facility, randomUUID())), headers)
    t.match([first.status, other.status, other.body.code], [202, 409, 'CONFLICT'])
    const strict = { ...headers, prefer: 'handling=strict' }
    t.equal((await post('{}', strict)).status, 409)
  })

  t.test('more than a strict import holds', async (t) => {
    const answer = await post('{}\n'.repeat(1001), { ...LINES, prefer: 'handling=strict' })
    t.match(answer.body, { status: 422, code: 'LIMIT_EXCEEDED', errors: [{ message: /in parts/ }] })
  })

  t.test('more lines than any import holds', async (t) => {
    const lone = await service.actor('producer')
    const answer = await lone.request('POST', '/v1/imports', '1\n'.repeat(1_000_001), LINES)
    t.match(answer.body, { status: 422, code: 'LIMIT_EXCEEDED', errors: [{ message: /in parts/ }] })
    const blank = `${'\n'.repeat(1_000_000)}{}\r\n\r\n`
    t.match((await lone.request('POST', '/v1/imports', blank, LINES)).body.progress, { total: 1 })
    t.equal((await lone.request('GET', '/v1/imports')).body.items.length, 1)
  })

  t.test('lines that are too long, broken or in other encodings, and nothing else', async (t) => {
    const good = purchase(facility, randomUUID())
    const body = Buffer.concat([
      Buffer.from(`{"type":"${'x'.repeat(2_000_000)}"}\n`),
      Buffer.from(lines(good)),
      Buffer.from('{"note":"M\xfcller"}\n', 'latin1'),
      Buffer.from('{"type":"commission","outputs":[{"id":"')
    ])
    const job = await imported(producer, body)
    t.match(job, { state: 'done', progress: { items: 4, accepted: 1, refused: 3 } })
    t.match(await results(producer, job.id), [
      { line: 1, findings: [{ code: 'BODY_TOO_LARGE', message: /2000011 bytes/ }] },
      { line: 2, status: 'accepted' },
      {
        line: 3,
        findings: [{ message: /not UTF-8 at byte 10 \(column 11\)/, remedy: /^Mend it there/ }]
      },
      { line: 4, findings: [{ code: 'BODY_INVALID', remedy: /ends here, without a line end/ }] }
    ])
  })

  t.test('an upload beyond the limit, without reading it', async (t) => {
    const small = await testApp(t, { settings: { bodyLimitBytes: 2048, bulkLimitBytes: 4096 } })
    const actor = await small.actor('producer')
    const answer = await actor.request('POST', '/v1/imports', Buffer.alloc(5000, 'x'), LINES)
    t.match([answer.status, answer.body.code], [413, 'BODY_TOO_LARGE'])
    t.equal(answer.headers['connection'], 'close')
    t.equal(
      (await actor.request('POST', '/v1/imports', Buffer.alloc(4000, 'x'), LINES)).status,
      202
    )
  })

  t.test('an upload that says beforehand that it is too large', async (t) => {
    const small = await testApp(t, { settings: { bodyLimitBytes: 2048, bulkLimitBytes: 4096 } })
    const { token } = await small.actor('producer')
    const port = await listening(small.app)
    const head = { authorization: `Bearer ${token}`, ...LINES, 'content-length': 10_000_000_000 }
    const client = await rawClient(t, port)
    client.send(message('POST', '/v1/imports', head))
    t.ok(await eventually(() => client.heard().includes('BODY_TOO_LARGE')), 'before it is sent')
    client.socket.end()
    t.match(await client.ended, /^HTTP\/1\.1 413 /)
  })

  t.test('more imports that wait than an organization may have', async (t) => {
    const idle = await testApp(t)
    const actor = await idle.actor('producer')
    for (let n = 0; n < 20; n += 1) await actor.request('POST', '/v1/imports', `{"n":${n}}`, LINES)
    const answer = await actor.request('POST', '/v1/imports', '{}', LINES)
    t.match(answer.body, { status: 422, code: 'LIMIT_EXCEEDED' })
    const eager = await idle.actor('producer')
    const send = (n: number) =>
      eager.request('POST', '/v1/imports', '{}', { ...LINES, 'idempotency-key': `${n >> 1}` })
    const sent = await Promise.all(Array.from({ length: 80 }, (_, n) => send(n)))
    const count = (status: number) => sent.filter((one) => one.status === status).length
    t.equal(count(202), 20, 'also where all come at once')
    t.ok(count(200) <= 20, 'the same again is no further one')
    t.equal(count(202) + count(200) + count(422), 80)
    const other = await idle.actor('producer')
    t.equal((await other.request('POST', '/v1/imports', '{}', LINES)).status, 202)
  })
})

t.test('protects', async (t) => {
  t.test('imports of others, which do not exist', async (t) => {
    const { service, producer, facility } = await works(t)
    const { id } = await imported(producer, lines(purchase(facility, randomUUID())))
    const stranger = await service.actor(['producer', 'admin'])
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/results'],
      ['DELETE', '']
    ] as const) {
      const answer = await stranger.request(method, `/v1/imports/${id}${path}`)
      t.match([answer.status, answer.body.code], [404, 'NOT_FOUND'], `${method} ${path}`)
    }
    t.same((await stranger.request('GET', '/v1/imports')).body.items, [])
    const colleague = await service.actor('producer', producer.organization)
    t.equal((await colleague.request('GET', `/v1/imports/${id}`)).status, 200)
  })

  t.test('what was recorded when an import is cancelled, and a second cancel', async (t) => {
    const idle = await testApp(t)
    const producer = await idle.actor('producer')
    const facility = await idle.facility(producer.organization)
    const answer = await producer.request(
      'POST',
      '/v1/imports',
      lines(purchase(facility, randomUUID())),
      LINES
    )
    const cancelled = await producer.request('DELETE', `/v1/imports/${answer.body.id}`)
    t.match(cancelled.body, { state: 'cancelled', failure: { code: 'CANCELLED' } })
    t.equal((await producer.request('DELETE', `/v1/imports/${answer.body.id}`)).status, 200)
    startImports(t, idle)
    const other = await imported(producer, lines(purchase(facility, randomUUID())))
    t.equal(other.state, 'done')
    const { body } = await producer.request('GET', `/v1/imports/${answer.body.id}`)
    t.match(body, { state: 'cancelled', progress: { items: 0 } }, 'nobody works on it any more')
  })

  t.test('the organization of a client that was revoked before its turn', async (t) => {
    const idle = await testApp(t)
    const boss = await idle.actor('producer')
    const facility = await idle.facility(boss.organization)
    const leaving = await idle.actor('producer', boss.organization)
    const batch = randomUUID()
    const answer = await leaving.request(
      'POST',
      '/v1/imports',
      lines(purchase(facility, batch)),
      LINES
    )
    t.equal((await boss.request('DELETE', `/v1/clients/${leaving.client}`)).status, 204)
    startImports(t, idle)
    const job = await ended(boss, answer.body.id)
    t.match(job, { state: 'failed', failure: { code: 'FORBIDDEN', message: /revoked/ } })
    const page = await boss.request('GET', `/v1/imports/${job.id}/results`)
    t.match(page.body, { items: [], state: 'failed', failure: { code: 'FORBIDDEN' } })
    t.equal((await boss.request('GET', `/v1/batches/${batch}`)).status, 404)
  })

  t.test('a hundred thousand rows of one event and of one id', async (t) => {
    const { producer, facility } = await works(t)
    const row = `x,2026-09-05T14:30:00Z,${facility},mined\n`
    const sheet = `event,time,facility,entry\n${row.repeat(99_000)}`
    const job = await imported(producer, sheet, { headers: SHEET })
    t.match(await results(producer, job.id), [
      { name: 'x', status: 'refused', findings: [{ code: 'CSV_LIMIT', actual: '99000 rows' }] }
    ])
    const note = `note,event,time,facility,entry,product_class,product_name,mass_value,mass_unit,mass_basis,assay_basis\n`
    const long = Array.from(
      { length: 200 },
      () => `,x,2026-09-05T14:30:00Z,${facility},mined,ore,${'n'.repeat(300)},1,KGM,dry,inherited\n`
    )
    const whole = await imported(producer, note + long.join(''), { headers: SHEET })
    t.match(await results(producer, whole.id), [
      { status: 'refused', findings: [{ code: 'CSV_LIMIT', expected: /65536 bytes/ }] }
    ])
    const event = JSON.stringify(purchase(facility, randomUUID()))
    const many = await imported(producer, `${event}\n`.repeat(5_000))
    t.match(many.progress, { items: 5_000, accepted: 1, replayed: 4_999, refused: 0 })
    t.equal(OXIDE.basis, 'oxide')
  })
})
