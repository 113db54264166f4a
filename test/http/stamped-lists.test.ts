/** Lists of what is in the books say which state of them they show, and are answered 304 while they show the same. */
import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { elements, kg } from '../support/books.ts'
import { programme } from '../support/epd-programme.ts'
import { epdDocument } from '../support/epds.ts'
import { mined, oreChain } from '../support/ore-chain.ts'
import type { Answer } from '../support/service.ts'

const clock = { now: new Date('2026-11-23T12:00:00.000Z') }
const chain = await oreChain(t, () => clock.now)
const { service } = chain
const seller = await chain.party('Seller', 'AU')
const buyer = await chain.party('Buyer', 'FI')
const batch = await seller.commission(mined('150', { number: 'ORE-1' }))
await seller.send(batch, '100', buyer, { received: false })
await seller.send(batch, '10', buyer, { received: false })
/** Within the hard bounds, but more boron than is usual: a finding. */
const UNUSUAL = {
  product: { class: 'sintered_block', name: 'Block' },
  entry: 'purchased',
  mass: kg('100'),
  assay: elements({ Nd: '29', B: '1.4', Fe: '69' })
}
await seller.commission(UNUSUAL)
await seller.commission(UNUSUAL)

const its = await programme(service)
/** Published, and valid to the end of the year. */
const first = await published()
await its.deregistered({ id: first, version: '1.0' }, 'Fees unpaid.')
const magnet = await published()
const draft = { id: epdDocument('magnet-n48h')['id'], version: '1' }
await seller.request('POST', '/v1/epds?state=draft', draft)

async function published(): Promise<string> {
  const document = epdDocument('magnet-n48h', (epd) => {
    Object.assign(epd, { version: '1.0', validFrom: '2026-01-01', validUntil: '2026-12-31' })
    delete epd['verification']
  })
  const { status, body } = await seller.request('POST', '/v1/epds', document)
  if (status !== 201) throw new Error(JSON.stringify(body))
  await its.published({ id: body.id, version: '1.0' })
  return body.id
}

type Ask = (path: string, headers?: Readonly<Record<string, string>>) => Promise<Answer>

const asSeller: Ask = (path, headers) => seller.request('GET', path, undefined, headers)
const asAnybody: Ask = (path, headers) => service.request('GET', path, undefined, headers)

const LISTS = [
  ['/v1/batches', asSeller],
  ['/v1/campaigns', asSeller],
  ['/v1/shipments', asSeller],
  ['/v1/findings', asSeller],
  ['/v1/epds', asSeller],
  ['/v1/epds', asAnybody],
  ['/v1/epds?status=draft', asSeller],
  ['/v1/epds?q=%25', asAnybody],
  [`/v1/epds/${magnet}/versions`, asAnybody],
  [`/v1/epds/${magnet}/versions?validOn=2026-06-01`, asAnybody],
  [`/v1/epds/${magnet}/transitions?version=1.0`, asAnybody],
  ['/v1/deregistrations', asAnybody]
] as const

async function newest(): Promise<{ position: number; asOf: string }> {
  const [row] = await service.deps.db.query<{ position: string; at: string }>({
    text: 'select position, at from journal order by position desc limit 1'
  })
  return { position: Number(row?.position), asOf: row?.at ?? '' }
}

/** An entry that no list of these shows. */
const foreignEntry = () => service.organization({ name: 'Somebody else', country: 'DE' })

