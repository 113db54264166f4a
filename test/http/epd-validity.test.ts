/** What was valid then (`validOn`), and what was known then (`asOf`): supersession, expiry, withdrawal. */
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { versionValidOn } from '../../src/domain/epd/usable-version.ts'
import type { Role } from '../../src/registry/deps.ts'
import { epdView } from '../../src/registry/epds/epd-view.ts'
import { epdVersions } from '../../src/storage/epds/epds.ts'
import { programme } from '../support/epd-programme.ts'
import { type EpdDocument, epdDocument } from '../support/epds.ts'
import { SEED } from '../support/seed.ts'
import { type Actor, type Answer, type TestApp, testApp } from '../support/service.ts'

/** A registry whose clock the test turns, forwards only: the journal never goes back. */
async function scene(t: Test, begins: string) {
  const clock = { now: new Date(`${begins}T12:00:00Z`) }
  const service = await testApp(t, { now: () => clock.now })
  const renewing = async (role: Role) => renewed(service, await service.actor(role), clock)
  const owner = await renewing('producer')
  const its = await programme(service, {
    verifier: await renewing('verifier'),
    operator: await renewing('operator')
  })
  const get = (path: string) => service.request('GET', path)
  return {
    service,
    owner,
    its,
    get,
    at: (day: string) => {
      clock.now = new Date(`${day}T12:00:00Z`)
    },
    async published(document: EpdDocument): Promise<EpdDocument> {
      const answer = await owner.request('POST', '/v1/epds', document)
      if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
      return (await its.published({ id: document['id'], version: document['version'] })).body
    },
    /** Which version a question finds; all three places that take it must agree. */
    async found(id: string, query: string): Promise<string | null> {
      const one = await get(`/v1/epds/${id}?${query}`)
      const version = one.status === 200 ? one.body.version : null
      const listed = await listedUnder(get, id, query)
      if (listed !== version) throw new Error(`${query}: the list says ${listed}, not ${version}`)
      const versions = await get(`/v1/epds/${id}/versions?${query}`)
      const shown = versions.status === 200 ? versions.body.items.map(versionOf) : []
      const last = shown.at(-1) ?? null
      const agrees = last === version && (shown.length <= 1 || !query.includes('validOn'))
      if (!agrees) throw new Error(`${query}: /versions says ${shown}, not ${version}`)
      return version
    }
  }
}

/** An actor who gets another token for every turn of the clock. */
function renewed(service: TestApp, actor: Actor, clock: { readonly now: Date }): Actor {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: actor.client,
    client_secret: actor.secret
  }).toString()
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  const tokens = new Map<number, Promise<Answer>>()
  return {
    ...actor,
    request: async (method, url, body, headers = {}) => {
      const known = tokens.get(clock.now.getTime())
      const token = known ?? service.request('POST', '/auth/token', form, type)
      tokens.set(clock.now.getTime(), token)
      const authorization = `Bearer ${(await token).body.access_token}`
      return actor.request(method, url, body, { ...headers, authorization })
    }
  }
}

const dated = (version: string, validFrom: string, validUntil: string, id?: string) =>
  epdDocument('magnet-n48h', (epd) => {
    Object.assign(epd, { version, validFrom, validUntil, ...(id === undefined ? {} : { id }) })
    delete epd['verification']
  })

const versionOf = ({ version }: { readonly version: string }) => version

type Get = (path: string) => Promise<Answer>

async function listedUnder(get: Get, id: string, query: string): Promise<string | null> {
  let url = `/v1/epds?${query}&limit=100`
  for (;;) {
    const { body, status } = await get(url)
    if (status !== 200) return null
    const mine = body.items.find((item: { readonly id: string }) => item.id === id)
    if (mine) return mine.version
    if (body.next === undefined) return null
    url = `/v1/epds?${query}&limit=100&cursor=${body.next}`
  }
}

