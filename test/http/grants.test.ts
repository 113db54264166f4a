import { createHash, randomUUID } from 'node:crypto'
import t from 'tap'
import { revokeGrant } from '../../src/storage/parties/grants.ts'
import type { Party } from '../support/ore-chain.ts'
import { mined, oreChain } from '../support/ore-chain.ts'

const chain = await oreChain(t)
const mine = await chain.party('Mine', 'AU')
const hidden = await chain.party('Hidden', 'CN')
const trader = await chain.party('Trader', 'SG')
const customer = await chain.party('Customer', 'DE', 'buyer')
const { service } = chain

const ore = await mine.commission(mined('1000', { number: 'ORE-A' }))
const secret = await hidden.commission(mined('1000'), { disclosure: 'restricted' })
await mine.send(ore, '100', trader)
await hidden.send(secret, '100', trader)
const blend = await trader.blend({ [ore]: '100', [secret]: '50' }, '150', { number: 'BL-1' })
await trader.send(blend, '50', customer)

/** An auditor of an organization that has nothing to do with the chain. */
const auditor = () => service.actor('auditor')
type Auditor = Awaited<ReturnType<typeof auditor>>

const grant = (party: Party, batch: string, body: object, headers = {}) =>
  party.request('POST', `/v1/batches/${batch}/grants`, body, headers)

const sees = async (who: Auditor, batch: string, question = '') =>
  (await who.request('GET', `/v1/batches/${batch}${question}`)).status

const redeem = (who: Auditor, link: unknown) =>
  who.request('POST', '/v1/grants/redemptions', { secret: link })

