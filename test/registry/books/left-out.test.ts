import { randomUUID } from 'node:crypto'
import t from 'tap'
import { verifyBooks } from '../../../src/registry/audit/verify-books.ts'
import { reevaluateStep } from '../../../src/registry/books/reevaluate.ts'
import { mined, oreChain } from '../../support/ore-chain.ts'

const EARLY = '2026-09-01T00:00:00Z'

t.test('what a corrective event left out is declared again by the one after it', async (t) => {
  const chain = await oreChain(t)
  const maker = await chain.party('Maker', 'AU')
  const buyer = await chain.party('Buyer', 'FI')
  const [first, kept, forgotten] = [randomUUID(), randomUUID(), randomUUID()]
  const lot = (id: string, mass: string) => ({ id, ...mined(mass) })
  const outputs = [lot(kept, '30'), lot(forgotten, '30')]
  await maker.record({ id: first, type: 'commission', time: EARLY, outputs })
  await maker.send(forgotten, '20', buyer)
  const sold = await buyer.blend({ [forgotten]: '5' }, '5')
  const replace = async (event: string, again: readonly object[]) => {
    const [correct, corrective] = [randomUUID(), randomUUID()]
    const why = { reason: 'incorrect_data', correctiveEvent: corrective }
    await maker.record({ id: correct, type: 'correct', event, ...why })
    const making = { id: corrective, type: 'commission', time: EARLY, corrects: correct }
    await maker.record({ ...making, outputs: again })
    while ((await reevaluateStep(chain.service.deps)) > 0);
    t.same((await verifyBooks(chain.service.deps)).differences, [])
    return corrective
  }
  const status = async (batch: string) =>
    (await buyer.request('GET', `/v1/batches/${batch}`)).body.status
  const second = await replace(first, [lot(kept, '31')])
  t.same([await status(forgotten), await status(sold)], ['contested', 'contested'])
  await replace(second, [lot(kept, '31'), lot(forgotten, '29')])
  t.same([await status(forgotten), await status(sold)], ['clear', 'clear'])
  const { holdings } = (await maker.request('GET', `/v1/batches/${forgotten}`)).body
  t.match(holdings, [{ massKg: '9' }])
})

t.test('nobody declares again what another organization took back, or what stands', async (t) => {
  const chain = await oreChain(t)
  const maker = await chain.party('Maker', 'AU')
  const other = await chain.party('Other', 'FI')
  const [theirs, mine, stands] = [randomUUID(), randomUUID(), randomUUID()]
  const making = (id: string, batch: string) => ({
    id,
    type: 'commission',
    time: EARLY,
    outputs: [{ id: batch, ...mined('10') }]
  })
  const [theirEvent, myEvent] = [randomUUID(), randomUUID()]
  await other.record(making(theirEvent, theirs))
  await maker.record(making(myEvent, mine))
  await maker.record(making(randomUUID(), stands))
  await other.record({ type: 'correct', event: theirEvent, reason: 'did_not_occur' })
  const [correct, corrective] = [randomUUID(), randomUUID()]
  const why = { event: myEvent, reason: 'incorrect_data', correctiveEvent: corrective }
  await maker.record({ id: correct, type: 'correct', ...why })
  for (const batch of [theirs, stands]) {
    const again = { ...making(corrective, batch), corrects: correct }
    await t.rejects(maker.record(again), /"ID_CONFLICT"/)
  }
  await t.rejects(maker.record(making(randomUUID(), mine)), /"ID_CONFLICT"/)
})

t.test('whoever holds what did not come about is told, and nobody else', async (t) => {
  const chain = await oreChain(t)
  const maker = await chain.party('Maker', 'AU')
  const buyer = await chain.party('Buyer', 'FI')
  const former = await chain.party('Former holder', 'DE')
  const event = randomUUID()
  const ore = await maker.commission(mined('30'), { id: event, time: EARLY })
  await maker.send(ore, '20', former)
  await former.send(ore, '20', buyer)
  await maker.record({ type: 'correct', event, reason: 'did_not_occur' })
  while ((await reevaluateStep(chain.service.deps)) > 0);
  for (const [party, told] of [
    [buyer, [{ code: 'BATCH_CONTESTED', severity: 'error', batch: ore }]],
    [former, []],
    [maker, []]
  ] as const) {
    const { items } = (await party.request('GET', '/v1/findings')).body
    t.match(items, told, party.name)
    t.equal(items.length, told.length, party.name)
  }
  t.same((await verifyBooks(chain.service.deps)).differences, [])
})