t.test('a published version that follows another one supersedes it from then on', async (t) => {
  const { service, get, at, published, found } = await scene(t, '2026-01-10')
  const first = await published(dated('1.0', '2026-01-01', '2030-12-31'))
  const { id } = first as { id: string }
  at('2026-06-01')
  const second = await published(dated('2.0', '2026-01-01', '2030-12-31', id))
  const old = await get(`/v1/epds/${id}?version=1.0`)
  t.match(old.body, {
    state: 'superseded',
    endsOn: '2026-06-01',
    stateSince: { position: second['stateSince'].position + 1, key: null }
  })
  t.equal((await get(`/v1/epds/${id}`)).body.version, '2.0')
  const expected: readonly (readonly [string, string | null])[] = [
    ['2025-12-31', null],
    ['2026-01-01', '1.0'],
    ['2026-05-31', '1.0'],
    ['2026-06-01', '2.0'],
    ['2030-12-31', '2.0'],
    ['2031-01-01', null]
  ]
  for (const [day, version] of expected) t.equal(await found(id, `validOn=${day}`), version, day)
  const until = 'validOn=2026-05-31'
  t.equal(await listedUnder(get, id, `${until}&status=superseded`), '1.0', 'which is so now')
  t.equal(await listedUnder(get, id, `${until}&status=published`), null, 'not the one after it')
  const log = await service.deps.db.query<{ statement: Buffer; blind: boolean }>({
    text: 'select statement, blind from journal where position = $1',
    values: [second['stateSince'].position + 1]
  })
  t.match(JSON.parse(String(log[0]?.statement)).body, { state: 'superseded', successor: '2.0' })
  t.equal(log[0]?.blind, false, 'in the open')
  const before = first['stateSince'].position
  t.equal(await found(id, `asOf=${before}`), '1.0')
  t.equal(await found(id, `validOn=2026-06-02&asOf=${before}`), '1.0', 'nobody knew better then')
})

t.test(
  'a successor that starts later leaves no gap, and its end none to come back to',
  async (t) => {
    const { owner, its, at, published, found } = await scene(t, '2026-06-01')
    const { id } = (await published(dated('1.0', '2026-01-01', '2030-12-31'))) as { id: string }
    await published(dated('2.0', '2027-01-01', '2031-12-31', id))
    t.equal(await found(id, 'validOn=2026-12-31'), '1.0')
    t.equal(await found(id, 'validOn=2027-01-01'), '2.0')
    at('2027-03-01')
    await its.deregistered({ id, version: '2.0' }, 'Withdrawn.')
    t.equal(await found(id, 'validOn=2027-02-28'), '2.0', 'it was valid until then')
    t.equal(await found(id, 'validOn=2027-03-01'), null, 'and the old one stays superseded')
    const late = await owner.request(
      'POST',
      '/v1/epds',
      dated('1.5', '2026-01-01', '2030-12-31', id)
    )
    t.equal(late.status, 422, 'versions only go up')
  }
)

t.test('a version ends where the first of its successors starts', async (t) => {
  const { its, get, at, published, found } = await scene(t, '2026-06-01')
  const { id } = (await published(dated('1.0', '2026-01-01', '2030-12-31'))) as { id: string }
  await published(dated('2.0', '2027-06-01', '2031-12-31', id))
  at('2026-09-01')
  const { stateSince } = await published(dated('3.0', '2026-08-01', '2030-12-31', id))
  const expected: readonly (readonly [string, string | null])[] = [
    ['2026-08-31', '1.0'],
    ['2026-09-01', '3.0'],
    ['2027-06-01', '3.0']
  ]
  for (const [day, version] of expected) t.equal(await found(id, `validOn=${day}`), version, day)
  const first = await get(`/v1/epds/${id}?version=1.0`)
  t.match(first.body, { state: 'superseded', endsOn: '2026-09-01' })
  t.equal(await found(id, `validOn=2027-01-01&asOf=${stateSince.position - 1}`), '1.0')
  await published(dated('4.0', '2028-01-01', '2032-12-31', id))
  t.equal(
    (await get(`/v1/epds/${id}?version=1.0`)).body.endsOn,
    '2026-09-01',
    'a later one moves nothing'
  )
  const steps = await get(`/v1/epds/${id}/transitions?version=1.0`)
  const taken = steps.body.items.map((step: { readonly transition: string }) => step.transition)
  t.same(taken.slice(-2), ['supersede', 'supersede'])
  await its.deregistered({ id, version: '4.0' }, 'Withdrawn before it began.')
  t.equal(await found(id, 'validOn=2027-12-31'), '3.0')
})

t.test('what is over when it is published ends no version that is valid', async (t) => {
  const { owner, its, get, published } = await scene(t, '2026-06-01')
  const { id } = (await published(dated('1.0', '2026-01-01', '2030-12-31'))) as { id: string }
  await owner.request('POST', '/v1/epds', dated('2.0', '2022-01-01', '2026-05-31', id))
  const { number } = (await get(`/v1/epds/${id}`)).body.registration
  await its.registered({ id, version: '2.0' }, number)
  const url = `/v1/epds/${id}/transitions`
  const publish = await its.operator.request('POST', url, { version: '2.0', transition: 'publish' })
  t.match(publish, { status: 409, body: { code: 'TRANSITION_NOT_ALLOWED', detail: /is over/ } })
  t.match((await get(`/v1/epds/${id}`)).body, { version: '1.0', state: 'published' })
  const alone = (await published(dated('1.0', '2022-01-01', '2026-05-31'))) as EpdDocument
  t.equal(alone['state'], 'expired', 'history may be published where it ends nothing')
})

