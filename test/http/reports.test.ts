import { randomUUID } from 'node:crypto'
import { parse } from 'csv-parse/sync'
import type { Test } from 'tap'
import t from 'tap'
import { canonicalHash } from '../../src/domain/canonical-json.ts'
import { elements, kg, oxides } from '../support/books.ts'
import { describedAnswers } from '../support/described-answers.ts'
import { readPdf } from '../support/read-pdf.ts'
import { readTable } from '../support/read-workbook.ts'
import type { Actor, TestApp } from '../support/service.ts'
import { testApp } from '../support/service.ts'
import { WORKBOOK } from '../support/xlsx.ts'

const DFARS = '/v1/reports/dfars-252.225-7052'
const CERTIFICATE = { kind: 'mill_certificate', level: 'documented', sha256: 'ab'.repeat(32) }

/** A supplier of oxide in Malaysia, a magnet maker in Germany with an alloy plant in Britain, a buyer. */
interface Chain {
  readonly service: TestApp
  readonly supplier: Actor
  readonly maker: Actor
  readonly buyer: Actor
  readonly separator: string
  readonly alloyPlant: string
  readonly magnetPlant: string
  record(actor: Actor, document: Record<string, unknown>): Promise<string>
  /** Makes 800 kg of magnets and returns their batch and the ferroboron's. */
  magnets(history?: Partial<History>): Promise<{ magnet: string; ferroboron: string }>
  /** Hands 500 kg over to the buyer. */
  sell(batch: string): Promise<void>
}

interface History {
  /** Where the ore of the rare earths was mined. */
  readonly ore: string
  /** Null: the history of the boron is not declared. */
  readonly boron: string | null
  readonly disclosure: string
  readonly custodyModel: string
}

const step = (element: string, country: string, steps: readonly string[], evidence: unknown) =>
  steps.map((name) => ({ element, step: name, country, evidence }))

