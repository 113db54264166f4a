import { randomUUID } from 'node:crypto'
import t from 'tap'
import { verifyBooks } from '../../src/registry/audit/verify-books.ts'
import { kg } from '../support/books.ts'
import { mined, oreChain } from '../support/ore-chain.ts'

/** A toller that has used up what it held for a customer and for itself. */
async function usedUp(t: Parameters<typeof oreChain>[0]) {
  const chain = await oreChain(t)
  const customer = await chain.party('Customer', 'AU')
  const toller = await chain.party('Toller', 'FI')
  const ore = await customer.commission(mined('10'))
  await customer.send(ore, '4', toller, { ownership: 'retained' })
  await customer.send(ore, '4', toller)
  const adjust = { type: 'adjust', batch: ore, direction: 'decrease' }
  for (const { organization: owner } of [toller, customer]) {
    await toller.record({ ...adjust, owner, mass: kg('4'), reason: 'destruction' })
  }
  const found = { type: 'adjust', batch: ore, direction: 'increase', reason: 'stocktake' }
  return { chain, customer, toller, ore, found: { ...found, mass: kg('0.01') } }
}

t.test('whose material a stocktake finds is not guessed where nothing was left', async (t) => {
  const { chain, customer, toller, ore, found } = await usedUp(t)
  await t.rejects(toller.record(found), /"OWNER_AMBIGUOUS"/)
  const owner = customer.organization
  await toller.record({ ...found, owner })
  const { holdings } = (await toller.request('GET', `/v1/batches/${ore}`)).body
  t.match(holdings, [{ owner, massKg: '0.01' }])
  t.same((await verifyBooks(chain.service.deps)).differences, [])
})

t.test(
  'what replaces the feed of a campaign is of the same owner, whose the outputs are',
  async (t) => {
    const chain = await oreChain(t)
    const one = await chain.party('One customer', 'AU')
    const other = await chain.party('Another customer', 'DE')
    const toller = await chain.party('Toller', 'FI')
    const brought = async (customer: typeof one) => {
      const ore = await customer.commission(mined('100'))
      await customer.send(ore, '50', toller, { ownership: 'retained' })
      return ore
    }
    const run = { type: 'transform', stages: ['storage_transport_trade'], campaign: 'RUN-1' }
    const feed = (batch: string) => ({ ...run, inputs: [{ batch, mass: kg('50') }], outputs: [] })
    const [wrong, correct, corrective] = [randomUUID(), randomUUID(), randomUUID()]
    const [fed, foreign] = [await brought(one), await brought(other)]
    await toller.record({ id: wrong, ...feed(fed) })
    await toller.record({
      id: correct,
      type: 'correct',
      event: wrong,
      reason: 'incorrect_data',
      correctiveEvent: corrective
    })
    const replacing = { id: corrective, corrects: correct, time: '2026-10-01T00:00:00Z' }
    await t.rejects(toller.record({ ...feed(foreign), ...replacing }), /"OWNER_AMBIGUOUS"/)
    await toller.record({ ...feed(fed), ...replacing })
    const { product, assay } = mined('1')
    const tapped = randomUUID()
    const outputs = [{ id: tapped, product, mass: kg('40'), assay }]
    await toller.record({ ...run, time: '2026-10-02T00:00:00Z', inputs: [], outputs })
    const { holdings } = (await toller.request('GET', `/v1/batches/${tapped}`)).body
    t.match(holdings, [{ owner: one.organization, massKg: '40' }])
    t.same((await verifyBooks(chain.service.deps)).differences, [])
  }
)