t.test('POST /v1/batches/{id}/grants', async (t) => {
  t.test(
    'accepts a holder who lets an organization in: batch, balance and ancestors',
    async (t) => {
      const who = await auditor()
      t.equal(await sees(who, blend), 404)
      const made = await grant(trader, blend, { grantee: who.organization })
      t.match(made, {
        status: 201,
        body: {
          kind: 'organization',
          scope: 'chain',
          status: 'in_force',
          grantor: trader.organization
        }
      })
      t.notHas(made.body, { secret: String })
      const { body } = await who.request('GET', `/v1/batches/${blend}`)
      t.match(body, {
        number: 'BL-1',
        holdings: [{ custodian: trader.organization, massKg: '100' }]
      })
      t.equal(body.holdings.length, 1, 'not the balance of the customer')
      t.equal(await sees(who, ore), 200)
      t.equal(await sees(who, secret), 404, 'a restricted ancestor stays an outline')
      const up = await who.request('GET', `/v1/batches/${blend}/upstream`)
      t.strictSame(
        up.body.nodes.map(({ visibility }: { visibility: string }) => visibility).toSorted(),
        ['outline', 'whole', 'whole']
      )
      const list = await who.request('GET', '/v1/batches')
      t.strictSame(
        list.body.items.map(({ id }: { id: string }) => id),
        [blend]
      )
    }
  )

  t.test('accepts a narrower scope: the batch, and an outline of its ancestors', async (t) => {
    const who = await auditor()
    await grant(trader, blend, { grantee: who.organization, scope: 'batch' })
    t.equal(await sees(who, blend), 200)
    t.equal(await sees(who, blend, '/origins'), 200)
    t.equal(await sees(who, ore), 404)
    const up = await who.request('GET', `/v1/batches/${blend}/upstream`)
    t.notOk(JSON.stringify(up.body).includes(mine.organization))
    await grant(trader, blend, { grantee: who.organization, scope: 'chain' })
    t.equal(await sees(who, ore), 200, 'the wider of two grants holds')
  })

  t.test('accepts a repeated request with its key once', async (t) => {
    const who = await auditor()
    const headers = { 'idempotency-key': randomUUID() }
    const body = { grantee: who.organization }
    const [first, second] = [
      await grant(trader, blend, body, headers),
      await grant(trader, blend, body, headers)
    ]
    t.strictSame([first.status, second.status], [201, 200])
    t.strictSame(second.body, first.body)
    const other = await grant(trader, blend, { ...body, scope: 'batch' }, headers)
    t.match(other, { status: 409, body: { code: 'CONFLICT' } })
    const whoElse = (await auditor()).organization
    const others = [{}, { grantee: whoElse }, { ...body, expiresAt: '2099-01-01T00:00:00Z' }]
    for (const changed of others) {
      const answer = await grant(trader, blend, changed, headers)
      t.match(answer, { status: 409, body: { code: 'CONFLICT' } }, JSON.stringify(changed))
    }
    const batch = await trader.commission(mined('10'))
    t.equal((await grant(trader, batch, body, headers)).status, 409, 'of another batch')
  })

  t.test('refuses a grantee that is unknown or oneself, and a time that has passed', async (t) => {
    const pointer = async (body: object) => {
      const answer = await grant(trader, blend, body)
      t.equal(answer.status, 400)
      return answer.body.errors?.[0]?.pointer
    }
    t.equal(await pointer({ grantee: randomUUID() }), '/grantee')
    t.equal(await pointer({ grantee: trader.organization }), '/grantee')
    t.equal(await pointer({ expiresAt: '2026-11-23T12:00:00Z' }), '/expiresAt')
    t.equal(await pointer({ expiresAt: 'tomorrow' }), '/expiresAt')
    t.equal(await pointer({ expiresAt: '2099-01-01 00:00:00Z' }), '/expiresAt')
    t.equal(await pointer({ expiresAt: '2099-01-01T00:00:00+01' }), '/expiresAt')
    t.equal(await pointer({ scope: 'everything' }), '/scope')
    t.equal(await pointer({ grantee: customer.organization, for: 'ever' }), '/for')
  })

  t.test('protects the batch from those who did not hold it', async (t) => {
    t.equal((await grant(hidden, ore, {})).status, 404)
    t.equal((await grant(customer, ore, {})).status, 403, 'an ancestor of what it holds')
    const who = await service.actor(['buyer'])
    await grant(trader, blend, { grantee: who.organization })
    const passedOn = await who.request('POST', `/v1/batches/${blend}/grants`, {})
    t.match(passedOn, { status: 403, body: { code: 'FORBIDDEN' } })
  })

  t.test('protects the books: a grant is an entry of the journal', async (t) => {
    const who = await auditor()
    const { body } = await grant(trader, blend, { grantee: who.organization })
    const [entry] = await service.deps.db.query<{ kind: string; blind: boolean; subject: string }>({
      text: 'select kind, blind, subject from journal where position = $1',
      values: [body.position]
    })
    t.strictSame(entry, { kind: 'grant', blind: true, subject: body.id })
  })
})

