import { randomUUID } from 'node:crypto'
import t from 'tap'
import { verifyBooks } from '../../src/registry/audit/verify-books.ts'
import { reevaluateStep } from '../../src/registry/books/reevaluate.ts'
import { kg } from '../support/books.ts'
import type { Party } from '../support/ore-chain.ts'
import { mined, oreChain } from '../support/ore-chain.ts'

const day = (date: number) => ({ time: `2026-10-${String(date).padStart(2, '0')}T08:00:00Z` })

/** 150 kg of ore of the first of October, 100 of which set off for the buyer on the second. */
async function onItsWay(t: Parameters<typeof oreChain>[0]) {
  const chain = await oreChain(t)
  const seller = await chain.party('Seller', 'AU')
  const buyer = await chain.party('Buyer', 'FI')
  const batch = await seller.commission(mined('150', { number: 'ORE-1' }), day(1))
  const shipment = randomUUID()
  const lines = [{ batch, mass: kg('100') }]
  const ship = { type: 'ship', to: buyer.organization, ownership: 'transferred', lines }
  await seller.record({ ...ship, id: shipment, ...day(2) })
  const receive = (date: number, mass: string, more: object = {}) =>
    buyer.record({
      type: 'receive',
      shipment,
      outcome: 'accepted',
      lines: [{ batch, mass: kg(mass), partial: true }],
      ...day(date),
      ...more
    })
  const send = (by: Party, event: object) =>
    by.request('POST', '/v1/events', { facility: by.facility, ...event })
  const blending = (date: number, mass: string, more: object = {}) => ({
    type: 'transform',
    stages: ['storage_transport_trade'],
    inputs: [{ batch, mass: kg(mass) }],
    outputs: [
      {
        id: randomUUID(),
        product: { class: 'ore', name: 'Ore' },
        mass: kg(mass),
        assay: 'inherited'
      }
    ],
    ...day(date),
    ...more
  })
  const settle = async () => {
    while ((await reevaluateStep(chain.service.deps)) > 0);
  }
  const books = async () => (await verifyBooks(chain.service.deps)).differences
  return { seller, buyer, batch, shipment, ship, receive, send, blending, settle, books }
}

t.test('refuses', async (t) => {
  t.test('whatever the receiver says it did with the material before it had it', async (t) => {
    const { seller, buyer, batch, receive, send, blending, books } = await onItsWay(t)
    await receive(6, '100')
    const on = { type: 'ship', to: seller.organization, lines: [{ batch, mass: kg('5') }] }
    const sample = { type: 'adjust', batch, mass: kg('1'), direction: 'decrease' }
    const uses = {
      blended: blending(5, '10'),
      'fed to a campaign': {
        ...blending(5, '10'),
        stages: ['beneficiation'],
        outputs: [],
        campaign: 'mill'
      },
      'shipped on': { ...on, ...day(5) },
      sampled: { ...sample, reason: 'sampling', ...day(5) },
      'counted and found': { ...sample, direction: 'increase', reason: 'stocktake', ...day(5) }
    }
    for (const [how, event] of Object.entries(uses)) {
      const { status, body } = await send(buyer, event)
      t.equal(status, 422, how)
      t.match(
        body.findings,
        [
          {
            rule: 'R7',
            code: 'DATE_ORDER',
            pointer: '/time',
            message: /ORE-1 was in your hands/,
            expected: 'at or after 2026-10-06T08:00:00.000Z',
            actual: '2026-10-05T08:00:00.000Z',
            remedy: /receipt/
          }
        ],
        how
      )
      t.equal(body.findings.length, 1, how)
      t.equal((await send(buyer, { ...event, ...day(6) })).status, 201, `${how} at that moment`)
    }
    t.same(await books(), [])
  })

  t.test('more than had come by then, where it came in parts', async (t) => {
    const { buyer, receive, send, blending, books } = await onItsWay(t)
    await receive(6, '60')
    await receive(10, '40')
    const early = await send(buyer, blending(8, '60.000001'))
    t.match(early.body.findings, [
      {
        code: 'DATE_ORDER',
        pointer: '/inputs/0/mass',
        expected: 'at most 60 kg (dry), or at or after 2026-10-10T08:00:00.000Z',
        actual: '60.000001 kg (dry) at 2026-10-08T08:00:00.000Z'
      }
    ])
    t.equal((await send(buyer, blending(8, '35'))).status, 201)
    t.match((await send(buyer, blending(7, '30'))).body.findings, [{ expected: /^at most 25 kg/ }])
    t.equal((await send(buyer, blending(7, '25'))).status, 201)
    t.match((await send(buyer, blending(9, '1'))).body.findings, [
      { pointer: '/time', expected: /2026-10-10/ }
    ])
    t.equal((await send(buyer, blending(10, '40'))).status, 201, 'all that came is used')
    t.same(await books(), [])
  })

  t.test('what was away when it was used: it came back later', async (t) => {
    const { seller, batch, send, blending, receive, books } = await onItsWay(t)
    t.equal((await send(seller, blending(3, '50'))).status, 201)
    await receive(12, '100', { outcome: 'returned', lines: [{ batch, mass: kg('100') }] })
    t.match((await send(seller, blending(11, '1'))).body.findings, [
      { code: 'DATE_ORDER', expected: 'at or after 2026-10-12T08:00:00.000Z' }
    ])
    t.equal((await send(seller, blending(12, '100'))).status, 201)
    t.same(await books(), [])
  })
})