t.test('expiry needs nobody to write it', async (t) => {
  const { service, its, get, at, published, found } = await scene(t, '2026-06-01')
  const record = await published(dated('1.0', '2026-01-01', '2027-12-31'))
  const { id } = record as { id: string }
  const entries = async () =>
    (await service.deps.db.query({ text: 'select from journal where subject = $1', values: [id] }))
      .length
  const written = await entries()
  at('2027-12-31')
  t.equal((await get(`/v1/epds/${id}`)).body.state, 'published', 'on its last day')
  at('2028-01-01')
  const expired = await get(`/v1/epds/${id}`)
  t.equal(expired.body.state, 'expired')
  t.equal((await get(`/v1/epds/${id}/document?version=1.0`)).status, 200, 'and stays readable')
  const all = async (status: string) =>
    (await get(`/v1/epds?status=${status}&limit=100`)).body.items.map(
      (item: { readonly id: string }) => item.id
    )
  t.ok((await all('expired')).includes(id))
  t.notOk((await all('published')).includes(id))
  t.equal(await found(id, 'validOn=2027-12-31'), '1.0')
  t.equal(await found(id, 'validOn=2028-01-01'), null)
  t.equal(await entries(), written, 'without an entry of its own')
  const { position } = record['stateSince']
  t.equal((await get(`/v1/epds/${id}?asOf=${position}`)).body.state, 'published', 'as of then')
  t.equal((await get(`/v1/epds/${id}?asOf=2027-12-31T23:59:59Z`)).body.state, 'published')
  t.equal((await get(`/v1/epds/${id}?asOf=2028-01-01T00:00:00Z`)).body.state, 'expired')
  await published(dated('2.0', '2028-01-01', '2032-12-31', id))
  const old = await get(`/v1/epds/${id}?version=1.0`)
  t.match(old.body, { state: 'expired', endsOn: undefined }, 'who had expired is not superseded')
  await its.deregistered({ id, version: '1.0' }, 'An error was found after the end.')
  t.equal((await get(`/v1/epds/${id}?version=1.0`)).body.state, 'deregistered')
})

t.test('the public list of withdrawals', async (t) => {
  const { owner, its, get, at, published } = await scene(t, '2026-07-01')
  const record = await published(dated('1.0', '2026-01-01', '2030-12-31'))
  const other = await published(dated('1.0', '2026-01-01', '2030-12-31'))
  await its.deregistered({ id: other['id'], version: '1.0' }, 'Errors were not mended.')
  const { id } = record as { id: string }
  const [head] = (await get('/v1/deregistrations')).body.items
  const known = head.position
  at('2026-07-02')
  const { body: withdrawn } = await its.deregistered({ id, version: '1.0' }, 'Fees unpaid.')
  const { operator } = its
  const { body } = await get(`/v1/deregistrations?operator=${operator.organization}`)
  t.match(body.items.at(-1), {
    id,
    version: '1.0',
    name: { en: /magnet/i },
    organization: owner.organization,
    operator: operator.organization,
    registrationNumber: record['registration'].number,
    reason: 'Fees unpaid.',
    position: withdrawn.stateSince.position,
    recordedAt: /^2026-07-02|^202/,
    signedBy: { organization: operator.organization, key: operator.signer.id }
  })
  const before = await get(`/v1/deregistrations?asOf=${known}`)
  t.same(before.body.items, [head])
  const paged = await get('/v1/deregistrations?limit=1')
  t.equal(paged.body.items.length, 1)
  t.match(String(paged.headers['link']), /rel="next"/)
  const unknown = await get('/v1/deregistrations?operator=5f1c9a52-7f0e-4a43-9d8e-2f5a1f0c0b99')
  t.match(unknown.body, { items: [], next: undefined })
  t.equal((await get(`/v1/epds/${id}`)).body.stateSince.reason, 'Fees unpaid.')
})

