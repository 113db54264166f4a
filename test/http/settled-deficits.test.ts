import { randomUUID } from 'node:crypto'
import t from 'tap'
import { verifyBooks } from '../../src/registry/audit/verify-books.ts'
import { reevaluateStep } from '../../src/registry/books/reevaluate.ts'
import { kg } from '../support/books.ts'
import { mined, oreChain, type Party } from '../support/ore-chain.ts'

const chain = await oreChain(t)
const mine = await chain.party('Mine', 'AU')
const one = await chain.party('One', 'DE')
const two = await chain.party('Two', 'FR')

async function settle(): Promise<void> {
  while ((await reevaluateStep(chain.service.deps)) > 0);
}

async function findingsOf(
  party: Party,
  batch: string
): Promise<{ code: string; message: string }[]> {
  return (await party.request('GET', `/v1/findings?batch=${batch}`)).body.items
}
const codesOf = async (party: Party, batch: string) =>
  (await findingsOf(party, batch)).map(({ code }) => code)

/** What the books say of an event at the hour after the newest one. */
let hour = 0
async function refusal(party: Party, event: object) {
  const time = new Date(Date.parse('2026-11-01T00:00:00Z') + ++hour * 3_600_000).toISOString()
  const sent = { facility: party.facility, time, ...event }
  return (await party.request('POST', '/v1/events/check', sent)).body.findings
}

const receipt = (batch: string, shipment: string, massKg: string) => ({
  type: 'receive',
  shipment,
  outcome: 'accepted',
  lines: [{ batch, mass: kg(massKg) }]
})

t.test('a shipment is taken back while another of the same batch is on its way', async (t) => {
  const ore = await mine.commission(mined('100'))
  const first = await mine.send(ore, '10', one)
  const second = await mine.send(ore, '10', two, { received: false })
  const [received] = (
    await chain.service.deps.db.query<{ id: string }>({
      text: `select id from event where type = 'receive' order by position desc limit 1`
    })
  ).map(({ id }) => id)
  const told = await mine.record({ type: 'correct', event: first, reason: 'did_not_occur' })
  await settle()

  t.test('tells both sides, though no deficit shows', async (t) => {
    t.match(told.body.findings, [{ code: 'SHIPMENT_TAKEN_BACK', severity: 'warning' }])
    t.same(await codesOf(mine, ore), ['SHIPMENT_TAKEN_BACK'])
    t.same(await codesOf(one, ore), ['SHIPMENT_TAKEN_BACK'])
    t.match(await findingsOf(one, ore), [
      { message: /recorded 10 kg received, and that still counts/ }
    ])
    t.same(await codesOf(two, ore), [], 'not whom it does not concern')
  })

  t.test('refuses the other shipment until the receipt is corrected, and says so', async (t) => {
    const found = await refusal(two, receipt(ore, second, '10'))
    t.match(found, [{ code: 'BATCH_OVERDRAWN', remedy: /correct that receipt/ }])
    await one.record({ type: 'correct', event: received, reason: 'did_not_occur' })
    await settle()
    t.equal((await two.record(receipt(ore, second, '10'))).status, 201)
  })
})

t.test('a shipment is taken back of which all was returned or lost', async (t) => {
  const ore = await mine.commission(mined('100'))
  const shipment = await mine.send(ore, '10', one, { received: false })
  await mine.send(ore, '10', two, { received: false })
  const receive = { type: 'receive', shipment }
  const lines = [{ batch: ore, mass: kg('9') }]
  await one.record({ ...receive, outcome: 'returned', lines })
  await one.record({ ...receive, outcome: 'accepted', lines: [{ batch: ore }] })
  const told = await mine.record({ type: 'correct', event: shipment, reason: 'did_not_occur' })
  await settle()
  const message = /recorded 9 kg returned, 1 kg lost on the way, and that still counts/
  t.match(told.body.findings, [{ code: 'SHIPMENT_TAKEN_BACK', message }])
  t.match(await findingsOf(one, ore), [{ code: 'TRANSIT_LOSS' }, { message }])
})

t.test('a deficit that a withdrawn receipt leaves', async (t) => {
  const ore = await mine.commission(mined('100'))
  const shipment = await mine.send(ore, '10', one, { received: false })
  const accepted = await one.record(receipt(ore, shipment, '10'))
  const blend = randomUUID()
  const use = {
    type: 'transform',
    stages: ['storage_transport_trade'],
    inputs: [{ batch: ore, mass: kg('5') }],
    outputs: [
      { id: blend, product: { class: 'ore', name: 'Ore' }, mass: kg('5'), assay: 'inherited' }
    ]
  }
  const used = await one.record(use)
  const ship = await mine.record({ type: 'correct', event: shipment, reason: 'did_not_occur' })
  t.match(ship.body.findings, [{ code: 'SHIPMENT_TAKEN_BACK' }])
  await settle()

  t.test('is told beside the origins of what was made of it', async (t) => {
    const path = `/v1/batches/${blend}/origins`
    for (const query of ['', '?by=facility', '?by=step']) {
      const { body } = await one.request('GET', `${path}${query}`)
      t.equal(body.status, 'contested', query)
      const before = await one.request('GET', `${path}?asOf=${used.body.position}`)
      t.equal(before.body.status, 'clear', 'not before the correction')
    }
    const [header, row] = (await one.request('GET', `${path}?format=csv`)).body.split('\n')
    t.match(header, /^batch,position,as_of,status,/)
    t.match(row, /,contested,/)
    t.match((await one.request('GET', `${path}?format=svg`)).body, /Contested: an error stands/)
  })

  t.test(
    'refuses to ship more of what is short on its way, and says who can mend it',
    async (t) => {
      const lines = [{ batch: ore, mass: kg('1') }]
      const found = await refusal(mine, { type: 'ship', to: two.organization, lines })
      t.match(found, [
        { code: 'ACCOUNT_FROZEN', remedy: /corrects that receipt/, actual: '10 kg are missing' }
      ])
    }
  )

  t.test('refuses what comes in instead, and the way that it names goes', async (t) => {
    await one.record({ type: 'correct', event: accepted.body.id, reason: 'did_not_occur' })
    await settle()
    const again = await mine.send(ore, '12', one, { received: false })
    const found = await refusal(one, receipt(ore, again, '12'))
    t.match(found, [
      { code: 'ACCOUNT_FROZEN', remedy: /correct the uses/, actual: '5 kg are missing' }
    ])
    const corrective = randomUUID()
    const correction = await one.record({
      type: 'correct',
      event: used.body.id,
      reason: 'incorrect_data',
      correctiveEvent: corrective
    })
    t.equal((await one.record(receipt(ore, again, '12'))).status, 201)
    await one.record({ ...use, id: corrective, corrects: correction.body.id })
    await settle()
    const { body } = await one.request('GET', `/v1/batches/${blend}`)
    t.equal(body.status, 'clear')
    t.match((await one.request('GET', `/v1/batches/${ore}`)).body, {
      status: 'clear',
      holdings: [{ massKg: '7' }]
    })
  })
})

t.test('the books equal a replay of their events', async (t) => {
  t.same((await verifyBooks(chain.service.deps)).differences, [])
})
