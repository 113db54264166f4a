import { randomUUID } from 'node:crypto'
import t from 'tap'
import { verifyBooks } from '../../src/registry/audit/verify-books.ts'
import { reevaluateStep } from '../../src/registry/books/reevaluate.ts'
import { elements, kg, oxides } from '../support/books.ts'
import { testApp } from '../support/service.ts'

const service = await testApp(t, { now: () => new Date('2026-11-23T12:00:00Z') })
const maker = await service.actor('producer')
const facility = await service.facility(maker.organization)

type Document = Record<string, unknown>

const record = (document: Document) =>
  maker.request('POST', '/v1/events', { id: randomUUID(), facility, ...document })

async function lot(
  product: string,
  mass: string,
  assay: Document,
  more: Document = {},
  at: string = facility
) {
  const id = randomUUID()
  const named = { id, product: { class: product, name: product }, mass: kg(mass), assay }
  const outputs = [{ entry: 'purchased', ...named, ...more }]
  const { status, body } = await record({
    type: 'commission',
    time: '2026-09-01T06:00:00Z',
    facility: at,
    outputs
  })
  if (status !== 201) throw new Error(JSON.stringify(body))
  return id
}

const output = (product: string, mass: string, assay: unknown, id: string = randomUUID()) => ({
  outputs: [{ id, product: { class: product, name: product }, mass: kg(mass), assay }]
})

const transform = (stage: string, inputs: Record<string, string>, more: Document) =>
  record({
    type: 'transform',
    time: '2026-10-01T06:00:00Z',
    stages: [stage],
    inputs: Object.entries(inputs).map(([batch, mass]) => ({ batch, mass: kg(mass) })),
    ...more
  })

const UNASSAYED = { status: 201, body: { findings: [{ code: 'MB_UNASSAYED' }] } }
const GAIN = { status: 422, body: { findings: [{ code: 'MB_ELEMENT_GAIN' }] } }

/** Of 1,000 kg: less than 1 kg dysprosium by an assay that leaves half of the oxide unexplained. */
const BOUNDED = oxides({ Nd2O3: '50', Dy2O3: '<0.1' })
const metal = (Dy: string) => elements({ Nd: '99.4', Dy })

t.test('a bound is the most that comes out', async (t) => {
  const within = await lot('separated_oxide', '1000', BOUNDED)
  t.match(
    await transform('metal_making', { [within]: '1000' }, output('ree_metal', '420', metal('0.2'))),
    UNASSAYED,
    '0.84 kg, and 0.871 kg are left open'
  )
  const beyond = await lot('separated_oxide', '1000', BOUNDED)
  const refused = await transform(
    'metal_making',
    { [beyond]: '1000' },
    output('ree_metal', '420', metal('0.4'))
  )
  t.match(refused, GAIN, '1.68 kg: the part that no line explains is no dysprosium')
  t.match(refused.body.findings[0].expected, /^at most 0\.955/)
})

t.test('a part of a batch leaves open its part', async (t) => {
  const batch = await lot('separated_oxide', '2000', BOUNDED)
  const part = { [batch]: '1000' }
  t.match(await transform('metal_making', part, output('ree_metal', '420', metal('0.4'))), GAIN)
  t.match(
    await transform('metal_making', part, output('ree_metal', '420', metal('0.2'))),
    UNASSAYED
  )
})

t.test('also where the assay speaks for all elements', async (t) => {
  const treo = { basis: 'TREO', unit: 'P1', treo: '6' }
  const values = { La2O3: '30', CeO2: '50', Nd2O3: '19.8', Dy2O3: '<0.5' }
  const ore = await lot('ore', '100000', { ...treo, values }, { entry: 'mined' })
  const trace = { unit: '59', values: { Th: '20', U: '<5' } }
  const concentrate = (Dy2O3: string) => ({
    ...treo,
    treo: '50',
    values: { ...values, Nd2O3: '19.6', Dy2O3 },
    trace
  })
  const made = randomUUID()
  t.match(
    await transform(
      'beneficiation',
      { [ore]: '50000' },
      output('concentrate', '4000', concentrate('0.4'), made)
    ),
    UNASSAYED,
    'what was below the limit of the ore is measured in the concentrate'
  )
  const { body } = await maker.request('GET', `/v1/batches/${made}/origins?element=Dy`)
  t.match(body.elements, [{ shares: [{ kind: 'mine', share: '1' }], unknown: '0' }])
  t.match(
    await transform(
      'beneficiation',
      { [ore]: '50000' },
      output('concentrate', '4000', concentrate('0.9'))
    ),
    GAIN
  )
})