t.test('accepts', async (t) => {
  t.test('receipts and uses that are recorded in any order, dated as they happened', async (t) => {
    const { buyer, receive, send, blending, books } = await onItsWay(t)
    await receive(10, '40')
    t.equal((await send(buyer, blending(20, '30'))).status, 201)
    t.equal((await send(buyer, blending(7, '1'))).status, 422, 'nothing is known of then')
    await receive(6, '60')
    t.equal((await send(buyer, blending(7, '60'))).status, 201, 'a receipt told late')
    t.equal((await send(buyer, blending(11, '10'))).status, 201)
    t.same(await books(), [])
  })

  t.test('the use of what a stocktake found afterwards', async (t) => {
    const { buyer, batch, receive, send, blending, books } = await onItsWay(t)
    await receive(6, '100')
    await buyer.record({
      type: 'adjust',
      batch,
      mass: kg('0.5'),
      direction: 'increase',
      reason: 'stocktake',
      ...day(20)
    })
    t.equal((await send(buyer, blending(7, '100.5'))).status, 201)
    t.same(await books(), [])
  })
})

t.test(
  'protects: a receipt that is corrected to a later day contests what was used before',
  async (t) => {
    const { buyer, batch, shipment, receive, send, blending, settle, books } = await onItsWay(t)
    const wrong = randomUUID()
    await receive(6, '100', { id: wrong })
    const before = blending(8, '20')
    const after = blending(15, '20')
    for (const event of [before, after]) t.equal((await send(buyer, event)).status, 201)
    const [early, late] = [before, after].map(({ outputs }) => outputs[0]?.id as string)
    const statuses = async () => {
      await settle()
      const answers = [early, late, batch].map((id) => buyer.request('GET', `/v1/batches/${id}`))
      return (await Promise.all(answers)).map(({ body }) => body.status)
    }
    const correct = async (event: string, date: number) => {
      const [id, correctiveEvent] = [randomUUID(), randomUUID()]
      const reason = 'incorrect_data'
      await buyer.record({ id, type: 'correct', event, reason, correctiveEvent, ...day(25) })
      await receive(date, '100', { id: correctiveEvent, corrects: id })
      return correctiveEvent
    }
    const mended = await correct(wrong, 12)
    t.same(await statuses(), ['contested', 'clear', 'clear'])
    const found = await buyer.request('GET', `/v1/findings?rule=R7&batch=${early}`)
    t.match(found.body.items, [
      { code: 'DATE_ORDER', status: 'open', expected: 'at or after 2026-10-12T08:00:00.000Z' }
    ])
    t.equal((await send(buyer, blending(11, '1'))).status, 422)
    t.same(await books(), [])
    await correct(mended, 7)
    t.same(await statuses(), ['clear', 'clear', 'clear'])
    t.match((await buyer.request('GET', `/v1/findings?rule=R7&batch=${early}`)).body.items, [
      { code: 'DATE_ORDER', status: 'resolved' }
    ])
    t.equal((await buyer.request('GET', `/v1/shipments`)).body.items[0].id, shipment)
    t.same(await books(), [])
  }
)

t.test(
  'protects: a part that never came contests what was used of it, though the rest suffices now',
  async (t) => {
    const { buyer, receive, send, blending, settle, books } = await onItsWay(t)
    const part = randomUUID()
    await receive(6, '60', { id: part })
    await receive(10, '40')
    const use = blending(8, '20')
    t.equal((await send(buyer, use)).status, 201)
    const id = randomUUID()
    await buyer.record({ id, type: 'correct', event: part, reason: 'did_not_occur', ...day(25) })
    await settle()
    const { body } = await buyer.request('GET', `/v1/batches/${use.outputs[0]?.id}`)
    t.equal(body.status, 'contested')
    t.same(await books(), [])
  }
)
