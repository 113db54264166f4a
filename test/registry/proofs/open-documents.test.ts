/** A bundle opens a document only for whom everything is meant that stands in it. */
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { kg } from '../../support/books.ts'
import { testGuard } from '../../support/log.ts'
import { mined, NOW, oreChain, type Party } from '../../support/ore-chain.ts'

const chain = await oreChain(t, () => new Date(NOW), { guard: testGuard(t) })
const mine = await chain.party('Mine', 'AU')
const buyer = await chain.party('Buyer', 'DE')
const guest = await chain.party('Guest', 'FR')
const stranger = await chain.party('Stranger', 'NO')

/** The bundle of a batch with everything that it opens. */
async function opened(asker: Party, batch: string): Promise<string> {
  const { status, body } = await asker.request('GET', `/v1/batches/${batch}/bundle`)
  t.equal(status, 200)
  const texts = body.entries.flatMap(({ statement = '', document = '' }) =>
    [statement, document].map((text) => Buffer.from(text, 'base64url').toString())
  )
  return texts.join('\n')
}

t.test('a public event opens nothing of what else it made for fewer eyes', async (t) => {
  const [open, kept] = [randomUUID(), randomUUID()]
  await mine.record({
    type: 'commission',
    disclosure: 'public',
    outputs: [
      mined('10', { id: open, number: 'OPEN-1' }),
      mined('12.345', { id: kept, number: 'KEPT-1', disclosure: 'chain' })
    ]
  })
  t.equal((await stranger.request('GET', `/v1/batches/${kept}`)).status, 404)
  const told = await opened(stranger, open)
  for (const secret of [kept, 'KEPT-1', '12.345']) t.notMatch(told, secret)
  t.match(await opened(mine, open), 'KEPT-1', 'its maker reads its own')
  await mine.send(open, '4', buyer)
  t.match(await opened(buyer, open), 'OPEN-1', 'whoever holds it reads how it was made')

  const alone = randomUUID()
  const outputs = [mined('10', { id: alone, number: 'OPEN-2' })]
  await mine.record({ type: 'commission', disclosure: 'public', outputs })
  t.match(await opened(stranger, alone), 'OPEN-2', 'what is all public opens')
})

t.test('a correction is read by its own level', async (t) => {
  const [batch, event, correction, corrective] = Array.from({ length: 4 }, () => randomUUID())
  const outputs = [mined('10', { id: batch, number: 'WRONG-1' })]
  await mine.record({ type: 'commission', id: event, disclosure: 'public', outputs })
  await mine.send(batch ?? '', '4', buyer)
  const note = 'The shift foreman mixed up two piles.'
  const wrong = { type: 'correct', id: correction, event, reason: 'incorrect_data', note }
  await mine.record({ ...wrong, correctiveEvent: corrective })
  const again = { outputs: [mined('11', { id: batch, number: 'WRONG-1' })], corrects: correction }
  await mine.record({ type: 'commission', id: corrective, disclosure: 'public', ...again })
  t.match(await opened(buyer, batch ?? ''), note, 'whoever holds what it was about')
  const told = await opened(stranger, batch ?? '')
  t.match(told, 'WRONG-1')
  t.notMatch(told, note, 'but not the public')
})

t.test('nor does a grant of one batch open corrections of its chain', async (t) => {
  const batch = randomUUID()
  const [event, correction, corrective] = Array.from({ length: 3 }, () => randomUUID())
  const outputs = [mined('10', { id: batch, number: 'LENT-1' })]
  await mine.record({ type: 'commission', id: event, disclosure: 'public', outputs })
  const blend = await mine.blend({ [batch]: '2' }, '2', { number: 'LENT-2' })
  const note = 'The shift foreman mixed up two more piles.'
  const wrong = { type: 'correct', id: correction, event, reason: 'incorrect_data', note }
  await mine.record({ ...wrong, correctiveEvent: corrective })
  const again = { outputs: [mined('11', { id: batch, number: 'LENT-1' })], corrects: correction }
  await mine.record({ type: 'commission', id: corrective, disclosure: 'public', ...again })
  const grant = { grantee: guest.organization, scope: 'batch' }
  t.equal((await mine.request('POST', `/v1/batches/${blend}/grants`, grant)).status, 201)
  t.notMatch(await opened(guest, blend), note)
})