t.test('a blend leaves open what its lots do', async (t) => {
  const lots = {
    [await lot('separated_oxide', '500', BOUNDED)]: '500',
    [await lot('separated_oxide', '500', oxides({ Nd2O3: '50', Dy2O3: '0.02' }))]: '500'
  }
  const silo = randomUUID()
  const blended = await transform(
    'storage_transport_trade',
    lots,
    output('separated_oxide', '1000', 'inherited', silo)
  )
  t.match(blended, { status: 201, body: { findings: [] } })
  const { body } = await maker.request('GET', `/v1/batches/${silo}`)
  t.match(body.elementsKg.Dy, /^0\.087/, 'and states what they state')
  const part = { [silo]: '1000' }
  t.match(await transform('metal_making', part, output('ree_metal', '420', metal('0.2'))), GAIN)
  t.match(
    await transform('metal_making', part, output('ree_metal', '420', metal('0.12'))),
    UNASSAYED
  )
})

t.test('a campaign leaves open what was fed, also when it is evaluated again', async (t) => {
  const [first, second] = [
    await lot('separated_oxide', '1000', BOUNDED),
    await lot('separated_oxide', '1000', BOUNDED)
  ]
  const campaign = { campaign: 'C-1' }
  await transform('metal_making', { [first]: '1000' }, { ...campaign, outputs: [] })
  const fed = await transform('metal_making', { [second]: '1000' }, { ...campaign, outputs: [] })
  const tapped = (Dy: string, id?: string) =>
    transform('metal_making', {}, { ...campaign, ...output('ree_metal', '420', metal(Dy), id) })
  t.match(await tapped('0.5'), {
    status: 422,
    body: { findings: [{ code: 'CAMPAIGN_OVERDRAWN' }] }
  })
  const made = randomUUID()
  t.match(await tapped('0.4', made), UNASSAYED)
  const correction = { time: '2026-10-02T06:00:00Z', event: fed.body.id, reason: 'did_not_occur' }
  await record({ type: 'correct', ...correction })
  while ((await reevaluateStep(service.deps)) > 0);
  const { body } = await maker.request('GET', `/v1/batches/${made}`)
  t.equal(body.status, 'contested', 'one lot leaves open half')
})

t.test('a campaign leaves open what one feed bounds and another holds none of', async (t) => {
  const treo = { basis: 'TREO', unit: 'P1', treo: '6' }
  const light = { ...treo, values: { La2O3: '40', CeO2: '40', Nd2O3: '20' } }
  const bounded = { ...treo, values: { La2O3: '40', CeO2: '40', Nd2O3: '19.7', Dy2O3: '<0.5' } }
  const elsewhere = await service.facility(maker.organization, { country: 'AU' })
  const lots = {
    [await lot('ore', '10000', light, { entry: 'mined' }, elsewhere)]: '10000',
    [await lot('ore', '10000', bounded, { entry: 'mined' })]: '10000'
  }
  const campaign = { campaign: 'C-2' }
  t.match(await transform('beneficiation', lots, { ...campaign, outputs: [] }), { status: 201 })
  const made = randomUUID()
  const assay = {
    ...treo,
    treo: '40',
    values: { La2O3: '40', CeO2: '40', Nd2O3: '19.8', Dy2O3: '0.2' },
    trace: { unit: '59', values: { Th: '20', U: '<5' } }
  }
  const tapped = { ...campaign, ...output('concentrate', '2000', assay, made) }
  t.match(await transform('beneficiation', {}, tapped), UNASSAYED)
  const { body } = await maker.request('GET', `/v1/batches/${made}/origins?element=Dy`)
  t.match(body.elements, [{ unknown: '0' }], 'it is of the mines of the campaign')
})

t.test('a source that holds none of an element has no part in a little more of it', async (t) => {
  const treo = { basis: 'TREO', unit: 'P1', treo: '6' }
  const light = { ...treo, values: { La2O3: '40', CeO2: '40', Nd2O3: '20' } }
  const heavy = { ...treo, values: { La2O3: '40', CeO2: '40', Nd2O3: '10', Dy2O3: '10' } }
  const elsewhere = await service.facility(maker.organization, { country: 'AU' })
  const lots = {
    [await lot('ore', '10000', light, { entry: 'mined' }, elsewhere)]: '10000',
    [await lot('ore', '10000', heavy, { entry: 'mined' })]: '10000'
  }
  const made = randomUUID()
  // 60 kg of Dy2O3 go in, 61.2 come out: within the tolerance.
  const assay = {
    ...treo,
    treo: '40',
    values: { La2O3: '40', CeO2: '39.9', Nd2O3: '15', Dy2O3: '5.1' },
    trace: { unit: '59', values: { Th: '20', U: '<5' } }
  }
  const done = await transform('beneficiation', lots, output('concentrate', '3000', assay, made))
  t.match(done, { status: 201 })
  const { body } = await maker.request('GET', `/v1/batches/${made}/origins?element=Dy&by=facility`)
  t.equal(body.elements[0].shares.length, 1)
})

