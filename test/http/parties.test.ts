import { randomUUID } from 'node:crypto'
import t from 'tap'
import { canonicalHash } from '../../src/domain/canonical-json.ts'
import { readStatement } from '../../src/log/read-statement.ts'
import { loadReference } from '../../src/reference.ts'
import { bootstrap } from '../../src/registry/bootstrap.ts'
import { createDeps } from '../../src/registry/create-deps.ts'
import type { NewClient } from '../../src/registry/parties/register-client.ts'
import { testDatabase } from '../support/database.ts'
import { type Actor, type TestApp, testApp } from '../support/service.ts'

const key = (name: string) => ({ 'idempotency-key': name })

const works = {
  name: 'Kemi separation plant',
  country: 'FI',
  region: 'FI-10',
  coordinates: { latitude: '65.7362', longitude: '24.5634' },
  stages: ['cracking_leaching', 'separation'],
  validFrom: '2024-01-01',
  identifiers: [{ scheme: 'gln', value: '6430000000017' }]
}

async function journalSize({ deps }: TestApp): Promise<number> {
  const [row] = await deps.db.query<{ count: string }>({ text: 'select count(*) from journal' })
  return Number(row!.count)
}

t.test('accepts', async (t) => {
  const service = await testApp(t)
  const admin = await service.actor('admin')
  const producer = await service.actor('producer')

  t.test(
    'an organization, exactly as it was written, in the one order of everything',
    async (t) => {
      const text = '{ "country": "GB",\n  "name": "Tyne Magnets Ltd" }'
      const before = await journalSize(service)
      const made = await admin.request('POST', '/v1/organizations', text)
      t.equal(made.status, 201)
      t.match(made.body, { name: 'Tyne Magnets Ltd', country: 'GB', position: before })
      t.equal(made.headers['location'], `/v1/organizations/${made.body.id}`)
      const read = await producer.request('GET', String(made.headers['location']))
      t.strictSame(read.body, made.body)

      const [stored] = await service.deps.db.query<{ document: Buffer; contentHash: Buffer }>({
        text: 'select document, content_hash as "contentHash" from organization_version where organization = $1',
        values: [made.body.id]
      })
      t.equal(stored!.document.toString(), text)
      t.same(stored!.contentHash, canonicalHash({ name: 'Tyne Magnets Ltd', country: 'GB' }))
      const [entry] = await service.deps.db.query({
        text: 'select kind, subject, organization, blind from journal where position = $1',
        values: [made.body.position]
      })
      const { id } = made.body
      t.strictSame(entry, { kind: 'organization', subject: id, organization: id, blind: true })
    }
  )

  t.test('a facility and its later versions; the earlier ones stay', async (t) => {
    const made = await producer.request('POST', '/v1/facilities', works)
    t.equal(made.status, 201)
    const { organization } = producer
    t.match(made.body, { ...works, organization, operator: organization, attestation: 'declared' })
    const url = `/v1/facilities/${made.body.id}`
    const enlarged = { ...works, stages: ['separation', 'metal_making'], validFrom: '2026-01-01' }
    const revised = await producer.request('POST', `${url}/versions`, enlarged)
    t.equal(revised.status, 201)
    t.strictSame((await producer.request('GET', url)).body, revised.body)
    const versions = await producer.request('GET', `${url}/versions`)
    t.strictSame(versions.body.items, [made.body, revised.body])
    const again = await producer.request('POST', `${url}/versions`, enlarged)
    t.equal(again.status, 200, 'the same content again is the same version')
    t.strictSame(again.body, revised.body)
  })

  t.test('many versions, which are told page by page', async (t) => {
    const first = await producer.request('POST', '/v1/facilities', { ...works, name: 'Plant 0' })
    const urls = [`/v1/organizations/${producer.organization}`, `/v1/facilities/${first.body.id}`]
    for (const url of urls) {
      const terms = url.includes('facilities') ? works : { country: 'GB' }
      for (const name of ['Plant 1', 'Plant 2', 'Plant 3']) {
        const made = await producer.request('POST', `${url}/versions`, { ...terms, name })
        t.equal(made.status, 201, JSON.stringify(made.body))
      }
      const whole = (await producer.request('GET', `${url}/versions`)).body
      t.strictSame([whole.items.length, whole.next], [4, undefined])
      const start = await producer.request('GET', `${url}/versions?limit=3`)
      t.strictSame(start.body.items, whole.items.slice(0, 3))
      const query = new URLSearchParams({ limit: '3', cursor: start.body.next })
      const rest = await producer.request('GET', `${url}/versions?${query}`)
      t.strictSame(rest.body, { items: whole.items.slice(3) })
    }
  })

  t.test(
    'an attestation, a foreign owner and another operator from who runs the registry',
    async (t) => {
      const facility = { ...works, organization: producer.organization, attestation: 'attested' }
      const made = await admin.request('POST', '/v1/facilities', {
        ...facility,
        operator: admin.organization
      })
      t.equal(made.status, 201)
      t.match(made.body, { attestation: 'attested', operator: admin.organization })
      t.equal(made.body.organization, producer.organization)
    }
  )

  t.test('the same request again under its Idempotency-Key, and makes nothing new', async (t) => {
    for (const [url, body, actor] of [
      ['/v1/organizations', { name: 'Once', country: 'FI' }, admin],
      ['/v1/facilities', works, producer],
      ['/v1/clients', { name: 'Once', roles: ['producer'] }, producer]
    ] as const) {
      const first = await actor.request('POST', url, body, key('k-1'))
      const size = await journalSize(service)
      const second = await actor.request('POST', url, body, key('k-1'))
      t.same([first.status, second.status], [201, 200], url)
      const { secret, ...shown } = first.body
      t.strictSame(second.body, shown, url)
      t.equal('secret' in first.body, url === '/v1/clients')
      t.equal(await journalSize(service), size)
      const other = await actor.request('POST', url, { ...body, name: 'Other' }, key('k-1'))
      t.match(other, { status: 409, body: { code: 'CONFLICT' } }, url)
      const fresh = await actor.request('POST', url, body, key('k-2'))
      t.not(fresh.body.id, first.body.id, 'another key is another thing')
    }
    const stranger = await service.actor('producer')
    const theirs = await stranger.request('POST', '/v1/facilities', works, key('k-1'))
    t.equal(theirs.status, 201, 'a key belongs to the client that uses it')
  })

  t.test('a client with its secret, which gets a token', async (t) => {
    const made = await producer.request('POST', '/v1/clients', { name: 'ERP', roles: ['producer'] })
    t.equal(made.headers['cache-control'], 'no-store')
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: made.body.id,
      client_secret: made.body.secret
    })
    const token = await service.request('POST', '/auth/token', form.toString(), {
      'content-type': 'application/x-www-form-urlencoded'
    })
    t.equal(token.status, 200)
    const gone = await producer.request('DELETE', `/v1/clients/${made.body.id}`)
    t.same([gone.status, gone.raw.length], [204, 0])
    t.equal((await producer.request('DELETE', `/v1/clients/${made.body.id}`)).status, 204)
    const read = await producer.request('GET', `/v1/clients/${made.body.id}`)
    t.match(read.body.revokedAt, /^20.*Z$/)
  })

  t.test(
    'a client of another organization, and its end, with who made it in the log',
    async (t) => {
      const { organization } = await service.actor('producer')
      const body = { organization, name: 'ERP', roles: ['producer'] }
      const made = await admin.request('POST', '/v1/clients', body)
      t.equal(made.status, 201)
      await admin.request('DELETE', `/v1/clients/${made.body.id}`)
      const own = await producer.request('POST', '/v1/clients', {
        name: 'ERP',
        roles: ['producer']
      })
      const said = await service.deps.db.query<{ statement: Buffer }>({
        text: 'select statement from journal where subject = any($1) order by position',
        values: [[made.body.id, own.body.id]]
      })
      t.match(
        said.map(({ statement }) => readStatement(statement)),
        [
          { kind: 'client', organization, body: { by: admin.organization, roles: ['producer'] } },
          { kind: 'client_revocation', organization, body: { by: admin.organization } },
          { kind: 'client', organization: producer.organization, body: { by: undefined } }
        ]
      )
    }
  )

  t.test('questions page by page, each item once', async (t) => {
    for (let n = 0; n < 5; n += 1) await producer.request('POST', '/v1/facilities', works)
    const query = `/v1/facilities?organization=${producer.organization}&stage=separation&country=FI`
    const all = (await producer.request('GET', `${query}&limit=100`)).body.items
    const seen: unknown[] = []
    let url = `${query}&limit=3`
    for (let pages = 0; url !== '' && pages < 10; pages += 1) {
      const { body, headers } = await producer.request('GET', url)
      seen.push(...body.items)
      t.ok(body.items.length <= 3)
      const link = /^<([^>]+)>; rel="next"$/.exec(String(headers['link'] ?? ''))
      url = link?.[1] ?? ''
      t.equal(body.next === undefined, url === '')
    }
    t.strictSame(seen, all)
    t.ok(all.length >= 6)
    const none = await producer.request('GET', `${query}&country=SE`.replace('&country=FI', ''))
    t.strictSame(none.body, { items: [] })
  })
})

