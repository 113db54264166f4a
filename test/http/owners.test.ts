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
