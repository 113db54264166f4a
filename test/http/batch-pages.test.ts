/** How a page of batches ends must not tell of what its reader may not see. */
import t from 'tap'
import { mined, oreChain, type Party } from '../support/ore-chain.ts'
import type { Answer } from '../support/service.ts'

const chain = await oreChain(t)
const hidden = await chain.party('Hidden', 'CN')
const trader = await chain.party('Trader', 'CH')
const buyer = await chain.party('Buyer', 'DE')
const other = await chain.party('Other', 'FR')
const stranger = await chain.party('Stranger', 'NO')

const list = (asker: Party, query: string): Promise<Answer> =>
  asker.request('GET', `/v1/batches?${query}`)

/** Everything but what names the moment and the request. */
const told = ({ status, body }: Answer) => ({ status, items: body.items, next: body.next })

/** The numbers on every page, and the places at which pages ended. */
async function walked(asker: Party, query: string) {
  const numbers: string[] = []
  const places: string[] = []
  let cursor = ''
  for (let pages = 0; pages < 20; pages += 1) {
    const { body } = await list(asker, `${query}${cursor}`)
    numbers.push(...body.items.map(({ number }: { number: string }) => number))
    if (body.next === undefined) return { numbers, places }
    places.push(Buffer.from(body.next.split('.')[1], 'base64url').toString())
    cursor = `&cursor=${body.next}`
  }
  throw new Error('pages without end')
}

t.test('a page of one tells no maker of a restricted batch by how it ends', async (t) => {
  const lots: string[] = []
  for (const number of ['H-1', 'H-2', 'H-3']) {
    const lot = await hidden.commission(mined('50', { number }), { disclosure: 'restricted' })
    await hidden.send(lot, '40', trader)
    await trader.send(lot, '20', buyer)
    lots.push(lot)
  }
  await buyer.commission(mined('5', { number: 'OWN' }))
  t.equal((await list(buyer, 'limit=100')).body.items.length, 4, 'which it holds')
  const innocent = told(await list(buyer, `limit=1&organization=${other.organization}`))
  t.strictSame(innocent, { status: 200, items: [], next: undefined })
  t.strictSame(told(await list(buyer, `limit=1&organization=${hidden.organization}`)), innocent)
  const named = `limit=1&number=H-1&organization=${hidden.organization}`
  t.strictSame(told(await list(buyer, named)), innocent)
  for (const knows of [hidden, trader]) {
    const { numbers } = await walked(knows, `limit=1&organization=${hidden.organization}`)
    t.strictSame(numbers.toSorted(), ['H-1', 'H-2', 'H-3'], knows.name)
  }
  const grant = { grantee: buyer.organization }
  t.equal((await hidden.request('POST', `/v1/batches/${lots[0]}/grants`, grant)).status, 201)
  const { numbers } = await walked(buyer, `limit=1&organization=${hidden.organization}`)
  t.strictSame(numbers, ['H-1'], 'until the maker lets it in')
})

t.test('a number or an identifier of others answers like one that nobody gave', async (t) => {
  const identifiers = [{ scheme: 'gtin', value: '4012345000009' }]
  const common = { number: 'LOT-1', identifiers }
  for (const maker of [hidden, trader, other]) await maker.commission(mined('10', common))
  const pairs: readonly (readonly [asked: string, free: string])[] = [
    ['number=LOT-1', 'number=LOT-2'],
    ['identifier=gtin:4012345000009', 'identifier=gtin:4012345000010']
  ]
  for (const [asked, free] of pairs) {
    const unknown = told(await list(stranger, `limit=1&${free}`))
    t.strictSame(unknown, { status: 200, items: [], next: undefined })
    t.strictSame(told(await list(stranger, `limit=1&${asked}`)), unknown, asked)
    const own = await list(other, `limit=1&${asked}`)
    t.match(told(own), { items: [{ number: 'LOT-1' }], next: undefined }, 'the own one alone')
  }
  await stranger.commission(mined('10', common))
  await other.commission(mined('10', { number: 'LOT-3', identifiers, disclosure: 'public' }))
  const found = await walked(stranger, 'limit=1&identifier=gtin:4012345000009')
  t.strictSame(found.numbers.toSorted(), ['LOT-1', 'LOT-3'], 'the own and the public one')
})

t.test('an identifier tells no maker of a restricted batch that is held', async (t) => {
  const identifiers = [{ scheme: 'sscc', value: '340123450000000017' }]
  const lot = await hidden.commission(mined('9', { number: 'TAGGED', identifiers }), {
    disclosure: 'restricted'
  })
  await hidden.send(lot, '9', trader)
  await trader.send(lot, '9', buyer)
  t.match(told(await list(buyer, 'number=TAGGED')), { items: [{ visibility: 'nameless' }] })
  t.match(told(await list(buyer, 'identifier=sscc:340123450000000017')), { items: [] })
  t.match(told(await list(trader, 'identifier=sscc:340123450000000017')), { items: [{ id: lot }] })
})

t.test('where very many are passed over, the place to go on is that of none of them', async (t) => {
  const identifiers = [{ scheme: 'gtin', value: '4099999000003' }]
  const ids: string[] = []
  for (let n = 0; n < 2; n += 1) {
    const outputs = Array.from({ length: 170 }, () => mined('1', { identifiers }))
    const { body } = await hidden.record({ type: 'commission', outputs })
    ids.push(...body.batches.map(({ id }: { id: string }) => id))
  }
  const { numbers, places } = await walked(stranger, 'identifier=gtin:4099999000003')
  t.strictSame(numbers, [])
  t.equal(places.length, 1, 'a page is short rather than slow')
  t.notOk(ids.some((id) => places.includes(id)))
  const all = await walked(hidden, 'limit=100&identifier=gtin:4099999000003')
  t.equal(all.numbers.length, 340, 'and nothing is left out')
})
