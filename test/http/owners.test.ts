import { randomUUID } from 'node:crypto'
import t from 'tap'
import { verifyBooks } from '../../src/registry/verify-books.ts'
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
