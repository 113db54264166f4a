import { randomUUID } from 'node:crypto'
import t from 'tap'
import { elements, kg } from '../support/books.ts'
import { oreChain } from '../support/ore-chain.ts'

const ALLOY = elements({ Nd: '23', Pr: '7', Dy: '1', B: '1', Fe: '68' })
const batch = (product: string, mass: string, more: object = {}) => ({
  product: { class: product, name: product },
  mass: kg(mass),
  assay: ALLOY,
  ...more
})

/** Powder of 60 kg of old magnets from two countries, 20 kg bought cuttings and 20 kg new alloy. */
async function powder(t: Parameters<typeof oreChain>[0], claims: object[] = []) {
  const chain = await oreChain(t)
  const maker = await chain.party('Recycler', 'FI')
  const scrap = (mass: string, entry: string, sourceCountry?: string) =>
    maker.commission(
      batch('magnet_scrap', mass, { entry, ...(sourceCountry ? { sourceCountry } : {}) })
    )
  const inputs = [
    [await scrap('40', 'post_consumer_scrap', 'DE'), '40'],
    [await scrap('20', 'post_consumer_scrap'), '20'],
    [await scrap('20', 'pre_consumer_scrap', 'JP'), '20'],
    [await maker.commission(batch('recycled_powder', '20', { entry: 'purchased' })), '20']
  ] as const
  const id = randomUUID()
  const event = {
    type: 'transform',
    stages: ['hpms'],
    inputs: inputs.map(([from, mass]) => ({ batch: from, mass: kg(mass) })),
    outputs: [batch('recycled_powder', '90', { id, claimedRecycled: claims })]
  }
  return { chain, maker, id, event }
}

t.test('accepts: post-consumer and pre-consumer apart, with the countries of scrap', async (t) => {
  const claims = [{ element: 'Nd', postConsumerPct: '60', preConsumerPct: '20' }]
  const { maker, id, event } = await powder(t, claims)
  t.same((await maker.record(event)).body.findings, [])
  const { status, body } = await maker.request('GET', `/v1/batches/${id}/recycled`)
  t.equal(status, 200)
  t.match(body, { batch: id, verified: true, claimed: claims, position: Number, asOf: String })
  t.same(
    body.elements.slice(0, 8).map((each: { element: string }) => each.element),
    ['Nd', 'Dy', 'Pr', 'Tb', 'B', 'Sm', 'Ni', 'Co'],
    'those that the regulation asks for come first'
  )
  t.match(body.elements[0], {
    totalKg: '20.7',
    postConsumerShare: '0.600000',
    preConsumerShare: '0.200000',
    feed: { primary: '0.2', post_consumer: '0.6', pre_consumer: '0.2', same_process: '0' },
    scrapFrom: [
      { kind: 'post_consumer', country: null, share: '0.2' },
      { kind: 'post_consumer', country: 'DE', share: '0.4' },
      { kind: 'pre_consumer', country: 'JP', share: '0.2' }
    ]
  })
  const terbium = { element: 'Tb', totalKg: null, postConsumerShare: null, feed: null }
  t.match(body.elements[3], terbium, 'null for an absent element, never 0')
})

t.test('refuses a batch that is not there, and a claim beyond what went in', async (t) => {
  const { maker, event } = await powder(t, [{ element: 'Nd', postConsumerPct: '61' }])
  const answer = await maker.request('GET', `/v1/batches/${randomUUID()}/recycled`)
  t.equal(answer.status, 404)
  const document = { facility: maker.facility, time: '2026-10-01T00:00:00Z', ...event }
  const refused = await maker.request('POST', '/v1/events', document)
  t.match(refused.body.findings, [
    { code: 'RECYCLED_SHARE_EXCEEDS', rule: 'R15', expected: 'at most 60 %' }
  ])
})

t.test('refuses a claim that is split into parts which add up to too much', async (t) => {
  const { maker, event } = await powder(t, [
    { element: 'Nd', postConsumerPct: '40' },
    { element: 'Nd', postConsumerPct: '20.1' }
  ])
  const document = { facility: maker.facility, time: '2026-10-01T00:00:00Z', ...event }
  const refused = await maker.request('POST', '/v1/events', document)
  t.match(refused.body.findings, [
    {
      code: 'RECYCLED_SHARE_EXCEEDS',
      pointer: '/outputs/0/claimedRecycled/1/postConsumerPct',
      expected: 'at most 60 %',
      actual: '60.1 %'
    }
  ])
})

t.test('protects: a stranger sees nothing', async (t) => {
  const { chain, maker, id, event } = await powder(t)
  await maker.record(event)
  const stranger = await chain.party('Stranger', 'SE')
  t.equal((await stranger.request('GET', `/v1/batches/${id}/recycled`)).status, 404)
})

t.test('accepts: cuttings of others, put together in a store before they are used', async (t) => {
  const chain = await oreChain(t)
  const cutter = await chain.party('Cutter', 'JP')
  const recycler = await chain.party('Recycler', 'FI')
  const cuttings = async () => {
    const block = await cutter.commission(batch('sintered_block', '100', { entry: 'purchased' }))
    const swarf = randomUUID()
    await cutter.record({
      type: 'transform',
      stages: ['machining'],
      inputs: [{ batch: block, mass: kg('100') }],
      outputs: [
        batch('shaped_magnet', '69'),
        batch('swarf', '30', { id: swarf, role: 'co_product' })
      ]
    })
    await cutter.send(swarf, '30', recycler)
    return swarf
  }
  const store = randomUUID()
  const old = await recycler.commission(batch('swarf', '40', { entry: 'pre_consumer_scrap' }))
  await recycler.record({
    type: 'transform',
    stages: ['storage_transport_trade'],
    inputs: [await cuttings(), await cuttings(), old].map((from) => ({
      batch: from,
      mass: kg('30')
    })),
    outputs: [{ ...batch('swarf', '90', { id: store }), assay: 'inherited' }]
  })
  const powder = randomUUID()
  const claimedRecycled = [{ element: 'Nd', preConsumerPct: '100' }]
  const used = await recycler.record({
    type: 'transform',
    stages: ['hpms'],
    inputs: [{ batch: store, mass: kg('90') }],
    outputs: [batch('recycled_powder', '85', { id: powder, claimedRecycled })]
  })
  t.same(used.body.findings, [])
  const { body } = await recycler.request('GET', `/v1/batches/${powder}/recycled`)
  t.match(body.elements[0], { element: 'Nd', preConsumerShare: '1.000000' })
})