t.test(
  'what a bound leaves open is asked about in a report, also where it is inherited',
  async (t) => {
    const block = await lot(
      'sintered_block',
      '100',
      elements({ Nd: '30', Fe: '68', B: '1', Dy: '<0.5' })
    )
    const made = randomUUID()
    const inherited = output('magnet', '100', 'inherited', made)
    t.match(await transform('magnetization', { [block]: '100' }, inherited), { status: 201 })
    for (const batch of [block, made]) {
      const { body } = await maker.request(
        'GET',
        `/v1/reports/dfars-252.225-7052?batch=${batch}&deliveryDate=2027-01-15`
      )
      t.same(body.batches[0].readings.conservative.elements, ['B', 'Dy', 'Fe', 'Nd'])
    }
  }
)

t.test('what may be in it has the history that is told of it', async (t) => {
  const declared = [
    { element: '*', step: 'mined', country: 'AU' },
    { element: 'Dy', step: 'mined', country: 'CN' }
  ]
  const silent = oxides({ Nd2O3: '50' })
  for (const assay of [BOUNDED, silent]) {
    const batch = await lot('separated_oxide', '1000', assay, { declared })
    const made = randomUUID()
    const metals = output('ree_metal', '420', metal('0.2'), made)
    t.match(await transform('metal_making', { [batch]: '1000' }, metals), UNASSAYED)
    const { body } = await maker.request('GET', `/v1/batches/${made}/origins?element=Dy`)
    t.match(body.elements, [{ shares: [{ country: 'CN', share: '1' }], unknown: '0' }])
    const recycled = await maker.request('GET', `/v1/batches/${batch}/recycled`)
    const found = recycled.body.elements.find(({ element }: Document) => element === 'Dy')
    t.match(found, { totalKg: null, postConsumerShare: null }, 'nobody knows that it is there')
    t.match((await maker.request('GET', `/v1/reports/gaps?batch=${made}`)).status, 200)
  }
})

t.test('a history that is told survives a blend which does not state the element', async (t) => {
  const told = (country: string) => [
    { element: '*', step: 'mined', country: 'AU' },
    { element: 'Dy', step: 'mined', country }
  ]
  const oxide = (country: string, Dy2O3: string) =>
    lot('separated_oxide', '500', oxides({ Nd2O3: '50', Dy2O3 }), { declared: told(country) })
  const bounded = await oxide('CN', '<0.3')
  const blends = [
    {
      lots: [bounded, await oxide('MM', '<0.1')],
      shares: { CN: /^0\.74999999/, MM: /^0\.25000000/ }
    },
    {
      lots: [await oxide('CN', '<0.3'), await oxide('MM', '0.01')],
      shares: { CN: '0.5', MM: '0.5' }
    }
  ]
  for (const { lots, shares } of blends) {
    const [blend, made] = [randomUUID(), randomUUID()]
    const inputs = Object.fromEntries(lots.map((id) => [id, '500']))
    const silent = output('separated_oxide', '1000', oxides({ Nd2O3: '50' }), blend)
    t.equal((await transform('storage_transport_trade', inputs, silent)).status, 201)
    const metals = output('ree_metal', '420', metal('0.2'), made)
    t.match(await transform('metal_making', { [blend]: '1000' }, metals), UNASSAYED)
    for (const batch of [blend, made]) {
      const { body } = await maker.request('GET', `/v1/batches/${batch}/origins?element=Dy`)
      const [found] = body.elements
      t.match(
        Object.fromEntries(found.shares.map((each: Document) => [each['country'], each['share']])),
        shares
      )
      t.same(found.feed, batch === blend ? {} : { primary: '1' }, 'none where it may be absent')
    }
  }
})

t.test('a blend that rules the element out has no history of it', async (t) => {
  const declared = [{ element: 'Dy', step: 'mined', country: 'CN' }]
  const batch = await lot('separated_oxide', '1000', BOUNDED, { declared })
  const refined = randomUUID()
  const closed = output('ree_metal', '420', elements({ Nd: '99.9' }), refined)
  t.equal((await transform('metal_making', { [batch]: '1000' }, closed)).status, 201)
  const { body } = await maker.request('GET', `/v1/batches/${refined}/origins?element=Dy`)
  t.same(body.elements, [])
})

t.test('the stored books equal a replay', async (t) => {
  t.same((await verifyBooks(service.deps)).differences, [])
})