t.test('one-time links', async (t) => {
  t.test('accept the first organization that redeems them, and no other', async (t) => {
    const made = await grant(trader, blend, {})
    t.match(made, { status: 201, headers: { 'cache-control': 'no-store' } })
    t.match(made.body, {
      kind: 'link',
      status: 'waiting',
      secret: /^ldg_[0-9a-f]{32}_[0-9a-f]{64}$/
    })
    const [first, second] = [await auditor(), await auditor()]
    const redeemed = await redeem(first, made.body.secret)
    t.match(redeemed, {
      status: 200,
      body: { status: 'in_force', grantee: first.organization, batch: blend }
    })
    t.equal(await sees(first, ore), 200)
    t.equal((await redeem(second, made.body.secret)).status, 404)
    t.equal(await sees(second, blend), 404)
    t.strictSame((await redeem(first, made.body.secret)).body, redeemed.body, 'again, for the same')
  })

  t.test('accept one of many that redeem at once', async (t) => {
    const { body } = await grant(trader, blend, {})
    const racers = await Promise.all(Array.from({ length: 8 }, auditor))
    const answers = await Promise.all(racers.map((racer) => redeem(racer, body.secret)))
    t.strictSame(answers.map(({ status }) => status).toSorted(), [200, ...Array(7).fill(404)])
  })

  t.test('refuse secrets that are none, that are their own, and unknown ones alike', async (t) => {
    const { body } = await grant(trader, blend, {})
    const own = { ...trader, request: trader.request }
    t.equal((await redeem(own, body.secret)).status, 403)
    const who = await auditor()
    const unknown = await redeem(who, `ldg_${'0'.repeat(32)}_${'0'.repeat(64)}`)
    t.match(unknown, { status: 404, body: { code: 'NOT_FOUND' } })
    t.equal((await redeem(who, 'open sesame')).body.detail, unknown.body.detail)
    t.equal((await redeem(who, 1)).status, 400)
  })

  t.test('protect the secret: shown once, and nowhere stored', async (t) => {
    const headers = { 'idempotency-key': randomUUID() }
    const { body } = await grant(trader, blend, {}, headers)
    const again = await grant(trader, blend, {}, headers)
    t.match(again, { status: 200, body: { id: body.id } })
    t.notHas(again.body, { secret: String })
    const list = await trader.request('GET', `/v1/batches/${blend}/grants`)
    t.notOk(JSON.stringify(list.body).includes('ldg_'))
    const rows = await service.deps.db.query<{ text: string }>({
      text: 'select g::text from batch_grant g where id = $1',
      values: [body.id]
    })
    const random = String(body.secret).slice(-64)
    t.notOk(JSON.stringify(rows).includes(random))
    const [entry] = await service.deps.db.query<{ statement: Buffer }>({
      text: 'select statement from journal where position = $1',
      values: [body.position]
    })
    const linkSha256 = createHash('sha256')
      .update(`lodestone grant secret\n${body.secret}`)
      .digest('base64url')
    const said = JSON.parse(String(entry?.statement)).body
    t.match(said, { batch: blend, grantee: null, linkSha256 }, 'no other link takes its place')
  })
})

t.test('GET and DELETE of grants', async (t) => {
  t.test('accept whoever granted, in pages', async (t) => {
    const batch = await mine.commission(mined('10'))
    const made = []
    for (let n = 0; n < 3; n += 1) made.push((await grant(mine, batch, {})).body.id)
    const first = await mine.request('GET', `/v1/batches/${batch}/grants?limit=2`)
    const next = /<(.*)>/.exec(String(first.headers['link']))?.[1] ?? ''
    const rest = await mine.request('GET', next)
    const ids = [...first.body.items, ...rest.body.items].map(({ id }: { id: string }) => id)
    t.strictSame(ids, made)
  })

  t.test('accept a question for one, at the address that was told when it was made', async (t) => {
    const batch = await mine.commission(mined('10'))
    const made = await grant(mine, batch, {})
    const url = String(made.headers['location'])
    t.equal(url, `/v1/batches/${batch}/grants/${made.body.id}`)
    const { secret: _shownOnce, ...shown } = made.body
    t.match(await mine.request('GET', url), { status: 200, body: shown })
    t.notHas((await mine.request('GET', url)).body, { secret: String })
    await redeem(await auditor(), made.body.secret)
    t.match((await mine.request('GET', url)).body, { status: 'in_force', redeemedAt: String })
    await mine.request('DELETE', url)
    t.match((await mine.request('GET', url)).body, { status: 'revoked' })
  })

  t.test('refuse a grant of another batch, and protect those of others', async (t) => {
    const batch = await mine.commission(mined('10'))
    const who = await auditor()
    const { body } = await grant(mine, batch, { grantee: who.organization })
    const url = `/v1/batches/${batch}/grants/${body.id}`
    t.equal((await mine.request('GET', `/v1/batches/${ore}/grants/${body.id}`)).status, 404)
    t.equal((await mine.request('GET', `/v1/batches/${batch}/grants/${randomUUID()}`)).status, 404)
    t.equal((await trader.request('GET', url)).status, 404)
    const grantee = await service.actor('producer', who.organization)
    t.equal((await grantee.request('GET', url)).status, 404, 'not even whoever was let in')
  })

  t.test('accept a revocation, which ends the sight at once, also of ancestors', async (t) => {
    const who = await auditor()
    const { body } = await grant(trader, blend, { grantee: who.organization })
    t.equal(await sees(who, ore), 200)
    const url = `/v1/batches/${blend}/grants/${body.id}`
    t.equal((await trader.request('DELETE', url)).status, 204)
    t.equal((await trader.request('DELETE', url)).status, 204, 'again changes nothing')
    for (const batch of [blend, ore]) t.equal(await sees(who, batch), 404)
    const list = await trader.request('GET', `/v1/batches/${blend}/grants?limit=100`)
    const ended = list.body.items.find(({ id }: { id: string }) => id === body.id)
    t.match(ended, { status: 'revoked', revokedPosition: Number })
    const entries = await service.deps.db.query<{ position: string }>({
      text: `select position from journal where kind = 'grant_revocation' and subject = $1`,
      values: [body.id]
    })
    t.strictSame(entries, [{ position: String(ended.revokedPosition) }], 'one entry for both')
  })

  t.test('refuse what is not there, and a revoked link', async (t) => {
    const { body } = await grant(trader, blend, {})
    const url = (batch: string, id: string) => `/v1/batches/${batch}/grants/${id}`
    t.equal((await trader.request('DELETE', url(blend, randomUUID()))).status, 404)
    t.equal((await trader.request('DELETE', url(ore, body.id))).status, 404, 'of another batch')
    await trader.request('DELETE', url(blend, body.id))
    t.equal((await redeem(await auditor(), body.secret)).status, 404)
    const bound = (await grant(trader, blend, {})).body
    const who = await auditor()
    t.equal((await redeem(who, bound.secret)).status, 200)
    await trader.request('DELETE', url(blend, bound.id))
    t.equal((await redeem(who, bound.secret)).status, 404, 'not even for whoever had it')
    t.equal(await sees(who, blend), 404)
  })

  t.test('protect the grants of others', async (t) => {
    const { body } = await grant(trader, blend, {})
    const url = `/v1/batches/${blend}/grants/${body.id}`
    t.equal((await customer.request('DELETE', url)).status, 404)
    const list = await customer.request('GET', `/v1/batches/${blend}/grants`)
    t.strictSame(list.body.items, [], 'another holder sees its own alone')
    t.equal((await hidden.request('GET', `/v1/batches/${blend}/grants`)).status, 404)
  })
})

