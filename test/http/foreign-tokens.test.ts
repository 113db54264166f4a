import { createHmac, generateKeyPairSync, type JsonWebKey, randomUUID } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { base64url, exportJWK, generateKeyPair } from 'jose'
import t, { type Test } from 'tap'
import { readStatement } from '../../src/log/read-statement.ts'
import type { Role } from '../../src/registry/deps.ts'
import { ISSUER, testIssuer } from '../support/issuer.ts'
import { testApp, testSettings } from '../support/service.ts'

const ROUTE = '/v1/organizations?limit=1'
const MINUTE = 60_000

/** A service that trusts one other issuer, and an administrator. */
async function market(t: Test) {
  let at = Date.parse('2026-11-01T12:00:00Z')
  const now = () => new Date(at)
  const issuer = await testIssuer(t, now)
  const service = await testApp(t, { now, issuers: [issuer.terms] })
  const admin = await service.actor('admin')
  const link = (subject: string, roles: readonly Role[] = ['producer'], more = {}) =>
    admin.request('POST', '/v1/clients', {
      name: 'Planning',
      roles,
      identity: { issuer: ISSUER, subject },
      ...more
    })
  const as = (token: string, method = 'GET', url = ROUTE, body?: unknown) =>
    service.request(method, url, body, { authorization: `Bearer ${token}` })
  const advance = (ms: number) => {
    at += ms
  }
  return { service, issuer, admin, link, as, advance, now }
}

t.test('accepts', async (t) => {
  const { service, issuer, admin, link, as, advance } = await market(t)

  t.test('a token of the subject that a client was made for', async (t) => {
    const organization = await service.organization()
    const made = await link('service-account-7', ['producer'], { organization })
    t.match(made, {
      status: 201,
      body: { organization, identity: { issuer: ISSUER, subject: 'service-account-7' } }
    })
    t.notOk('secret' in made.body, 'there is no secret to keep')
    const token = await issuer.token('service-account-7')
    t.equal((await as(token)).status, 200)
    const self = await as(token, 'GET', '/v1/clients/self')
    t.match(self, { status: 200, body: { id: made.body.id, organization } }, 'who one is here')
    const read = await as(token, 'GET', `/v1/clients/${made.body.id}`)
    t.match(read.body, { organization, identity: made.body.identity })
    const listed = await admin.request('GET', `/v1/clients?organization=${organization}`)
    t.match(listed.body.items, [{ identity: made.body.identity }])
  })

  t.test('as much as both the token and the roles allow', async (t) => {
    await link('reader')
    const few = await issuer.token('reader', { scope: 'party:read admin openid' })
    t.equal((await as(few)).status, 200)
    t.equal((await as(few, 'POST', '/v1/facilities', {})).status, 403, 'the token lacks it')
    t.equal((await as(few, 'GET', '/metrics')).status, 403, 'the roles lack it')
    const more = await issuer.token('reader', { scope: 'party:read party:write' })
    t.equal(
      (await as(more, 'POST', '/v1/facilities', {})).status,
      422,
      'it may, and says too little'
    )
  })

  t.test('every algorithm that is signed with a key of its own', async (t) => {
    await link('signs')
    for (const algorithm of ['EdDSA', 'ES384', 'ES512', 'PS256', 'RS256']) {
      await later(t, advance, 31_000)
      const kid = await issuer.addKey(algorithm)
      const answer = await as(await issuer.token('signs', {}, { kid }))
      t.equal(answer.status, 200, algorithm)
    }
  })

  t.test('a token for several audiences, or with the long name of its type', async (t) => {
    await link('several')
    const several = { aud: ['https://other.example', testSettings.publicUrl] }
    t.equal((await as(await issuer.token('several', several))).status, 200)
    const long = await issuer.token('several', {}, { typ: 'application/at+jwt' })
    t.equal((await as(long)).status, 200)
  })

  t.test('our own tokens, as before', async (t) => {
    t.equal((await admin.request('GET', ROUTE)).status, 200)
  })

  t.test('whoever looks up from where tokens come (RFC 9728, RFC 8414)', async (t) => {
    const resource = await service.request('GET', '/.well-known/oauth-protected-resource')
    t.match(resource.body, {
      resource: testSettings.publicUrl,
      authorization_servers: [testSettings.publicUrl, ISSUER]
    })
    const own = await service.request('GET', '/.well-known/oauth-authorization-server')
    t.match(own.body, {
      issuer: testSettings.publicUrl,
      token_endpoint: `${testSettings.publicUrl}/auth/token`,
      jwks_uri: `${testSettings.publicUrl}/.well-known/jwks.json`,
      grant_types_supported: ['client_credentials']
    })
    t.ok(own.body.scopes_supported.includes('event:write'))
  })
})

