import { randomUUID } from 'node:crypto'
import t from 'tap'
import { verifyBooks } from '../../../src/registry/audit/verify-books.ts'
import { reevaluateStep } from '../../../src/registry/books/reevaluate.ts'
import { findingsClosedOtherwise } from '../../../src/storage/audit/audit-hands.ts'
import { elements, kg, oxides } from '../../support/books.ts'
import { testApp } from '../../support/service.ts'

const OXIDE = oxides({ Nd2O3: '73.24', Pr6O11: '26.24', La2O3: '0.02', CeO2: '0.03' })
const METAL = elements({ Nd: '73.9', Pr: '25.6', Fe: '0.3' })

const service = await testApp(t, { now: () => new Date('2026-11-23T12:00:00Z') })
const maker = await service.actor('producer')
const buyer = await service.actor('producer')
const facility = await service.facility(maker.organization)

async function accept(document: object) {
  const answer = await maker.request('POST', '/v1/events', { facility, ...document })
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  while ((await reevaluateStep(service.deps)) > 0);
  return answer.body
}

const correct = (event: string, correctiveEvent?: string) => ({
  id: randomUUID(),
  type: 'correct',
  time: '2026-11-02T08:00:00Z',
  event,
  reason: correctiveEvent ? 'incorrect_data' : 'did_not_occur',
  ...(correctiveEvent && { correctiveEvent })
})

async function bought(): Promise<string> {
  const oxide = randomUUID()
  const product = { class: 'separated_oxide', name: 'NdPr oxide' }
  const outputs = [{ id: oxide, product, entry: 'purchased', mass: kg('1000'), assay: OXIDE }]
  await accept({ type: 'commission', time: '2026-09-02T06:00:00Z', outputs })
  return oxide
}

const smelt = (oxide: string, metal: string, outKg: string, more = {}) => ({
  id: randomUUID(),
  type: 'transform',
  time: '2026-10-01T06:00:00Z',
  stages: ['metal_making'],
  inputs: [{ batch: oxide, mass: kg('1000') }],
  outputs: [
    { id: metal, product: { class: 'ree_metal', name: 'Metal' }, mass: kg(outKg), assay: METAL }
  ],
  ...more
})

const told = async (batch: string, status: string, actor = maker) => {
  const url = `/v1/findings?batch=${batch}&status=${status}`
  const { items } = (await actor.request('GET', url)).body
  return items.map((item: Record<string, never>) => [
    item['code'],
    item['event'],
    item['resolution']?.['reason'] ?? null
  ])
}

t.test(
  'what was said of a wrong event does not stand beside what is said of the right one',
  async (t) => {
    const [oxide, metal, right] = [await bought(), randomUUID(), randomUUID()]
    // Of a tonne of oxide some 825 kg of metal can be made: 700 kg is little.
    const wrong = smelt(oxide, metal, '700')
    await accept(wrong)
    const { id: corrects } = await accept(correct(wrong.id, right))
    t.same(await told(metal, 'open'), [])
    const { position } = await accept(smelt(oxide, metal, '690', { id: right, corrects }))
    const loss = ['MB_ELEMENT_LOSS', right, null]
    t.same(await told(metal, 'open'), [loss, loss])
    const gone = ['MB_ELEMENT_LOSS', wrong.id, 'the event was corrected']
    t.same(await told(metal, 'resolved'), [gone, gone])
    const url = `/v1/batches/${metal}/findings?asOf=${position - 2}`
    const { items } = (await maker.request('GET', url)).body
    t.match(items, [{ resolution: null }, { resolution: null }], 'it stood until then')
  }
)

t.test(
  'of an event that did not occur nothing is left open, unless somebody closed it before',
  async (t) => {
    const [oxide, metal] = [await bought(), randomUUID()]
    const wrong = smelt(oxide, metal, '700')
    await accept(wrong)
    const { items } = (await maker.request('GET', `/v1/findings?batch=${metal}`)).body
    const reason = 'The furnace leaked.'
    await maker.request('POST', `/v1/findings/${items[0].id}/resolution`, { reason })
    await accept(correct(wrong.id))
    t.same(
      (await told(metal, 'resolved')).map(([, , why]: string[]) => why),
      [reason, 'the event was corrected']
    )
  }
)