async function chain(t: Test): Promise<Chain> {
  const service = await testApp(t, { now: () => new Date('2026-11-23T12:00:00Z') })
  // Whatever a report says is what the description says that reports say.
  const { watched } = await describedAnswers(t, service)
  const someone = async (role: 'producer' | 'buyer', name: string) =>
    watched(await service.actor(role, await service.organization({ name })))
  const supplier = await someone('producer', 'Oxides')
  const maker = await someone('producer', 'Magnets')
  const buyer = await someone('buyer', 'Motors')
  const at = (of: Actor, name: string, country: string) =>
    service.facility(of.organization, { name, country })
  const separator = await at(supplier, 'Separation', 'MY')
  const alloyPlant = await at(maker, 'Alloys', 'GB')
  const magnetPlant = await at(maker, 'Pressing', 'DE')
  const dock = await at(buyer, 'Dock', 'US')

  async function record(actor: Actor, document: Record<string, unknown>): Promise<string> {
    const answer = await actor.request('POST', '/v1/events', document)
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body, null, 1))
    return answer.body.id
  }

  async function handOver(
    [from, place]: [Actor, string],
    [to, dockOf]: [Actor, string],
    month: string,
    line: object
  ) {
    const shipment = await record(from, {
      type: 'ship',
      time: `2026-${month}-10T00:00:00Z`,
      facility: place,
      to: to.organization,
      ownership: 'transferred',
      lines: [line]
    })
    await record(to, {
      type: 'receive',
      time: `2026-${month}-12T00:00:00Z`,
      facility: dockOf,
      shipment,
      outcome: 'accepted',
      lines: [line]
    })
  }

  const purchase = (facility: string, batch: string, product: object, more: object) => ({
    type: 'commission',
    time: '2026-08-01T00:00:00Z',
    facility,
    outputs: [{ id: batch, product, entry: 'purchased', ...more }]
  })

  async function magnets(history: Partial<History> = {}) {
    const { ore = 'AU', boron = 'TR', disclosure = 'chain', custodyModel = 'segregated' } = history
    const [oxide, metal, iron, ferroboron, alloy, block, magnet] = Array.from({ length: 7 }, () =>
      randomUUID()
    ) as [string, string, string, string, string, string, string]
    await record(supplier, {
      ...purchase(
        separator,
        oxide,
        { class: 'separated_oxide', name: 'NdPr oxide' },
        {
          mass: kg('400'),
          assay: oxides({ Nd2O3: '73.5', Pr6O11: '26.3' }),
          custodyModel,
          disclosure,
          declared: [
            ...step('*', ore, ['mined'], [CERTIFICATE]),
            ...step('*', 'MY', ['refined', 'separated'], [CERTIFICATE])
          ]
        }
      ),
      disclosure
    })
    await handOver([supplier, separator], [maker, alloyPlant], '08', {
      batch: oxide,
      mass: kg('400')
    })
    await record(
      maker,
      purchase(
        alloyPlant,
        iron,
        { class: 'iron', name: 'Iron' },
        {
          mass: kg('700'),
          assay: elements({ Fe: '99.9' }),
          declared: step('Fe', 'SE', ['mined', 'refined', 'metal'], [CERTIFICATE])
        }
      )
    )
    await record(
      maker,
      purchase(
        alloyPlant,
        ferroboron,
        { class: 'ferroboron', name: 'Ferroboron' },
        {
          mass: kg('60'),
          assay: elements({ Fe: '81', B: '18' }),
          declared: [
            ...step('Fe', 'SE', ['mined', 'refined', 'metal'], [CERTIFICATE]),
            ...(boron ? step('B', boron, ['mined', 'refined', 'metal'], [CERTIFICATE]) : [])
          ]
        }
      )
    )
    const make = (
      facility: string,
      time: string,
      stages: string[],
      inputs: [string, string][],
      output: { id: string; class: string; mass: string; assay: unknown }
    ) =>
      record(maker, {
        type: 'transform',
        time,
        facility,
        stages,
        inputs: inputs.map(([batch, mass]) => ({ batch, mass: kg(mass) })),
        outputs: [
          {
            id: output.id,
            number: `${output.class}-${output.id.slice(0, 4)}`,
            product: { class: output.class, name: output.class },
            mass: kg(output.mass),
            assay: output.assay
          }
        ]
      })
    const METAL = elements({ Nd: '73.9', Pr: '25.9' })
    const MAGNET = elements({ Nd: '22.9', Pr: '7.9', Fe: '68.1', B: '0.98' })
    await make(alloyPlant, '2026-09-01T00:00:00Z', ['metal_making'], [[oxide, '400']], {
      ...{ id: metal, class: 'ree_metal', mass: '330', assay: METAL }
    })
    const melt: [string, string][] = [
      [metal, '310'],
      [iron, '640'],
      [ferroboron, '55']
    ]
    await make(alloyPlant, '2026-09-02T00:00:00Z', ['alloying'], melt, {
      ...{ id: alloy, class: 'alloy', mass: '990', assay: MAGNET }
    })
    await make(magnetPlant, '2026-09-03T00:00:00Z', ['powder', 'press_sinter'], [[alloy, '990']], {
      ...{ id: block, class: 'sintered_block', mass: '950', assay: MAGNET }
    })
    await make(
      magnetPlant,
      '2026-09-04T00:00:00Z',
      ['machining', 'magnetization'],
      [[block, '900']],
      {
        ...{ id: magnet, class: 'magnet', mass: '800', assay: MAGNET }
      }
    )
    return { magnet, ferroboron }
  }

  const sell = (batch: string) =>
    handOver([maker, magnetPlant], [buyer, dock], '10', { batch, mass: kg('500') })
  const sites = { separator, alloyPlant, magnetPlant }
  return { service, supplier, maker, buyer, ...sites, record, magnets, sell }
}

const ask = (batch: string, more = '') => `${DFARS}?batch=${batch}&deliveryDate=2027-01-15${more}`