t.test('an editorial update keeps its verification and the end of its validity', async (t) => {
  const { owner, its, get, published } = await scene(t, '2026-08-01')
  const first = await published(dated('1.0', '2026-01-01', '2030-12-31'))
  const { id, registration } = first as EpdDocument & { id: string }
  const next = { ...dated('1.1', '2026-01-01', '2030-12-31', id), note: { en: 'Page 3 mended.' } }
  const { body: sent } = await owner.request('POST', '/v1/epds', next)
  const confirm = {
    version: '1.1',
    transition: 'confirm_editorial',
    documentSha256: sent.sha256,
    baseSha256: first['sha256']
  }
  const wrongBase = { ...confirm, baseSha256: sent.sha256 }
  t.equal((await its.operator.state(id, wrongBase)).body.code, 'STATEMENT_MISMATCH')
  const { body: confirmed } = await its.operator.state(id, confirm)
  t.match(confirmed, {
    state: 'verified',
    verification: { version: '1.0', documentSha256: first['sha256'] },
    stateSince: { organization: its.operator.organization, key: its.operator.signer.id }
  })
  t.same(confirmed.verification, first['verification'], 'the one of the version that it edits')
  const number = registration.number
  const register = { version: '1.1', transition: 'register', documentSha256: sent.sha256 }
  const kept = await its.operator.state(id, { ...register, registrationNumber: number })
  t.equal(kept.status, 200, 'under the same number')
  const url = `/v1/epds/${id}/transitions`
  await its.operator.request('POST', url, { version: '1.1', transition: 'publish' })
  t.equal((await get(`/v1/epds/${id}?version=1.0`)).body.state, 'superseded')
  t.equal((await get(`/v1/epds/${id}`)).body.version, '1.1')
})

t.test('an update that changes a value needs a verification of its own', async (t) => {
  const { owner, its, published } = await scene(t, '2026-08-01')
  const first = await published(dated('1.0', '2026-01-01', '2030-12-31'))
  const { id } = first as { id: string }
  const next = dated('1.1', '2026-01-01', '2030-11-30', id)
  const { value } = next['results'][0].values[0]
  next['results'][0].values[0].value = `${value}1`
  const { body: sent } = await owner.request('POST', '/v1/epds', next)
  const confirm = { version: '1.1', transition: 'confirm_editorial', documentSha256: sent.sha256 }
  const answer = await its.operator.state(id, { ...confirm, baseSha256: first['sha256'] })
  t.equal(answer.body.code, 'TRANSITION_NOT_ALLOWED')
  t.match(answer.body.errors, [
    { pointer: /^\/results\/.*values/, message: `was ${value}, is ${value}1` },
    { pointer: '/validUntil/date', message: 'was 2030-12-31, is 2030-11-30' }
  ])
  t.equal((await its.published({ id, version: '1.1' })).body.state, 'published')
  const unverified = dated('1.2', '2026-01-01', '2030-11-30')
  const { body: alone } = await owner.request('POST', '/v1/epds', unverified)
  const nothing = { ...confirm, version: '1.2', documentSha256: alone.sha256 }
  const refused = await its.operator.state(unverified['id'], {
    ...nothing,
    baseSha256: first['sha256']
  })
  t.equal(refused.body.code, 'TRANSITION_NOT_ALLOWED', 'there is nothing that it could edit')
})

t.test('of two that are built on each other the second is not published', async (t) => {
  const { owner, its, get } = await scene(t, '2026-09-01')
  const submitted = async (version: string, id: string, includes: readonly string[]) => {
    const document = {
      ...dated(version, '2026-01-01', '2030-12-31', id),
      includes: includes.map((epd) => ({ epd, quantity: { value: '0.1', unit: 'KGM' } }))
    }
    const { status, body } = await owner.request('POST', '/v1/epds', document)
    t.equal(status, 201, JSON.stringify(body))
  }
  const [one, other] = [randomUUID(), randomUUID()]
  await submitted('1.0', one, [other])
  await submitted('1.0', other, [one])
  await its.published({ id: one, version: '1.0' })
  await its.registered({ id: other, version: '1.0' })
  const publish = { version: '1.0', transition: 'publish' }
  const answer = await its.operator.request('POST', `/v1/epds/${other}/transitions`, publish)
  t.match(answer, { status: 409, body: { code: 'TRANSITION_NOT_ALLOWED' } })
  t.match(answer.body.errors, [{ pointer: '/includes/0/epd', message: /higher version/ }])
  t.equal((await get(`/v1/epds/${other}`)).status, 404, 'nobody sees it')
  await submitted('1.1', other, [])
  t.equal((await its.published({ id: other, version: '1.1' })).status, 200)
})