t.test(
  'whoever holds what a correction contested is told so until it is declared again',
  async (t) => {
    const [oxide, metal, right] = [await bought(), randomUUID(), randomUUID()]
    const smelted = smelt(oxide, metal, '780')
    await accept(smelted)
    const shipment = randomUUID()
    const lines = [{ batch: metal, mass: kg('780') }]
    await accept({
      ...{ type: 'ship', id: shipment, time: '2026-10-03T06:00:00Z', to: buyer.organization },
      ...{ ownership: 'transferred', lines }
    })
    const received = await buyer.request('POST', '/v1/events', {
      ...{ type: 'receive', time: '2026-10-04T06:00:00Z', outcome: 'accepted', shipment, lines },
      facility: await service.facility(buyer.organization)
    })
    t.equal(received.status, 201)
    const commission = await maker.request('GET', `/v1/batches/${oxide}`)
    await accept(correct(commission.body.event))
    t.same(await told(metal, 'open', buyer), [['BATCH_CONTESTED', smelted.id, null]])
    const { id: corrects } = await accept(correct(smelted.id, right))
    t.same(await told(metal, 'open', buyer), [['BATCH_CONTESTED', smelted.id, null]])
    const other = await bought()
    await accept(smelt(other, metal, '780', { id: right, corrects }))
    t.same(
      (await told(metal, 'resolved', buyer)).length + (await told(metal, 'open', buyer)).length,
      1
    )
  }
)

t.test(
  'whoever uses a contested batch is told, and so is whoever asks of what was made of it',
  async (t) => {
    const [oxide, metal, right] = [await bought(), randomUUID(), randomUUID()]
    const { body } = await maker.request('GET', `/v1/batches/${oxide}`)
    await accept(smelt(oxide, metal, '780'))
    const { id: corrects } = await accept(correct(body.event, right))
    const [one, other] = [randomUUID(), randomUUID()]
    const product = { class: 'ree_metal', name: 'Metal' }
    const blend = await accept({
      ...{ type: 'transform', time: '2026-10-05T06:00:00Z', stages: ['storage_transport_trade'] },
      inputs: [{ batch: metal, mass: kg('100') }],
      outputs: [one, other].map((id) => ({ id, product, mass: kg('50'), assay: 'inherited' }))
    })
    const warned = { code: 'INPUT_CONTESTED', severity: 'warning', pointer: '/inputs/0/batch' }
    t.match(blend.findings, [warned])
    const of = async (batch: string) =>
      (await maker.request('GET', `/v1/batches/${batch}/findings`)).body.items
    for (const batch of [one, other]) {
      t.equal((await maker.request('GET', `/v1/batches/${batch}`)).body.status, 'contested')
      t.match(await of(batch), [{ ...warned, resolution: null }])
    }
    const outputs = [{ id: oxide, product: { class: 'separated_oxide', name: 'NdPr oxide' } }]
    await accept({
      ...{ type: 'commission', id: right, corrects, time: '2026-09-02T06:00:00Z' },
      outputs: outputs.map((output) => ({
        ...{ ...output, entry: 'purchased', mass: kg('1000'), assay: OXIDE }
      }))
    })
    for (const batch of [one, other]) {
      t.equal((await maker.request('GET', `/v1/batches/${batch}`)).body.status, 'clear')
      t.match(await of(batch), [{ ...warned, resolution: 'evaluated again' }])
    }
  }
)

t.test('what names one output is not told of another', async (t) => {
  const oxide = await bought()
  const metal = { class: 'ree_metal', name: 'Metal' }
  const [odd, plain] = [randomUUID(), randomUUID()]
  await accept({
    ...{ type: 'transform', time: '2026-10-01T06:00:00Z', stages: ['metal_making'] },
    inputs: [{ batch: oxide, mass: kg('1000') }],
    outputs: [
      { id: odd, product: metal, mass: { ...kg('400'), moisturePct: '0.5' }, assay: METAL },
      { id: plain, product: metal, mass: kg('390'), assay: METAL }
    ]
  })
  const codes = async (batch: string) =>
    (await maker.request('GET', `/v1/batches/${batch}/findings`)).body.items.map(
      ({ code }: { code: string }) => code
    )
  t.same([await codes(odd), await codes(plain)], [['MOISTURE_UNUSED'], []])
})

t.test('books verify and fsck expect it so', async (t) => {
  t.same(await findingsClosedOtherwise(service.deps.db), [])
  t.same((await verifyBooks(service.deps)).differences, [])
})

t.test('fsck takes what older books left open', async (t) => {
  const { db } = service.deps
  await db.query({
    text: `update finding set resolved_position = null, resolution = null
      where resolution = 'the event was corrected'`
  })
  t.same(await findingsClosedOtherwise(db), [])
})