t.test('refuses', async (t) => {
  const { service, issuer, admin, link, as, now } = await market(t)
  const client = (await link('planning')).body.id
  t.equal((await as(await issuer.token('planning'))).status, 200, 'what the others are made from')
  const seconds = Math.floor(now().getTime() / 1000)
  const other = await generateKeyPair('ES256', { extractable: true })
  const token = (more: object, header: object = {}) =>
    issuer.token('planning', { ...more }, { ...header })

  t.test('tokens that do not keep to RFC 9068, and says which claim it is', async (t) => {
    const cases: readonly [what: string, token: Promise<string>, why: RegExp][] = [
      ['another audience', token({ aud: 'https://other.example' }), /its aud: .*lodestone\.test/],
      ['no audience', token({ aud: undefined }), /its aud/],
      ['the type of an id token', token({}, { typ: 'JWT' }), /its typ: .*at\+jwt/],
      ['no type', token({}, { typ: undefined }), /its typ/],
      ['no expiry', token({ exp: undefined }), /its exp/],
      ['expired', token({ iat: seconds - 600, exp: seconds - 6 }), /expired; get a new one/],
      ['issued long ago', token({ iat: seconds - 1000, exp: seconds + 10 }), /expired/],
      ['not yet valid', token({ nbf: seconds + 60 }), /its nbf/],
      ['issued in the future', token({ iat: seconds + 60 }), /its iat/],
      ['a life of an hour', token({ exp: seconds + 3600 }), /lives longer than 900 s/],
      ['an expiry that is text', token({ exp: '9999999999' }), /exp/],
      ['no issue time', token({ iat: undefined }), /its iat/],
      ['no id', token({ jti: undefined }), /its jti/],
      ['no client', token({ client_id: undefined }), /its client_id/],
      ['a client that is a number', token({ client_id: 7 }), /client_id must be a text/],
      ['no scope', token({ scope: undefined }), /its scope/],
      ['scopes as a list', token({ scope: ['party:read'] }), /scope must be a text/],
      ['no subject', token({ sub: undefined }), /its sub/],
      ['an empty subject', token({ sub: '' }), /sub must be a text/],
      ['a subject with U+0000', token({ sub: 'planning\u0000' }), /sub must be a text/],
      ['a subject that is very long', token({ sub: 'p'.repeat(256) }), /sub must be a text/],
      [
        'somebody whom nobody has made a client',
        token({ sub: 'stranger' }),
        /No client stands for/
      ],
      ['the subject in capitals', token({ sub: 'Planning' }), /No client stands for/],
      ['the id of the client as subject', token({ sub: client }), /No client stands for/]
    ]
    for (const [what, one, why] of cases) {
      const answer = await as(await one)
      t.match(answer, { status: 401, body: { code: 'UNAUTHENTICATED', detail: why } }, what)
      t.match(
        answer.headers['www-authenticate'],
        /^Bearer realm="lodestone", error="invalid_token", error_description="[^"]+"$/,
        what
      )
    }
  })

  t.test('tokens whose signature does not hold, and says no more', async (t) => {
    const good = await issuer.token('planning')
    const [head = '', body = '', signature = ''] = good.split('.')
    const jwk = issuer.publicJwks[0]!
    const hmac = (secret: string | Buffer) => {
      const start = `${base64url.encode(JSON.stringify({ alg: 'HS256', typ: 'at+jwt', kid: jwk.kid }))}.${body}`
      return `${start}.${createHmac('sha256', secret).update(start).digest('base64url')}`
    }
    const none = base64url.encode(JSON.stringify({ alg: 'none', typ: 'at+jwt', kid: jwk.kid }))
    const attacker = { jku: 'https://attacker.example/keys', jwk: await exportJWK(other.publicKey) }
    const cases: Readonly<Record<string, string>> = {
      'another key under its id': await issuer.token('planning', {}, {}, other.privateKey),
      'another key under its own id': await issuer.token('planning', {}, { kid: 'mine' }),
      'a key that it brings': await issuer.token('planning', {}, attacker, other.privateKey),
      'no key id, and a key of nobody': await issuer.token(
        'planning',
        {},
        { kid: undefined },
        other.privateKey
      ),
      'alg none': `${none}.${body}.`,
      'alg none with the signature': `${none}.${body}.${signature}`,
      'the public key as secret': hmac(JSON.stringify(jwk)),
      'an empty secret': hmac(''),
      'other claims': `${head}.${base64url.encode(JSON.stringify({ iss: ISSUER, sub: 'admin' }))}.${signature}`,
      'a critical header that nobody knows': await issuer
        .token('planning', {}, { crit: ['x'], x: 1 })
        .catch(
          () =>
            `${base64url.encode(JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid: jwk.kid, crit: ['x'], x: 1 }))}.${body}.${signature}`
        ),
      'a token of 4,097 characters': `${head}.${'A'.repeat(4_096)}.${signature}`,
      'an issuer that is not trusted': await issuer.token('planning', { iss: `${ISSUER}/` }),
      'our own name, signed by the other': await issuer.token('planning', {
        iss: testSettings.publicUrl,
        client_id: 'planning'
      }),
      'an issuer that is no text': await issuer.token('planning', { iss: [ISSUER] })
    }
    for (const [what, one] of Object.entries(cases)) {
      const answer = await as(one)
      t.match(answer, { status: 401, body: { detail: /not valid|too long/ } }, what)
    }
  })

  t.test('tokens that name a key that its issuer should not have published', async (t) => {
    const { issuer, link, as, advance } = await market(t)
    await link('planning')
    const short = generateKeyPairSync('rsa', { modulusLength: 1024 })
    const published: readonly [key: JsonWebKey, alg: string, why: RegExp][] = [
      [short.publicKey.export({ format: 'jwk' }), 'RS256', /at least 2048 bits/],
      [{ kty: 'RSA', n: 'AQAB', e: 'AQAB' }, 'PS256', /at least 2048 bits/],
      [{ kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'AAAA' }, 'ES256', /published broken/],
      [{ kty: 'OKP', crv: 'Ed25519', x: 'AAAA' }, 'EdDSA', /published broken/]
    ]
    const bad = published.map(([key], n) => ({ ...key, kid: `bad-${n}` }))
    issuer.answerWith((_request, response) =>
      response.end(JSON.stringify({ keys: [...issuer.publicJwks, ...bad] }))
    )
    const [, claims] = (await issuer.token('planning')).split('.')
    for (const [n, [, alg, why]] of published.entries()) {
      const head = base64url.encode(JSON.stringify({ alg, typ: 'at+jwt', kid: `bad-${n}` }))
      const answer = await as(`${head}.${claims}.AAAA`)
      t.match(answer, { status: 401, body: { code: 'UNAUTHENTICATED', detail: why } }, alg)
    }
    await later(t, advance, 10 * MINUTE + 1_000)
    t.equal((await as(await issuer.token('planning'))).status, 200, 'nobody else has to wait')
  })

  t.test('a secret for a client that has none', async (t) => {
    for (const secret of ['', 'x', `lds_${client.replaceAll('-', '')}_${'0'.repeat(64)}`]) {
      const form = `grant_type=client_credentials&client_id=${client}&client_secret=${secret}`
      const answer = await service.request('POST', '/auth/token', form, {
        'content-type': 'application/x-www-form-urlencoded'
      })
      t.equal(answer.status, 401)
      t.equal(answer.body.error, 'invalid_client')
    }
  })

  t.test('clients that nobody could be, or somebody is', async (t) => {
    const producer = await service.actor('producer')
    const body = { name: 'x', roles: ['producer'], identity: { issuer: ISSUER, subject: 'p' } }
    const theirs = await producer.request('POST', '/v1/clients', body)
    t.match(theirs, { status: 403, body: { detail: /Only an administrator/ } })
    const cases: readonly [more: object, status: number, why: object][] = [
      [
        { identity: { issuer: 'https://id.example', subject: 'p' } },
        400,
        { errors: [{ pointer: '/identity/issuer', message: /id\.example\/realm/ }] }
      ],
      [
        { identity: { issuer: ISSUER, subject: '' } },
        400,
        { errors: [{ pointer: '/identity/subject' }] }
      ],
      [
        { identity: { issuer: ISSUER, subject: ' p' } },
        400,
        { errors: [{ pointer: '/identity/subject' }] }
      ],
      [
        { identity: { issuer: ISSUER, subject: 'ö' } },
        400,
        { errors: [{ pointer: '/identity/subject' }] }
      ],
      [{ identity: { issuer: ISSUER } }, 400, { errors: [{ pointer: '/identity' }] }],
      [{ identity: { issuer: ISSUER, subject: 'p', aud: 'x' } }, 400, {}],
      [{ identity: { issuer: ISSUER, subject: 'planning' } }, 409, { detail: new RegExp(client) }]
    ]
    for (const [more, status, why] of cases) {
      const answer = await admin.request('POST', '/v1/clients', { ...body, ...more })
      t.match(answer, { status, body: why }, JSON.stringify(more))
    }
    t.equal((await as(await issuer.token('p'))).status, 401, 'nothing was stored')
  })

  t.test('the same key of idempotency for another identity', async (t) => {
    const key = { 'idempotency-key': randomUUID() }
    const body = (subject: string) => ({
      name: 'x',
      roles: ['producer'],
      identity: { issuer: ISSUER, subject }
    })
    const post = (subject: string) => admin.request('POST', '/v1/clients', body(subject), key)
    t.same([(await post('once')).status, (await post('once')).status], [201, 200])
    t.equal((await post('twice')).status, 409)
  })
})