t.test(
  'a document that names a restricted batch by its number is opened to no nameless holder',
  async (t) => {
    const hidden = await chain.party('Hidden', 'CN')
    const trader = await chain.party('Trader', 'CH')
    const lot = await hidden.commission(mined('20', { number: 'H-1' }), {
      disclosure: 'restricted'
    })
    await hidden.send(lot, '10', mine)
    await hidden.send(lot, '5', trader)
    await trader.send(lot, '5', buyer)
    const { body } = await buyer.request('GET', `/v1/batches/${lot}`)
    t.equal(body.visibility, 'nameless')
    const receipt = `/v1/batches/${lot}/receipt`
    const told = await Promise.all([buyer, hidden].map((asker) => asker.request('GET', receipt)))
    const opens = told.map(({ status, raw }) => [status, /^extra /m.test(String(raw))])
    t.same(opens, [
      [200, false],
      [200, true]
    ])
    const blend = randomUUID()
    await mine.record({
      type: 'transform',
      stages: ['storage_transport_trade'],
      inputs: [{ batch: { organization: hidden.organization, number: 'H-1' }, mass: kg('10') }],
      outputs: [
        {
          id: blend,
          number: 'MIX-1',
          product: { class: 'ore', name: 'Mix' },
          mass: kg('10'),
          assay: 'inherited'
        }
      ]
    })
    await mine.send(blend, '4', buyer)
    t.notMatch(await opened(buyer, blend), hidden.organization)
    t.match(await opened(mine, blend), hidden.organization, 'who wrote it reads it')
  }
)

t.test('a restricted event is opened to nobody else, though what it made is known', async (t) => {
  const hidden = await chain.party('Quiet', 'NO')
  const event = randomUUID()
  const lot = await hidden.commission(mined('31.5', { number: 'Q-1', disclosure: 'chain' }), {
    id: event,
    disclosure: 'restricted'
  })
  await hidden.send(lot, '30', mine)
  const blend = await mine.blend({ [lot]: '30' }, '30', { number: 'Q-MIX' })
  await mine.send(blend, '20', buyer)
  const told = await opened(buyer, blend)
  t.match(told, 'Q-MIX', 'what the seller made is')
  for (const secret of ['Q-1', '31.5', hidden.organization, hidden.facility]) {
    t.notMatch(told, secret)
  }
  t.match(await opened(hidden, lot), 'Q-1', 'who wrote it reads it')

  const [correction, note] = [randomUUID(), 'The night shift weighed it wet.']
  const again = { correctiveEvent: randomUUID(), reason: 'incorrect_data', note }
  await hidden.record({ type: 'correct', id: correction, event, ...again })
  const outputs = [mined('32.5', { id: lot, number: 'Q-1', disclosure: 'chain' })]
  const restricted = { disclosure: 'restricted', outputs, corrects: correction }
  await hidden.record({ type: 'commission', id: again.correctiveEvent, ...restricted })
  const corrected = await opened(buyer, blend)
  for (const secret of [note, correction, '32.5', hidden.organization]) {
    t.notMatch(corrected, secret, 'nor is what was corrected in it')
  }
  t.match(await opened(hidden, lot), note)
})

t.test('what did not occur is read by who said so, and no longer by the chain', async (t) => {
  const [lot, event] = [randomUUID(), randomUUID()]
  const outputs = [mined('41.5', { id: lot, number: 'GONE-1' })]
  await mine.record({ type: 'commission', id: event, outputs })
  const blend = await mine.blend({ [lot]: '40' }, '40', { number: 'GONE-MIX' })
  await mine.send(blend, '20', buyer)
  t.match(await opened(buyer, blend), 'GONE-1', 'as long as it did')
  await mine.record({ type: 'correct', id: randomUUID(), event, reason: 'did_not_occur' })
  t.notMatch(await opened(buyer, blend), 'GONE-1')
  t.match(await opened(mine, blend), 'GONE-1')
})

t.test('a movement is read by sender and receiver alone', async (t) => {
  const trader = await chain.party('Between', 'CH')
  const lot = await mine.commission(mined('50', { number: 'MOVED-1' }))
  const first = await mine.send(lot, '40', trader)
  const second = await trader.send(lot, '20', buyer)
  const named = async (asker: Party) => {
    const told = await opened(asker, lot)
    return [first, second].map((shipment) => told.includes(`"shipment":"${shipment}"`))
  }
  t.same(await named(mine), [true, false], 'the receipt of what it sent')
  t.same(await named(trader), [true, true])
  t.same(await named(buyer), [false, true])
  const third = await mine.send(lot, '5', guest)
  /** Of which movements the asker learns that they were. */
  const counted = async (asker: Party) => {
    const { entries } = (await asker.request('GET', `/v1/batches/${lot}/bundle`)).body
    const indexes = entries.map(({ index }: { readonly index: number }) => index)
    return [first, second, third].map((id) => indexes.includes(at.get(id)))
  }
  const at = new Map<string, number>()
  for (const [asker, id] of [
    [mine, first] as const,
    [trader, second] as const,
    [mine, third] as const
  ]) {
    at.set(id, (await asker.request('GET', `/v1/events/${id}`)).body.position)
  }
  t.same(await counted(mine), [true, false, true], 'not when it was sold on')
  t.same(await counted(trader), [true, true, false], 'nor what another customer had')
  t.same(await counted(buyer), [true, true, false])
  t.same(await counted(guest), [false, false, true])
})