t.test('accepts', async (t) => {
  for (const [path, ask] of LISTS) {
    const who = ask === asSeller ? 'its organization' : 'anybody'
    t.test(`${path} of ${who}, with the newest entry of its snapshot`, async (t) => {
      const before = await ask(path)
      const { position, asOf, items } = before.body
      t.strictSame({ position, asOf }, await newest())
      await foreignEntry()
      const after = await ask(path)
      t.strictSame({ ...after.body, position, asOf }, before.body, 'nothing else has changed')
      t.strictSame(
        { ...(await newest()), items, next: before.body.next },
        { next: undefined, ...after.body }
      )
    })

    t.test(`If-None-Match of ${path} of ${who}, whatever others have recorded`, async (t) => {
      const etag = String((await ask(path)).headers['etag'])
      t.match(etag, /^W\/"[\w-]{43}"$/)
      await foreignEntry()
      for (const known of [etag, etag.slice(2)]) {
        const again = await ask(path, { 'if-none-match': known })
        t.strictSame([again.status, again.raw.length], [304, 0])
        t.equal(again.headers['etag'], etag)
      }
      t.equal((await ask(path, { 'if-match': '*' })).status, 200)
    })
  }

  t.test(
    'a declaration, with the newest entry of its snapshot beside the position of its version',
    async (t) => {
      const path = `/v1/epds/${magnet}`
      const before = await asAnybody(path)
      t.strictSame(before.body.snapshot, await newest())
      t.ok(before.body.position < before.body.snapshot.position)
      await foreignEntry()
      const etag = String(before.headers['etag'])
      t.match(etag, /^W\//)
      t.equal((await asAnybody(path, { 'if-none-match': etag })).status, 304)
      const after = await asAnybody(path)
      t.strictSame(after.body, { ...before.body, snapshot: await newest() })
      const losses = await asAnybody(`${path}?losses=csv`)
      t.not(losses.headers['etag'], etag, 'what else is told has another')
      const { position } = before.body.snapshot
      t.strictSame((await asAnybody(`${path}?asOf=${position}`)).body, before.body)
    }
  )

  t.test('what is new in a list has another ETag', async (t) => {
    const news = {
      '/v1/batches': () => seller.commission(UNUSUAL),
      '/v1/findings': () => seller.commission(UNUSUAL),
      '/v1/shipments': () => seller.send(batch, '1', buyer, { received: false }),
      '/v1/epds': published
    }
    for (const [path, record] of Object.entries(news)) {
      const known = { 'if-none-match': String((await asSeller(path)).headers['etag']) }
      const { position } = (await asSeller(path)).body
      await record()
      const after = await asSeller(path, known)
      t.equal(after.status, 200, path)
      t.ok(after.body.position > position, path)
    }
  })

  t.test('an answer to the end that shows nothing of what came after its position', async (t) => {
    for (const path of ['/v1/epds?limit=1', '/v1/batches?limit=1']) {
      const { position } = (await asSeller(path)).body
      const whole = (await asSeller(`${path}00&asOf=${position}`)).body
      const seen: object[] = []
      for (let cursor = ''; ; ) {
        const { body } = await asSeller(`${path}&asOf=${position}${cursor}`)
        t.equal(body.position, position, 'every page of the same state')
        seen.push(...body.items)
        if (body.next === undefined) break
        cursor = `&cursor=${body.next}`
        await (path.startsWith('/v1/epds') ? published() : seller.commission(UNUSUAL))
      }
      t.ok(seen.length > 1)
      t.strictSame(seen, whole.items, path)
    }
  })

  t.test('cursors of lists that did not name a position yet', async (t) => {
    for (const [path, key] of [
      ['/v1/shipments', /^\d+$/],
      ['/v1/findings', /^\d+:\d+$/],
      ['/v1/epds', /^\d+$/]
    ] as const) {
      const start = (await asSeller(`${path}?limit=1`)).body
      const [, place = ''] = start.next.split('.')
      t.match(Buffer.from(place, 'base64url').toString(), key, 'they are what they were')
      const rest = (await asSeller(`${path}?limit=100&cursor=${start.next}`)).body
      const { items } = (await asSeller(`${path}?limit=100`)).body
      t.strictSame([...start.items, ...rest.items], items, path)
    }
  })

  t.test('a page of shipments of one state of the books, whatever happens meanwhile', async (t) => {
    const { items } = (await asSeller('/v1/shipments')).body
    const { db } = service.deps
    let asked: Promise<Answer> | undefined
    await db.transaction(async (tx) => {
      await tx.query({ text: 'lock table shipment_line in access exclusive mode' })
      asked = asSeller('/v1/shipments')
      for (let waits = false; !waits; await wait(5)) {
        const [row] = await db.query<{ waits: boolean }>({
          text: `select exists (select from pg_locks where not granted
            and relation = 'shipment_line'::regclass) as waits`
        })
        waits = row?.waits ?? false
      }
      // What a receipt would write in the moment between two readings.
      await tx.query({ text: 'update shipment_line set open_ug = 0, received_ug = shipped_ug' })
    })
    t.strictSame((await asked)?.body.items, items)
    t.not((await asSeller('/v1/shipments')).body.items[0].lines[0].openKg, '100', 'and then it is')
  })
})

t.test('refuses', async (t) => {
  t.test('If-Match of a page, since its ETag names no bytes', async (t) => {
    const { headers } = await asAnybody('/v1/epds')
    const refused = await asAnybody('/v1/epds', { 'if-match': String(headers['etag']) })
    t.match(refused, { status: 412, body: { code: 'PRECONDITION_FAILED' } })
    t.match(refused.body.detail, /If-None-Match, and leave If-Match out/)
  })

  t.test('what is no question, before anything is read', async (t) => {
    for (const path of [
      '/v1/epds?asOf=999999',
      '/v1/epds?q=a&validOn=x',
      '/v1/epds?status=draft&q=a'
    ]) {
      t.match(await asSeller(path), { status: 400, body: { code: 'REQUEST_INVALID' } }, path)
    }
  })
})

t.test('protects', async (t) => {
  t.test('what a list does not name: places and work have a position each, or none', async (t) => {
    for (const path of ['/v1/organizations', '/v1/facilities', '/v1/keys', '/v1/imports']) {
      const before = await asSeller(path)
      t.equal(before.body.position, undefined, path)
      t.match(before.headers['etag'], /^"/, path)
    }
  })
})

// The last: it turns the clock, and tokens expire.
t.test('declarations by the calendar, as of a moment that answers the same later', async (t) => {
  const last = await newest()
  clock.now = new Date('2027-01-05T08:00:00.000Z')
  for (const path of [`/v1/epds/${magnet}/versions?`, '/v1/epds?status=expired&']) {
    const today = (await asAnybody(path)).body
    t.match(today, { position: last.position, asOf: '2027-01-05T00:00:00.000Z' })
    t.equal(today.items[0].state, 'expired')
    t.strictSame((await asAnybody(`${path}asOf=${today.asOf}`)).body, today)
  }
  clock.now = new Date('2027-02-01T08:00:00.000Z')
  const stored = `/v1/epds/${magnet}/versions?asOf=2027-01-05T00:00:00.000Z`
  await foreignEntry()
  t.match((await asAnybody(stored)).body, { ...last, asOf: '2027-01-05T00:00:00.000Z' })
  t.strictSame((await asAnybody(`/v1/epds/${magnet}/versions`)).body.asOf, (await newest()).asOf)
})