t.test('protects', async (t) => {
  t.test('a revoked client ends, and its identity is free for another one', async (t) => {
    const { issuer, admin, link, as } = await market(t)
    const { id } = (await link('planning', ['admin'])).body
    const token = await issuer.token('planning')
    t.equal((await as(token)).status, 200)
    t.equal((await admin.request('DELETE', `/v1/clients/${id}`)).status, 204)
    t.equal((await as(token)).status, 401)
    const next = await link('planning')
    t.equal(next.status, 201)
    const answer = await as(await issuer.token('planning'), 'GET', `/v1/clients/${next.body.id}`)
    t.match(answer.body, { roles: ['producer'] })
  })

  t.test('of many who make a client of one identity at once one does', async (t) => {
    const { link } = await market(t)
    const answers = await Promise.all(Array.from({ length: 8 }, () => link('planning')))
    t.same(answers.map(({ status }) => status).toSorted(), [201, ...Array(7).fill(409)])
  })

  t.test('the journal names the identity by its hash only', async (t) => {
    const { service, link } = await market(t)
    await link('jane.doe@example.com')
    const [row] = await service.deps.db.query<{ statement: Buffer }>({
      text: `select statement from journal where kind = 'client' order by position desc limit 1`
    })
    const said = readStatement(row!.statement)
    t.match(said?.body, { roles: ['producer'], identitySha256: /^[\w-]{43}$/ })
    t.notMatch(row?.statement.toString('latin1'), /jane/)
  })

  t.test(
    'keys are fetched once, and for keys that nobody knows once in half a minute',
    async (t) => {
      const { issuer, link, as, advance } = await market(t)
      await link('planning')
      t.equal(issuer.fetched(), 0, 'nothing is fetched before it is needed')
      await Promise.all(
        Array.from({ length: 20 }, async () =>
          t.equal((await as(await issuer.token('planning'))).status, 200)
        )
      )
      t.equal(issuer.fetched(), 1)
      const unknown = async () =>
        (await as(await issuer.token('planning', {}, { kid: randomUUID() }))).status
      t.same(await Promise.all([unknown(), unknown(), unknown()]), [401, 401, 401])
      t.equal(issuer.fetched(), 1)
      await later(t, advance, 31_000)
      for (let n = 0; n < 5; n += 1) t.equal(await unknown(), 401)
      t.equal(issuer.fetched(), 2)
    }
  )

  t.test('a key that its issuer takes back ends within ten minutes', async (t) => {
    const { issuer, link, as, advance } = await market(t)
    await link('planning')
    t.equal((await as(await issuer.token('planning'))).status, 200)
    issuer.answerWith((_request, response) => response.end('{"keys":[]}'))
    await later(t, advance, 10 * MINUTE + 1_000)
    t.equal((await as(await issuer.token('planning'))).status, 401)
  })

  t.test('an issuer that is not well is 503 for its own clients and for nobody else', async (t) => {
    const huge = JSON.stringify({ keys: [], more: 'x'.repeat(100_000) })
    const ill: Readonly<Record<string, RequestListener>> = {
      'an error': (_request, response) => response.writeHead(500).end(),
      'another address': (_request, response) =>
        response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      'a page': (_request, response) => response.end('<html>'),
      'no key set': (_request, response) => response.end('[]'),
      'more than any key set has': (_request, response) => response.end(huge),
      'nothing at all': (request) => request.socket.destroy()
    }
    for (const [what, listener] of Object.entries(ill)) {
      const { issuer, admin, link, as } = await market(t)
      await link('planning')
      issuer.answerWith(listener)
      const asked = issuer.fetched()
      const answer = await as(await issuer.token('planning'))
      t.match(answer, { status: 503, body: { code: 'UNAVAILABLE', detail: /id\.example/ } }, what)
      t.equal(answer.headers['retry-after'], '5', what)
      t.equal((await as(await issuer.token('planning'))).status, 503, what)
      t.ok(
        issuer.fetched() - asked <= 2,
        'nobody asks again and again (a lost connection is tried twice)'
      )
      t.equal((await admin.request('GET', ROUTE)).status, 200, what)
    }
  })

  t.test('whoever asks while an issuer is left alone does not make it longer', async (t) => {
    const { issuer, link, as } = await market(t)
    await link('planning')
    const token = await issuer.token('planning')
    const real = performance.now.bind(performance)
    let passed = 0
    performance.now = () => real() + passed
    t.teardown(() => {
      performance.now = real
    })
    issuer.answerWith((_request, response) => response.writeHead(500).end())
    t.equal((await as(token)).status, 503)
    issuer.answerWith(null)
    passed = 4_000
    t.equal((await as(token)).status, 503)
    passed = 6_000
    t.equal((await as(token)).status, 200)
  })
})

/** Lets time go by for the service, and for who counts it by the clock of the machine. */
async function later(t: Test, advance: (ms: number) => void, ms: number): Promise<void> {
  advance(ms)
  const real = Date.now
  Date.now = () => real() + ms
  t.teardown(() => {
    Date.now = real
  })
}