t.test('refuses', async (t) => {
  const service = await testApp(t)
  const admin = await service.actor('admin')
  const producer = await service.actor('producer')

  t.test('a document that is longer than all that it can say, and stores nothing', async (t) => {
    const padded = (document: object, bytes: number) => JSON.stringify(document).padEnd(bytes)
    const own = { name: 'Tyne Magnets Ltd', country: 'GB' }
    const cases: readonly [url: string, document: object][] = [
      ['/v1/organizations', own],
      [`/v1/organizations/${admin.organization}/versions`, own],
      ['/v1/facilities', works],
      [`/v1/facilities/${await service.facility(admin.organization)}/versions`, works]
    ]
    const size = await journalSize(service)
    for (const [url, document] of cases) {
      const long = await admin.request('POST', url, padded(document, 65_537), {
        'content-type': 'application/json'
      })
      const detail = 'A body has at most 65536 bytes here.'
      t.match(long, { status: 413, body: { code: 'BODY_TOO_LARGE', detail } }, url)
    }
    t.equal(await journalSize(service), size)
    const most = await admin.request('POST', '/v1/facilities', padded(works, 65_536), {
      'content-type': 'application/json'
    })
    t.equal(most.status, 201)
  })

  t.test('documents with findings, all at once, and stores nothing', async (t) => {
    const size = await journalSize(service)
    const cases: readonly [url: string, change: object, finding: object][] = [
      [
        '/v1/organizations',
        { country: 'UK' },
        { code: 'COUNTRY_CODE', expected: 'GB', remedy: 'Write GB.' }
      ],
      ['/v1/organizations', { country: 'XX' }, { code: 'COUNTRY_CODE', pointer: '/country' }],
      ['/v1/organizations', { country: 'fi' }, { code: 'SCHEMA', pointer: '/country' }],
      ['/v1/organizations', { name: ' x' }, { code: 'SCHEMA', pointer: '/name' }],
      ['/v1/organizations', { name: undefined }, { code: 'SCHEMA', pointer: '/name' }],
      ['/v1/organizations', { nmae: 'x' }, { code: 'SCHEMA', pointer: '/nmae' }],
      [
        '/v1/organizations',
        { website: 'javascript:alert(1)' },
        { code: 'SCHEMA', pointer: '/website' }
      ],
      [
        '/v1/organizations',
        { identifiers: [{ scheme: 'x', value: '1' }] },
        { pointer: '/identifiers/0/scheme' }
      ],
      [
        '/v1/facilities',
        { country: 'EL', region: undefined },
        { code: 'COUNTRY_CODE', expected: 'GR' }
      ],
      [
        '/v1/facilities',
        { region: 'SE-AB' },
        { code: 'REGION_CODE', expected: 'FI-...', actual: 'SE-AB' }
      ],
      ['/v1/facilities', { region: 'Lapland' }, { code: 'SCHEMA', pointer: '/region' }],
      ['/v1/facilities', { stages: ['smelting'] }, { code: 'STAGE_UNKNOWN', pointer: '/stages/0' }],
      ['/v1/facilities', { stages: [] }, { code: 'SCHEMA', pointer: '/stages' }],
      ['/v1/facilities', { stages: ['mining', 'mining'] }, { code: 'SCHEMA', pointer: '/stages' }],
      [
        '/v1/facilities',
        { coordinates: { latitude: 65.7, longitude: '24' } },
        { pointer: '/coordinates/latitude', remedy: /as text: "65.7"/ }
      ],
      [
        '/v1/facilities',
        { coordinates: { latitude: '95', longitude: '24' } },
        { code: 'COORDINATES', pointer: '/coordinates/latitude' }
      ],
      [
        '/v1/facilities',
        { coordinates: { latitude: '65', longitude: '-180.1' } },
        { code: 'COORDINATES', pointer: '/coordinates/longitude' }
      ],
      ['/v1/facilities', { validFrom: '2026-02-30' }, { code: 'SCHEMA', pointer: '/validFrom' }],
      [
        '/v1/facilities',
        { operator: randomUUID() },
        { code: 'ORGANIZATION_UNKNOWN', pointer: '/operator' }
      ],
      [
        '/v1/facilities',
        { organization: randomUUID() },
        { code: 'ORGANIZATION_UNKNOWN', pointer: '/organization' }
      ]
    ]
    for (const [url, change, finding] of cases) {
      const base = url === '/v1/facilities' ? works : { name: 'x', country: 'FI' }
      const answer = await admin.request('POST', url, { ...base, ...change })
      const name = `${url} ${JSON.stringify(change)}`
      t.equal(answer.status, 422, name)
      t.match(
        answer.body,
        { code: 'FINDINGS', findings: [{ severity: 'error', ...finding }] },
        name
      )
    }
    const several = {
      ...works,
      country: 'UK',
      stages: ['smelting'],
      coordinates: { latitude: '91', longitude: '1' }
    }
    const { body } = await admin.request('POST', '/v1/facilities', several)
    const codes = body.findings.map(({ code }: { code: string }) => code)
    t.strictSame(codes, ['COUNTRY_CODE', 'REGION_CODE', 'COORDINATES', 'STAGE_UNKNOWN'])
    t.equal(await journalSize(service), size)
  })

  t.test('names that look like others', async (t) => {
    const organization = { name: 'Tyne\u200b Magnets Ltd', country: 'GB' }
    const told = [{ rule: 'party', code: 'NAME_UNSEEN', pointer: '/name' }]
    const refused = await admin.request('POST', '/v1/organizations', organization)
    t.match([refused.status, refused.body.findings], [422, told])
    const facility = await producer.request('POST', '/v1/facilities', {
      ...works,
      name: 'Ke\u00admi'
    })
    t.match([facility.status, facility.body.findings], [422, told])
    const body = { name: 'Plan\u202ening', roles: ['producer'] }
    const client = await producer.request('POST', '/v1/clients', body)
    t.match([client.status, client.body.errors], [400, [{ pointer: '/name', message: /U\+202E/ }]])
  })

  t.test('documents that are not I-JSON, or not JSON at all', async (t) => {
    const twice = await admin.request('POST', '/v1/organizations', '{"name":"a","name":"b"}')
    t.match(twice, { status: 400, body: { code: 'BODY_INVALID', errors: [{ pointer: '/name' }] } })
    const xml = await admin.request('POST', '/v1/facilities', '<x/>', {
      'content-type': 'text/xml'
    })
    t.match(xml, { status: 415, body: { detail: /send application\/json/ } })
    t.equal((await admin.request('POST', '/v1/organizations', '')).status, 400)
  })

  t.test('a facility that changes hands', async (t) => {
    const id = await service.facility(producer.organization)
    const moved = { ...works, organization: admin.organization }
    const answer = await admin.request('POST', `/v1/facilities/${id}/versions`, moved)
    t.match(answer, { status: 422, body: { findings: [{ code: 'ORGANIZATION_FIXED' }] } })
  })

  t.test('a cursor of another query, or of nobody', async (t) => {
    for (let n = 0; n < 3; n += 1) await service.facility(producer.organization)
    const { body } = await producer.request('GET', '/v1/facilities?country=FI&limit=1')
    const { next } = body
    const same = await producer.request('GET', `/v1/facilities?limit=2&cursor=${next}&country=FI`)
    t.equal(same.status, 200, 'the size of the page may change')
    for (const url of [
      `/v1/facilities?cursor=${next}`,
      `/v1/facilities?country=SE&cursor=${next}`,
      `/v1/organizations?country=FI&cursor=${next}`,
      '/v1/facilities?country=FI&cursor=x',
      `/v1/facilities?country=FI&cursor=${next.slice(0, 12)}LTU`,
      `/v1/facilities?country=FI&cursor=${next.slice(0, 12)}eA`
    ]) {
      const answer = await producer.request('GET', url)
      t.match(answer, { status: 400, body: { code: 'CURSOR_INVALID' } }, url)
    }
  })

  t.test('an Idempotency-Key that is none', async (t) => {
    const made = (name: string) => producer.request('POST', '/v1/facilities', works, key(name))
    t.match(await made('a b'), { status: 400, body: { errors: [{ pointer: 'idempotency-key' }] } })
    t.equal((await made('x'.repeat(201))).status, 400)
  })
})