t.test('accepts', async (t) => {
  const one = await chain(t)

  t.test('a question about a chain with its whole history, and names the evidence', async (t) => {
    const { maker, magnets, alloyPlant } = one
    const { magnet } = await magnets()
    const { status, body, headers } = await maker.request('GET', ask(magnet))
    t.equal(status, 200, JSON.stringify(body))
    t.same(body.verdict, { literal: 'pass', conservative: 'pass' })
    t.match(body, {
      report: 'dfars-252.225-7052',
      asOf: String,
      position: Number,
      dataCutoff: String,
      requester: maker.organization,
      ruleVersion: { clause: 'MAY 2024', scope: 'from-2027-01-01' },
      declaredByRequester: { deliveryDate: '2027-01-15' },
      disclaimer: /not legal advice/
    })
    const { contentHash, ...rest } = body
    t.equal(contentHash, canonicalHash(rest).toString('hex'))
    t.match(headers['content-type'], /^application\/json/)

    const [batch] = body.batches
    t.match(batch, { batch: magnet, material: 'NdFeB', massKg: '800', verified: true })
    const { literal, conservative } = batch.readings
    t.same(literal.elements, ['B', 'Fe', 'Nd'])
    t.same(conservative.elements, ['B', 'Fe', 'Nd', 'Pr'])
    const find = (element: string, step: string) =>
      literal.evidence.filter((row: { element: string; step: string }) => {
        return row.element === element && row.step === step
      })
    t.match(find('Nd', 'metal'), [
      {
        country: 'GB',
        share: '1',
        source: 'recorded',
        outcome: 'accepted',
        party: { id: alloyPlant, name: 'Alloys' },
        dates: ['2026-09-01'],
        references: [{ kind: 'event', sha256: /^[0-9a-f]{64}$/ }]
      }
    ])
    t.match(find('B', 'mined'), [
      {
        country: 'TR',
        source: 'declared',
        party: { id: maker.organization, name: 'Magnets' },
        references: [{ kind: 'event' }, { kind: 'mill_certificate', sha256: CERTIFICATE.sha256 }]
      }
    ])
    t.match(find('*', 'sintered'), [{ country: 'DE', share: '1' }])
  })

  t.test('the delivery date that decides, and the exception that is declared', async (t) => {
    const { maker, magnets } = one
    const { magnet } = await magnets({ ore: 'CN' })
    const on = async (query: string) => {
      const { body } = await maker.request('GET', `${DFARS}?batch=${magnet}&${query}`)
      return body.verdict.literal
    }
    t.equal(await on('deliveryDate=2026-12-31'), 'pass')
    t.equal(await on('deliveryDate=2027-01-01'), 'fail')
    const cots = 'deliveryDate=2027-01-01&cots=true'
    t.equal(await on(`${cots}&coveredMaterialSharePct=3`), 'exempt')
    t.equal(await on(`${cots}&coveredMaterialSharePct=50`), 'fail')
    t.equal(await on('deliveryDate=2026-12-31&endItemCountry=KP'), 'fail')
    const { body } = await maker.request('GET', `${DFARS}?batch=${magnet}&deliveryDate=2027-01-01`)
    t.match(body.batches[0].readings.literal.reasons, [
      { kind: 'covered_country', element: 'Nd', step: 'mined', country: 'CN', share: '1' }
    ])
    t.equal(body.batches[0].readings.literal.reasons.length, 1)
    t.equal(body.batches[0].readings.conservative.reasons.length, 2, 'Pr as well')
  })

  t.test('a chain with a gap, and says who can close it', async (t) => {
    const { maker, magnets } = one
    const { magnet, ferroboron } = await magnets({ boron: null })
    const { body } = await maker.request('GET', ask(magnet))
    t.same(body.verdict, { literal: 'unknown', conservative: 'unknown' })
    const { gaps } = body.batches[0].readings.literal
    t.same(
      gaps.map((gap: { element: string; step: string }) => `${gap.element} ${gap.step}`),
      ['B mined', 'B refined', 'B metal']
    )
    t.match(gaps[0], {
      kind: 'no_evidence',
      cause: 'no_record',
      share: '1',
      closers: [{ role: 'source', batch: ferroboron, party: { organization: maker.organization } }]
    })
  })

  t.test(
    'several batches with quantities as one delivery, the worst verdict for all',
    async (t) => {
      const { buyer, magnets, sell } = one
      const [good, bad] = [await magnets(), await magnets({ ore: 'RU' })]
      await sell(good.magnet)
      await sell(bad.magnet)
      const query = `batch=${good.magnet}&quantityKg=12.5&batch=${bad.magnet}&quantityKg=3`
      const { status, body } = await buyer.request(
        'GET',
        `${DFARS}?${query}&deliveryDate=2027-01-15`
      )
      t.equal(status, 200, JSON.stringify(body))
      t.equal(body.verdict.literal, 'fail')
      const each = Object.fromEntries(
        body.batches.map((batch: { batch: string }) => [batch.batch, batch])
      )
      t.match(each[good.magnet], { quantityKg: '12.5', readings: { literal: { verdict: 'pass' } } })
      t.match(each[bad.magnet], { quantityKg: '3', readings: { literal: { verdict: 'fail' } } })
      const turned = `batch=${bad.magnet}&quantityKg=3&batch=${good.magnet}&quantityKg=12.5`
      const again = await buyer.request('GET', `${DFARS}?deliveryDate=2027-01-15&${turned}`)
      t.same(again.body, body, 'the order of the question does not matter')
    }
  )

  t.test('a wish for CSV, a workbook or paper, by format or by Accept', async (t) => {
    const { maker, magnets } = one
    const { magnet } = await magnets({ boron: null })
    const json = await maker.request('GET', ask(magnet))
    const csv = await maker.request('GET', ask(magnet, '&format=csv'))
    t.match(csv.headers['content-type'], /^text\/csv/)
    t.match(
      csv.headers['content-disposition'],
      /filename="dfars-252\.225-7052-2027-01-15-at-\d+\.csv"/
    )
    const accepted = await maker.request('GET', ask(magnet), undefined, { accept: 'text/csv' })
    t.equal(accepted.raw.toString(), csv.raw.toString())
    const rows: Record<string, string>[] = parse(csv.raw, { columns: true })
    t.ok(rows.length > 20, `${rows.length} lines`)
    t.ok(rows.every(({ content_hash }) => content_hash === json.body.contentHash))
    t.ok(
      rows.some(
        (row) => row['gap_reason'] === 'no_record' && row['gap_closed_by'] === maker.organization
      )
    )
    const book = await maker.request('GET', ask(magnet, '&format=xlsx'))
    t.equal(book.headers['content-type'], WORKBOOK['content-type'])
    t.match(book.headers['content-disposition'], /-at-\d+\.xlsx"/)
    const wished = await maker.request('GET', ask(magnet), undefined, {
      accept: WORKBOOK['content-type']
    })
    t.ok(wished.raw.equals(book.raw), 'the same bytes')
    const table = await readTable(book.raw)
    const filled = rows.map((row) =>
      Object.fromEntries(Object.entries(row).filter(([, text]) => text !== ''))
    )
    t.same(table, filled, 'the table of the CSV')
    const paper = await maker.request('GET', ask(magnet, '&format=pdf'))
    t.equal(paper.headers['content-type'], 'application/pdf')
    t.match(paper.headers['content-disposition'], /-at-\d+\.pdf"/)
    const { pages, files } = readPdf(paper.raw)
    t.ok(files.get('report.json')?.equals(json.raw), 'the report itself, byte for byte')
    const text = pages.join('').replace(/\s/g, '')
    t.match(text, /^OriginverdictofmagnetsunderDFARS252\.225-7052/)
    t.match(text, /Literalreading:theelementsthattheclausenamesUNKNOWN/)
    t.ok(text.includes(json.body.contentHash))
    t.ok(rows.every(({ batch_number = '' }) => text.includes(batch_number)))
    const hashes = rows.flatMap(({ evidence_sha256 = '' }) => evidence_sha256.split(' '))
    t.ok(hashes.every((hash) => text.includes(hash)))
    const printed = await maker.request('GET', ask(magnet), undefined, {
      accept: 'application/pdf;q=0.9, text/html'
    })
    t.ok(printed.raw.equals(paper.raw), 'the same bytes')
    const other = await maker.request('GET', ask(magnet), undefined, { accept: 'text/html' })
    t.equal(other.status, 406)
  })

  t.test('a question of the past, whose bytes never change', async (t) => {
    const { maker, magnets } = one
    const { magnet } = await magnets()
    const first = await maker.request('GET', ask(magnet))
    const { position } = first.body
    await magnets()
    const then = await maker.request('GET', ask(magnet, `&asOf=${position}`))
    t.equal(then.raw.toString(), first.raw.toString())
    t.equal(then.headers['etag'], first.headers['etag'])
    const cached = await maker.request('GET', ask(magnet, `&asOf=${position}`), undefined, {
      'if-none-match': String(first.headers['etag'])
    })
    t.equal(cached.status, 304)
    const now = await maker.request('GET', ask(magnet))
    t.ok(now.body.position > position)
    t.not(now.headers['etag'], first.headers['etag'])
  })

  t.test('the question which reports there are', async (t) => {
    const { service, buyer } = one
    const { body } = await buyer.request('GET', '/v1/reports')
    const dfars = body.items.find(({ kind }: { kind: string }) => kind === 'dfars-252.225-7052')
    const required = dfars.parameters.filter(({ required }: { required: boolean }) => required)
    t.same(
      required.map(({ name }: { name: string }) => name),
      ['batch', 'deliveryDate']
    )
    const { body: description } = await service.request('GET', '/openapi.json')
    const documented = description.paths[DFARS].get.parameters
      .filter((parameter: { in?: string }) => parameter.in === 'query')
      .map(({ name }: { name: string }) => name)
    t.same(
      [...dfars.parameters.map(({ name }: { name: string }) => name), 'format'].sort(),
      documented.sort(),
      'the list and the API description name the same parameters'
    )
  })
})

t.test('refuses', async (t) => {
  const { maker, supplier, magnets, separator, record } = await chain(t)
  const { magnet } = await magnets()
  const refused = async (url: string, parameter: string, message: RegExp) => {
    const { status, body } = await maker.request('GET', url)
    t.equal(status, 400, url)
    t.equal(body.code, 'REQUEST_INVALID', url)
    t.equal(body.errors?.[0]?.pointer, parameter, JSON.stringify(body))
    t.match(`${body.detail} ${body.errors?.[0]?.message}`, message)
  }
  await refused(`${DFARS}?batch=${magnet}`, 'deliveryDate', /add deliveryDate=YYYY-MM-DD/)
  await refused(
    `${DFARS}?batch=${magnet}&deliveryDate=2027-02-30`,
    'deliveryDate',
    /date.*like 2026-/
  )
  await refused(
    `${DFARS}?batch=${magnet}&deliveryDate=2024-05-29`,
    'deliveryDate',
    /MAY 2024 is in force from 2024-05-30/
  )
  await refused(`${DFARS}?deliveryDate=2027-01-15`, 'batch', /required/)
  await refused(ask('magnet-7'), 'batch/0', /uuid/)
  await refused(ask(magnet, `&batch=${magnet}`), 'batch', /duplicate|twice/)
  await refused(ask(magnet, '&quantityKg=1&quantityKg=2'), 'quantityKg', /one quantityKg for each/)
  await refused(ask(magnet, '&quantityKg=800.1'), 'quantityKg', /more than batch .* 800 kg/)
  await refused(ask(magnet, '&quantityKg=0'), 'quantityKg', /above 0/)
  await refused(ask(magnet, '&quantityKg=1e3'), 'quantityKg/0', /pattern .*, like 12\.5/)
  await refused(ask(magnet, '&clauseVersion=JAN%201999'), 'clauseVersion', /known are: MAY 2024/)
  await refused(ask(magnet, '&endItemCountry=XX'), 'endItemCountry', /ISO 3166/)
  await refused(ask(magnet, '&material=SmCo'), 'material', /shows NdFeB/)
  await refused(ask(magnet, '&coveredMaterialSharePct=101'), 'coveredMaterialSharePct', /pattern/)
  await refused(ask(magnet, '&cots=perhaps'), 'cots', /boolean/)
  await refused(ask(magnet, '&asOf=2030-01-01T00:00:00Z'), 'asOf', /future|position/)
  await refused(ask(magnet, '&asOf=yesterday'), 'asOf', /neither/)
  await refused(ask(magnet, '&deliverydate=2027-01-15'), 'deliverydate', /not known/)

  const oxide = randomUUID()
  await record(supplier, {
    type: 'commission',
    time: '2026-08-01T00:00:00Z',
    facility: separator,
    outputs: [
      {
        id: oxide,
        product: { class: 'separated_oxide', name: 'Nd oxide' },
        entry: 'purchased',
        mass: kg('10'),
        assay: oxides({ Nd2O3: '99.5' })
      }
    ]
  })
  const about = await supplier.request('GET', ask(oxide))
  t.equal(about.status, 400)
  t.match(about.body.detail, /shows no NdFeB or SmCo magnet/)
  const early = await maker.request('GET', ask(magnet, '&asOf=0'))
  t.equal(early.status, 404, 'a batch that was not known then')
})

t.test('refuses a report that would fill the memory, and goes on', async (t) => {
  const { maker, alloyPlant, magnetPlant, record, magnets } = await chain(t)
  const documents = Array.from({ length: 5 }, (_, index) => ({
    ...CERTIFICATE,
    sha256: `${index}`.repeat(64)
  }))
  const assay = elements({ Nd: '22.9', Pr: '7.9', Fe: '68.1', B: '0.98' })
  const alloys = Array.from({ length: 900 }, () => randomUUID())
  for (let from = 0; from < alloys.length; from += 150) {
    await record(maker, {
      type: 'commission',
      time: '2026-08-01T00:00:00Z',
      facility: alloyPlant,
      outputs: alloys.slice(from, from + 150).map((id) => ({
        id,
        product: { class: 'alloy', name: 'Alloy' },
        entry: 'purchased',
        mass: kg('1'),
        assay,
        declared: step('*', 'GB', ['mined', 'refined', 'separated', 'metal'], documents)
      }))
    })
  }
  const magnet = randomUUID()
  await record(maker, {
    type: 'transform',
    time: '2026-09-03T00:00:00Z',
    facility: magnetPlant,
    stages: ['powder', 'press_sinter', 'machining', 'magnetization'],
    inputs: alloys.map((batch) => ({ batch, mass: kg('1') })),
    outputs: [{ id: magnet, product: { class: 'magnet', name: 'M' }, mass: kg('890'), assay }]
  })
  for (const format of ['json', 'csv']) {
    const { status, body } = await maker.request('GET', ask(magnet, `&format=${format}`))
    t.equal(status, 422)
    t.match(body, { code: 'LIMIT_EXCEEDED', detail: /fewer batches/ })
  }
  const other = await magnets()
  t.equal((await maker.request('GET', ask(other.magnet))).status, 200)
})

t.test('protects', async (t) => {
  const one = await chain(t)

  t.test('batches that the caller may not see, as if they did not exist', async (t) => {
    const { service, buyer, magnets, sell } = one
    const { magnet } = await magnets()
    const before = await buyer.request('GET', ask(magnet))
    const unknown = await buyer.request('GET', ask(randomUUID()))
    t.equal(before.status, 404)
    t.equal(unknown.status, 404)
    t.same(Object.keys(before.body), Object.keys(unknown.body))
    await sell(magnet)
    t.equal((await buyer.request('GET', ask(magnet))).status, 200)
    const verifier = await service.actor('verifier')
    t.equal((await verifier.request('GET', ask(magnet))).status, 403)
    t.equal((await service.request('GET', ask(magnet))).status, 401)
  })

  t.test('who is behind restricted history, and keeps its country and share', async (t) => {
    const { supplier, maker, buyer, separator, magnets, sell } = one
    const { magnet } = await magnets({ ore: 'CN', disclosure: 'restricted' })
    await sell(magnet)
    const { body, raw } = await buyer.request('GET', ask(magnet))
    t.equal(body.verdict.literal, 'fail')
    const row = body.batches[0].readings.literal.evidence.find(
      ({ element, step }: { element: string; step: string }) => element === 'Nd' && step === 'mined'
    )
    t.match(row, { country: 'CN', share: '1', party: { id: null, name: null } })
    t.same([row.dates, row.references], [[], []])
    for (const secret of [supplier.organization, separator, 'Oxides', 'Separation']) {
      t.notOk(raw.toString().includes(secret), `the buyer does not learn ${secret}`)
    }
    const csv = await buyer.request('GET', ask(magnet, '&format=csv'))
    t.notOk(csv.raw.toString().includes(supplier.organization))
    t.match(csv.raw.toString(), /restricted/)
    const { raw: own } = await maker.request('GET', ask(magnet))
    t.ok(own.toString().includes(supplier.organization), 'its customer does')
  })

  t.test('claims from a custody model that says nothing of physical origin', async (t) => {
    const { maker, magnets } = one
    const { magnet } = await magnets({ custodyModel: 'mass_balance' })
    const { body } = await maker.request('GET', ask(magnet))
    t.same(body.verdict, { literal: 'unknown', conservative: 'unknown' })
    t.match(body.batches[0], { verified: false, unverifiedBecause: 'custody_model' })
  })
})