t.test(
  'an owner is told where what was made of its material is said to be another’s',
  async (t) => {
    const chain = await oreChain(t)
    const customer = await chain.party('Customer', 'AU')
    const toller = await chain.party('Toller', 'FI')
    const stranger = await chain.party('Stranger', 'DE')
    const ore = await customer.commission(mined('100'))
    await customer.send(ore, '50', toller, { ownership: 'retained' })
    await customer.send(ore, '10', toller)
    const { product } = mined('1')
    const lot = (mass: string, owner?: string) => {
      const more = owner === undefined ? {} : { owner }
      return { id: randomUUID(), product, mass: kg(mass), assay: 'inherited', ...more }
    }
    const make = async (owner: string, ...outputs: readonly { id: string }[]) => {
      const inputs = [{ batch: ore, mass: kg('10'), owner }]
      const stages = ['storage_transport_trade']
      return (await toller.record({ type: 'transform', stages, inputs, outputs })).body
    }
    const told = async (of: typeof toller) =>
      (await of.request('GET', '/v1/findings?code=OWNER_CHANGED')).body.items

    const theirs = customer.organization
    for (const outputs of [[lot('10')], [lot('10', theirs)]]) {
      t.same((await make(theirs, ...outputs)).findings, [])
    }
    const sees = async () => (await stranger.request('GET', `/v1/batches/${ore}`)).status
    t.equal(await sees(), 404)
    t.same((await make(toller.organization, lot('10', stranger.organization))).findings, [])
    t.equal(await sees(), 200, 'who owns what was made of it, and never held any')
    t.same(await told(customer), [])

    const kept = lot('10', toller.organization)
    t.match((await make(theirs, kept)).findings, [
      { rule: 'R1', code: 'OWNER_CHANGED', severity: 'warning', pointer: '/outputs/0/owner' }
    ])
    const inKind = lot('1', toller.organization)
    t.match((await make(theirs, lot('9', theirs), inKind)).findings, [
      { code: 'OWNER_CHANGED', pointer: '/outputs/1/owner' }
    ])
    t.match(await told(customer), [{ batch: ore }, { batch: ore }], 'by its own batch')
    t.match(await told(toller), [{ batch: kept.id }, { batch: inKind.id }])
    t.same(await told(stranger), [])
    const { items } = (await customer.request('GET', `/v1/batches/${ore}/findings`)).body
    t.match(items, [{ code: 'OWNER_CHANGED' }, { code: 'OWNER_CHANGED' }])
    for (const { id } of [kept, inKind]) t.notMatch(JSON.stringify(await told(customer)), id)
    t.same((await verifyBooks(chain.service.deps)).differences, [])
  }
)

t.test(
  'a receipt says whose material arrived where a shipment holds that of several',
  async (t) => {
    const chain = await oreChain(t)
    const customer = await chain.party('Customer', 'AU')
    const toller = await chain.party('Toller', 'FI')
    const buyer = await chain.party('Buyer', 'DE')
    const ore = await customer.commission(mined('10'))
    await customer.send(ore, '4', toller, { ownership: 'retained' })
    await customer.send(ore, '4', toller)
    const shipment = randomUUID()
    const line = (owner: string, mass: string) => ({ batch: ore, owner, mass: kg(mass) })
    const lines = [line(customer.organization, '3'), line(toller.organization, '2')]
    await toller.record({ id: shipment, type: 'ship', to: buyer.organization, lines })
    const receive = { type: 'receive', shipment, outcome: 'accepted' }
    const foreign = { ...receive, lines: [line(buyer.organization, '2')] }
    await t.rejects(buyer.record(foreign), /"RECEIPT_LINE_UNKNOWN"/)
    const nobodys = buyer.record({ ...receive, lines: [{ batch: ore, mass: kg('2') }] })
    await t.rejects(nobodys, /"OWNER_AMBIGUOUS"/)
    const both = new RegExp(`one of ${customer.organization}, ${toller.organization}`)
    await t.rejects(nobodys, both, 'which names whom to choose from')
    await buyer.record({ ...receive, lines: [line(toller.organization, '1')] })
    await buyer.record({ ...receive, lines: [{ batch: ore, mass: kg('3') }] })
    const held = async () => {
      const { body } = await buyer.request('GET', `/v1/batches/${ore}`)
      return body.holdings
        .filter(({ custodian }: { custodian: string }) => custodian === buyer.organization)
        .map(({ owner, massKg }: { owner: string; massKg: string }) => [owner, massKg])
    }
    const theirs = [toller.organization, '1']
    t.same(await held(), [theirs, [customer.organization, '3']], 'what is left needs no word')
    t.same((await verifyBooks(chain.service.deps)).differences, [])
  }
)

t.test('what is disputed in short is what is not disputed yet, of whomever it is', async (t) => {
  const chain = await oreChain(t)
  const customer = await chain.party('Customer', 'AU')
  const toller = await chain.party('Toller', 'FI')
  const buyer = await chain.party('Buyer', 'DE')
  const ore = await customer.commission(mined('10'))
  await customer.send(ore, '4', toller, { ownership: 'retained' })
  await customer.send(ore, '4', toller)
  const shipment = randomUUID()
  const line = ({ organization: owner }: typeof toller, mass: string) => ({
    batch: ore,
    owner,
    mass: kg(mass)
  })
  const lines = [line(customer, '3'), line(toller, '2')]
  await toller.record({ id: shipment, type: 'ship', to: buyer.organization, lines })
  const disputed = { type: 'receive', shipment, outcome: 'disputed' }
  const named = [{ batch: ore, owner: customer.organization }]
  await buyer.record({ ...disputed, lines: named })
  const { facility } = buyer
  const path = `/v1/shipments/${shipment}`
  t.match(await buyer.request('POST', `${path}/dispute`, { facility }), { status: 201 })
  t.match(await buyer.request('POST', `${path}/acceptance`, { facility }), { status: 201 })
  const { body } = await buyer.request('GET', '/v1/shipments')
  const found = body.items.find(({ id }: { id: string }) => id === shipment)
  t.match(found, { status: 'received', lines: [{ receivedKg: '3' }, { receivedKg: '2' }] })
})