t.test('protects', async (t) => {
  const service = await testApp(t)
  const producer = await service.actor('producer')

  t.test('nobody gives away more than they hold', async (t) => {
    const make = (actor: Actor, body: object) =>
      actor.request('POST', '/v1/clients', { name: 'x', ...body })
    t.match(await make(producer, { roles: ['admin'] }), {
      status: 403,
      body: { detail: /you lack: admin/ }
    })
    t.equal((await make(producer, { roles: ['producer', 'verifier'] })).status, 403)
    t.equal(
      (await make(producer, { roles: ['producer'], organization: await service.organization() }))
        .status,
      403
    )
    const form = `grant_type=client_credentials&client_id=${producer.client}&client_secret=${producer.secret}&scope=party:write`
    const { body } = await service.request('POST', '/auth/token', form, {
      'content-type': 'application/x-www-form-urlencoded'
    })
    const narrow = await service.request(
      'POST',
      '/v1/clients',
      { name: 'x', roles: ['producer'] },
      { authorization: `Bearer ${body.access_token}` }
    )
    t.match(narrow, { status: 403, body: { detail: /could do what this token may not/ } })
    const admin = await service.actor('admin')
    t.equal((await make(admin, { roles: ['buyer'], organization: randomUUID() })).status, 400)
  })

  t.test('only who runs the registry attests', async (t) => {
    const attested = { ...works, attestation: 'attested' }
    const answer = await producer.request('POST', '/v1/facilities', attested)
    t.match(answer, { status: 403, body: { errors: [{ pointer: '/attestation' }] } })
    const operator = await service.actor('operator')
    t.equal((await operator.request('POST', '/v1/facilities', attested)).status, 201)
  })

  t.test('one thing is made however many equal requests arrive at once', async (t) => {
    const ask = () => producer.request('POST', '/v1/facilities', works, key('rush'))
    const answers = await Promise.all(Array.from({ length: 20 }, ask))
    t.equal(new Set(answers.map(({ body }) => body.id)).size, 1)
    t.strictSame(answers.map(({ status }) => status).sort(), [...Array(19).fill(200), 201])
    const versions = await Promise.all(
      Array.from({ length: 10 }, () =>
        producer.request('POST', `/v1/facilities/${answers[0]!.body.id}/versions`, {
          ...works,
          name: 'New'
        })
      )
    )
    t.equal(new Set(versions.map(({ body }) => body.position)).size, 1)
  })

  t.test('one first administrator is made however many processes start at once', async (t) => {
    const db = await testDatabase(t)
    const shown: NewClient[] = []
    const start = () => {
      const deps = createDeps(db, loadReference())
      return bootstrap(deps, { name: 'Keeper', country: 'ZZ' }, (client) => shown.push(client))
    }
    const made = await Promise.all(Array.from({ length: 6 }, start))
    t.equal(made.filter(Boolean).length, 1)
    t.equal(shown.length, 1)
    t.equal(await start(), false, 'nor at a later start')
    const clients = await db.query({ text: 'select roles from client' })
    t.strictSame(clients, [{ roles: ['admin'] }])
  })

  t.test('a secret that could not be shown is not the administrator of anything', async (t) => {
    const db = await testDatabase(t)
    const deps = createDeps(db, loadReference())
    const fail = () => {
      throw new Error('the terminal is gone')
    }
    await t.rejects(bootstrap(deps, { name: 'Keeper', country: 'ZZ' }, fail), /terminal/)
    t.strictSame(await db.query({ text: 'select id from client' }), [])
    let shown = 0
    t.ok(await bootstrap(deps, { name: 'Keeper', country: 'ZZ' }, () => (shown += 1)))
    t.equal(shown, 1)
  })
})