t.test('a grant ends when its time has come', async (t) => {
  let now = new Date('2026-11-23T12:00:00Z')
  const moving = await oreChain(t, () => now)
  const owner = await moving.party('Owner', 'FI')
  const batch = await owner.commission(mined('10'))
  const who = await moving.service.actor('auditor')
  const expiresAt = '2026-11-23T12:05:00Z'
  await grant(owner, batch, { grantee: who.organization, expiresAt })
  const [free, bound] = [
    await grant(owner, batch, { expiresAt }),
    await grant(owner, batch, { expiresAt })
  ]
  const guest = await moving.service.actor('auditor')
  t.equal((await redeem(guest, bound.body.secret)).status, 200)
  t.same([await sees(who, batch), await sees(guest, batch)], [200, 200])
  now = new Date('2026-11-23T12:05:00Z')
  t.same([await sees(who, batch), await sees(guest, batch)], [404, 404])
  const list = await owner.request('GET', `/v1/batches/${batch}/grants`)
  t.match(list.body.items, [{ status: 'expired' }, { status: 'expired' }, { status: 'expired' }])
  t.equal((await redeem(guest, free.body.secret)).status, 404, 'nor is its link redeemed')
  t.equal((await redeem(guest, bound.body.secret)).status, 404, 'again')
  t.match(await grant(owner, batch, { expiresAt }), {
    status: 400,
    body: { errors: [{ pointer: '/expiresAt' }] }
  })
})

t.test('what was granted can be ended and bound, and nothing else about it changes', async (t) => {
  const { body } = await grant(trader, blend, {})
  const change = (set: string) =>
    service.deps.db.query({
      text: `update batch_grant set ${set} where id = $1`,
      values: [body.id]
    })
  await t.rejects(change(`scope = 'batch'`), /never changed/)
  await t.rejects(change(`expires_at = now()`), /never changed/)
  await t.rejects(service.deps.db.query({ text: 'delete from batch_grant' }), /never changed/)
  await t.resolves(service.deps.db.transaction((tx) => revokeGrant(tx, body.id, body.position)))
})