t.test('questions that cannot be answered', async (t) => {
  const { get, published } = await scene(t, '2026-09-01')
  const { id } = (await published(dated('1.0', '2026-01-01', '2030-12-31'))) as { id: string }
  for (const query of [
    'validOn=2026-02-30',
    'validOn=0000-01-01',
    'validOn=yesterday',
    'validOn=2026',
    'validOn=',
    'asOf=2999-01-01T00:00:00Z',
    'asOf=99999999',
    'asOf=-1',
    'asOf=soon',
    'validOn=2026-02-01&version=1.0'
  ]) {
    t.equal((await get(`/v1/epds/${id}?${query}`)).status, 400, query)
    if (query.includes('version')) continue
    t.equal((await get(`/v1/epds/${id}/versions?${query}`)).status, 400, query)
    t.equal((await get(`/v1/epds?${query}`)).status, 400, query)
  }
  t.equal((await get(`/v1/epds/${id}?asOf=0`)).status, 404, 'nothing was known of it')
})

t.test('answers as of an earlier position never change, whatever happens later', async (t) => {
  const { service, owner, its, get, at, published } = await scene(t, '2026-10-01')
  t.comment(`seed ${SEED}`)
  const kept = new Map<string, string>()
  const ids: string[] = []
  const days = ['2026-10-01', '2026-10-02', '2026-11-15', '2027-02-01', '2027-02-02', '2029-01-01']
  const moves = fc.sample(
    fc.record({ publish: fc.boolean(), from: fc.nat(2), until: fc.nat(2), which: fc.nat(3) }),
    { seed: SEED, numRuns: days.length * 3 }
  )
  const questions = (id: string) =>
    ['', '&validOn=2026-10-01', '&validOn=2027-01-01', '&validOn=2028-06-01'].flatMap((more) => [
      `/v1/epds/${id}?x${more}`,
      `/v1/epds/${id}/versions?x${more}`,
      `/v1/epds?owner=${owner.organization}&limit=100${more}`
    ])
  const answerOf = async (url: string, position: number) => {
    const { status, body } = await get(
      url.replace('?x', '?').replace('?&', '?') + asOf(url, position)
    )
    return JSON.stringify([status, body.code ?? body])
  }
  const asOf = (url: string, position: number) => `${/\?x$/.test(url) ? '' : '&'}asOf=${position}`
  let versions = 0
  for (const [n, { publish, from, until, which }] of moves.entries()) {
    at(days[Math.floor(n / 3)] ?? '2029-01-01')
    const id = ids[which]
    const span = [`202${6 + from}-01-01`, `${2028 + until}-12-31`] as const
    if (!publish && id !== undefined) {
      const newest = (await get(`/v1/epds/${id}`)).body
      if (['published', 'expired'].includes(newest.state)) {
        await its.deregistered({ id, version: newest.version }, 'By chance.')
      }
    } else {
      versions += 1
      const record = await published(dated(`${versions}`, ...span, id))
      if (id === undefined) ids.push(record['id'])
    }
    const [head] = await service.deps.db.query<{ last: string }>({
      text: 'select next - 1 as last from journal_head'
    })
    const position = Number(head?.last)
    for (const each of ids) {
      for (const url of questions(each)) {
        kept.set(`${position} ${url}`, await answerOf(url, position))
      }
    }
  }
  let changed = 0
  for (const [key, before] of kept) {
    const [position = '', url = ''] = key.split(' ')
    const now = await answerOf(url, Number(position))
    if (now !== before) {
      changed += 1
      t.equal(now, before, key)
    }
  }
  t.equal(changed, 0)
  await agreesWithTheDomain(service, ids, t)
  t.comment(`${kept.size} answers kept of ${moves.length} moves`)
})

/** The list asks SQL, one declaration asks the domain: they find the same version on every day. */
async function agreesWithTheDomain(
  service: TestApp,
  ids: readonly string[],
  t: Test
): Promise<void> {
  const get = (path: string) => service.request('GET', path)
  const view = await epdView(service.deps.db, service.deps, null)
  let compared = 0
  for (const id of ids) {
    const versions = await epdVersions(service.deps.db, view, id)
    for (const year of [2025, 2026, 2027, 2028, 2029, 2030, 2031]) {
      for (const day of ['01-01', '02-01', '02-02', '10-01', '10-02', '11-15', '12-31']) {
        const on = `${year}-${day}`
        const valid = versionValidOn(versions, on)
        const expected = valid?.version ?? null
        t.equal(await listedUnder(get, id, `validOn=${on}`), expected, `${id} on ${on}`)
        const published = await listedUnder(get, id, `validOn=${on}&status=published`)
        t.equal(published, valid?.state === 'published' ? expected : null, `${id}, published`)
        compared += 1
      }
    }
  }
  t.comment(`${compared} days compared`)
}
