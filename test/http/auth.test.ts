import { execFileSync } from 'node:child_process'
import { createHmac, randomBytes, randomUUID, sign as signRaw } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  base64url,
  type CryptoKey,
  createLocalJWKSet,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  importJWK,
  type JWTPayload,
  jwtVerify,
  SignJWT
} from 'jose'
import t from 'tap'
import { Authenticator } from '../../src/registry/access/authenticator.ts'
import { TokenCache } from '../../src/registry/access/token-cache.ts'
import { TokenKeys } from '../../src/registry/access/token-keys.ts'
import { createDeps } from '../../src/registry/create-deps.ts'
import { type Actor, type TestApp, testApp, testSettings } from '../support/service.ts'

const ROUTE = '/v1/organizations?limit=1'
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const MINUTE = 60_000

/** A clock that the test turns. */
function clock(start = Date.parse('2026-11-01T12:00:00Z')) {
  let now = start
  return { now: () => new Date(now), advance: (ms: number) => (now += ms) }
}

async function signingKey(service: TestApp) {
  const [row] = await service.deps.db.query<{ id: string; privateJwk: string; publicJwk: string }>({
    text: 'select id, private_jwk as "privateJwk", public_jwk as "publicJwk" from service_key'
  })
  const jwk = JSON.parse(row!.privateJwk)
  return {
    id: row!.id,
    jwk,
    publicJwk: JSON.parse(row!.publicJwk),
    key: await importJWK(jwk, 'EdDSA')
  }
}

/** What the runbook for a lost secret does to a client: the statement, and the new secret. */
function renewed(client: string): readonly [update: string, secret: string] {
  const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8')
  const runbook = page.split("\n### The administrator's secret is lost\n")[1] ?? ''
  const script = /```sh\n([^`]+)```/.exec(runbook)?.[1] ?? ''
  const digits = randomBytes(32).toString('hex')
  const tools = `psql() { echo "$3"; }\nopenssl() { echo ${digits}; }\nDATABASE_URL=-\n`
  const told = execFileSync(
    'bash',
    ['--norc', '-euc', tools + script.replace('ID=…', `ID=${client}`)],
    { encoding: 'utf8' }
  )
  const [, update = '', secret = ''] = told.trim().split('\n')
  return [update, secret]
}

const json = (value: unknown) => base64url.encode(JSON.stringify(value))

t.test('accepts', async (t) => {
  const service = await testApp(t)
  const producer = await service.actor('producer')
  const credentials = { client_id: producer.client, client_secret: producer.secret }
  const token = (form: Record<string, string>, headers = {}) => {
    const body = new URLSearchParams({ grant_type: 'client_credentials', ...form }).toString()
    return service.request('POST', '/auth/token', body, { ...FORM, ...headers })
  }

  t.test(
    'a secret that was lost and given anew by the runbook, and no more the one before',
    async (t) => {
      const { client, secret } = await service.actor('admin')
      const [update, other] = renewed(client)
      await service.deps.db.query({ text: update })
      t.equal((await token({ client_id: client, client_secret: other })).status, 200)
      t.equal((await token({ client_id: client, client_secret: secret })).status, 401)
    }
  )

  t.test('client credentials in the form and by HTTP Basic', async (t) => {
    const basic = Buffer.from(`${producer.client}:${producer.secret}`).toString('base64')
    for (const answer of [
      await token(credentials),
      await token({}, { authorization: `Basic ${basic}` })
    ]) {
      t.equal(answer.status, 200)
      t.match(answer.body, { token_type: 'Bearer', expires_in: 600 })
      t.match(answer.body.scope, /\bevent:write\b/)
      t.equal(answer.headers['cache-control'], 'no-store')
    }
  })

  t.test('fewer scopes than the client may have, and no more than asked for', async (t) => {
    const { body } = await token({ ...credentials, scope: 'party:read chain:read' })
    t.equal(body.scope, 'party:read chain:read')
    const headers = { authorization: `Bearer ${body.access_token}` }
    t.equal((await service.request('GET', ROUTE, undefined, headers)).status, 200)
    const facility = await service.request('POST', '/v1/facilities', {}, headers)
    t.equal(facility.status, 403)
    t.match(facility.headers['www-authenticate'], /insufficient_scope.*scope="party:write"/)
  })

  t.test('tokens that anybody verifies with the published keys (RFC 9068)', async (t) => {
    const { body: keys } = await service.request('GET', '/.well-known/jwks.json')
    const verified = await jwtVerify(producer.token, createLocalJWKSet(keys), {
      issuer: testSettings.publicUrl,
      audience: testSettings.publicUrl,
      typ: 'at+jwt'
    })
    t.match(verified.payload, { sub: producer.client, client_id: producer.client, jti: String })
    t.equal(verified.payload.exp! - verified.payload.iat!, 600)
    t.equal(verified.protectedHeader.alg, 'EdDSA')
    t.notOk(JSON.stringify(keys).includes('"d"'), 'private parts stay private')
  })

  t.test('a token of another process, which shares the key', async (t) => {
    const [here, there] = await Promise.all([
      TokenKeys.open(service.deps),
      TokenKeys.open(createDeps(service.deps.db, service.deps.reference))
    ])
    t.equal(here.signing().id, there.signing().id)
    t.equal(here.published().keys.length, 1)
  })
})

t.test('a key that is retired signs nothing more, and verifies what it signed', async (t) => {
  const service = await testApp(t)
  const { token } = await service.actor('producer')
  const { id } = await signingKey(service)
  await service.deps.db.query({ text: 'update service_key set retired_at = now()' })
  const keys = await TokenKeys.open(service.deps)
  const next = keys.signing().id
  t.not(next, id)
  t.match([await keys.find(id), await keys.find(next)], [{ signs: false }, { signs: true }])
  t.same(
    keys
      .published()
      .keys.map(({ kid }) => kid)
      .toSorted(),
    [id, next].toSorted()
  )
  t.equal((await TokenKeys.open(service.deps)).signing().id, next, 'one is enough')
  const there = new Authenticator(service.deps, {
    issuer: testSettings.publicUrl,
    audience: testSettings.publicUrl,
    lifetimeSeconds: 600,
    metricsToken: null
  })
  t.match(await there.authenticate(token), { roles: ['producer'] })
})

t.test('one key is made however many processes start at once', async (t) => {
  const service = await testApp(t)
  await service.deps.db.query({ text: 'delete from service_key' })
  const opened = await Promise.all(Array.from({ length: 8 }, () => TokenKeys.open(service.deps)))
  t.equal(new Set(opened.map((keys) => keys.signing().id)).size, 1)
})

t.test('refuses', async (t) => {
  const time = clock()
  const service = await testApp(t, { now: time.now })
  const producer = await service.actor('producer')
  const revoked = await service.actor('producer')
  await (await service.actor('admin')).request('DELETE', `/v1/clients/${revoked.client}`)
  const bearer = (token: string) =>
    service.request('GET', ROUTE, undefined, { authorization: `Bearer ${token}` })
  t.equal((await bearer(producer.token)).status, 200, 'the token that the others are made from')

  t.test('every token that is not ours, not valid or not for us', async (t) => {
    for (const [name, token] of Object.entries(await forgedTokens(service, producer, time.now()))) {
      const answer = await bearer(token)
      t.equal(answer.status, 401, name)
      t.equal(answer.body?.code, 'UNAUTHENTICATED')
      t.match(
        answer.headers['www-authenticate'],
        /^Bearer realm="lodestone", error="invalid_token"/
      )
    }
    t.equal((await bearer(revoked.token)).status, 401, 'revoked client')
  })

  t.test('every header that carries no bearer token', async (t) => {
    const basic = Buffer.from(`${producer.client}:${producer.secret}`).toString('base64')
    for (const authorization of [
      '',
      'Bearer',
      'Bearer ',
      `Bearer ${producer.token} x`,
      `Bearer ${producer.token},${producer.token}`,
      `Basic ${basic}`,
      `DPoP ${producer.token}`,
      producer.token,
      `Token ${producer.token}`
    ]) {
      const answer = await service.request('GET', ROUTE, undefined, { authorization })
      t.equal(answer.status, 401, authorization.slice(0, 20))
      t.ok(answer.headers['www-authenticate'])
    }
    const none = await service.request('GET', ROUTE)
    t.equal(none.status, 401)
    t.equal(none.headers['www-authenticate'], 'Bearer realm="lodestone"')
    const query = await service.request('GET', `${ROUTE}&access_token=${producer.token}`)
    t.equal(query.status, 401, 'tokens in addresses end up in logs')
  })

  t.test('expired tokens, five seconds after their time', async (t) => {
    const { token } = await service.actor('producer')
    time.advance(10 * MINUTE + 4_000)
    t.equal((await bearer(token)).status, 200)
    time.advance(2_000)
    const late = await bearer(token)
    t.equal(late.status, 401)
    t.match(late.body.detail, /expired; get a new one/)
  })

  t.test('token requests, in the shape of RFC 6749 5.2', async (t) => {
    const good = `client_id=${producer.client}&client_secret=${producer.secret}`
    const grant = 'grant_type=client_credentials'
    const cases: readonly [body: string, status: number, error: string, headers?: object][] = [
      [good, 400, 'invalid_request'],
      [`grant_type=password&${good}`, 400, 'unsupported_grant_type'],
      [`${grant}&${grant}&${good}`, 400, 'invalid_request'],
      [`${grant}&client_id=${producer.client}`, 401, 'invalid_client'],
      [`${grant}&client_id=${producer.client}&client_secret=wrong`, 401, 'invalid_client'],
      [
        `${grant}&client_id=${randomUUID()}&client_secret=${producer.secret}`,
        401,
        'invalid_client'
      ],
      [
        `${grant}&client_id=${revoked.client}&client_secret=${revoked.secret}`,
        401,
        'invalid_client'
      ],
      [`${grant}&client_id='%20or%201=1--&client_secret=x`, 401, 'invalid_client'],
      [`${grant}&client_id=%00&client_secret=%00`, 401, 'invalid_client'],
      [`${grant}&${good}&scope=admin`, 400, 'invalid_scope'],
      [`${grant}&${good}&scope=everything`, 400, 'invalid_scope'],
      [`${grant}&${good}`, 400, 'invalid_request', { authorization: 'Basic eDp5' }],
      [grant, 401, 'invalid_client', { authorization: 'Basic ***' }],
      [grant, 401, 'invalid_client', { authorization: 'Basic eHl6' }],
      [grant, 401, 'invalid_client', { authorization: `Basic ${btoa('%:%')}` }],
      [
        `{"grant_type":"client_credentials"}`,
        400,
        'invalid_request',
        { 'content-type': 'application/json' }
      ]
    ]
    for (const [body, status, error, headers] of cases) {
      const answer = await service.request('POST', '/auth/token', body, { ...FORM, ...headers })
      t.equal(answer.status, status, body.slice(0, 60))
      t.equal(answer.body.error, error, body.slice(0, 60))
      t.type(answer.body.error_description, 'string')
      if (status === 401) t.match(answer.headers['www-authenticate'], /^Basic/)
    }
    const large = await service.request('POST', '/auth/token', 'x'.repeat(5000), FORM)
    t.match(large, { status: 413, body: { detail: 'A body has at most 4096 bytes here.' } })
  })
})

t.test('protects', async (t) => {
  t.test('a revoked client is out at once here, and within a second elsewhere', async (t) => {
    const service = await testApp(t)
    const admin = await service.actor('admin')
    const [one, two] = [await service.actor('producer'), await service.actor('producer')]
    const status = async (actor: Actor) => (await actor.request('GET', ROUTE)).status
    t.same([await status(one), await status(two)], [200, 200])
    await admin.request('DELETE', `/v1/clients/${one.client}`)
    t.equal(await status(one), 401)

    await service.deps.db.query({
      text: 'update client set revoked_at = now() where id = $1',
      values: [two.client]
    })
    const revoked = performance.now()
    while ((await status(two)) === 200 && performance.now() - revoked < 5_000) await sleep(20)
    const tookMs = performance.now() - revoked
    t.equal(await status(two), 401)
    t.ok(tookMs < 3_000, `${Math.round(tookMs)} ms after another process revoked it`)
  })

  t.test(
    'verified tokens are remembered for a minute, until they expire, and not without end',
    async (t) => {
      const cache = new TokenCache()
      const verified = (expiresAt: number) => ({
        claims: { client: 'c', scopes: [], expiresAt },
        standing: null
      })
      const long = verified(10 * MINUTE)
      cache.set('long', long, 0)
      cache.set('short', verified(1_000), 0)
      t.equal(cache.get('long', MINUTE - 1), long)
      t.equal(cache.get('long', MINUTE), undefined)
      t.ok(cache.get('short', 999))
      t.equal(cache.get('short', 1_000), undefined)
      for (let n = 0; n < 10_001; n += 1) cache.set(`t${n}`, long, 0)
      t.equal(cache.get('t0', 1), undefined, 'the oldest makes room')
      t.equal(cache.get('t10000', 1), long)
    }
  )

  t.test('scopes end with the roles that carried them', async (t) => {
    const service = await testApp(t)
    const producer = await service.actor('producer')
    t.equal((await producer.request('POST', '/v1/facilities', {})).status, 422, 'it may')
    const set = { text: `update client set roles = '{auditor}' where id = $1` }
    await service.deps.db.query({ ...set, values: [producer.client] })
    await sleep(1_050)
    t.equal((await producer.request('POST', '/v1/facilities', {})).status, 403)
    t.equal((await producer.request('GET', ROUTE)).status, 200)
  })

  t.test('no secret is stored, and none is shown twice', async (t) => {
    const service = await testApp(t)
    const producer = await service.actor('producer')
    const rows = await service.deps.db.query({ text: 'select * from client' })
    t.notOk(JSON.stringify(rows).includes(producer.secret.split('_')[2]!))
    t.match(
      producer.secret,
      new RegExp(`^lds_${producer.client.replaceAll('-', '')}_[0-9a-f]{64}$`)
    )
    const shown = await producer.request('GET', `/v1/clients/${producer.client}`)
    t.notOk('secret' in shown.body)
  })
})

/** Tokens that differ from a good one in one way each. */
async function forgedTokens(service: TestApp, { token, client }: Actor, now: Date) {
  const { id: kid, key, jwk, publicJwk } = await signingKey(service)
  const other = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const rsa = await generateKeyPair('RS256')
  const ec = await generateKeyPair('ES256')
  const [head = '', body = '', signature = ''] = token.split('.')
  const seconds = Math.floor(now.getTime() / 1000)
  const header = { alg: 'EdDSA', typ: 'at+jwt', kid }
  const claims = {
    iss: testSettings.publicUrl,
    aud: testSettings.publicUrl,
    sub: client,
    client_id: client,
    scope: 'party:read',
    iat: seconds,
    exp: seconds + 600,
    jti: randomUUID()
  }
  const signed = (more: object, moreHead: object = {}, signer: unknown = key) =>
    new SignJWT({ ...claims, ...more } as JWTPayload)
      .setProtectedHeader({ ...header, ...moreHead })
      .sign(signer as CryptoKey)
  const without = (name: keyof typeof claims) => signed({ [name]: undefined })
  const hmac = (secret: string | Buffer) => {
    const input = `${json({ ...header, alg: 'HS256' })}.${json(claims)}`
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
  }
  const raw = (rawHead: string, rawBody: string) => {
    const input = `${rawHead}.${rawBody}`
    const privateKey = { key: jwk, format: 'jwk' } as const
    return `${input}.${signRaw(null, Buffer.from(input), privateKey as never).toString('base64url')}`
  }
  return {
    'no token at all': 'x',
    'two parts': `${head}.${body}`,
    'four parts': `${token}.${signature}`,
    'five parts (an encrypted token)': `${head}.${body}.${signature}.${body}.${signature}`,
    'empty parts': '..',
    'alg none without signature': `${json({ ...header, alg: 'none' })}.${body}.`,
    'alg none with the signature': `${json({ ...header, alg: 'none' })}.${body}.${signature}`,
    'alg None': `${json({ ...header, alg: 'None' })}.${body}.`,
    'alg missing': raw(json({ typ: 'at+jwt', kid }), body),
    'alg HS256 with the public key as JWK': hmac(JSON.stringify(publicJwk)),
    'alg HS256 with the public key as x': hmac(Buffer.from(publicJwk.x, 'base64url')),
    'alg HS256 with the public key as PEM': hmac(
      await exportSPKI((await importJWK(publicJwk, 'EdDSA')) as CryptoKey)
    ),
    'alg HS256 with an empty key': hmac(''),
    'alg RS256': await signed({}, { alg: 'RS256' }, rsa.privateKey),
    'alg ES256': await signed({}, { alg: 'ES256' }, ec.privateKey),
    'alg Ed25519, a name that we do not use': await signed({}, { alg: 'Ed25519' }),
    'another key under our id': await signed({}, {}, other.privateKey),
    'another key under its own id': await signed({}, { kid: 'other' }, other.privateKey),
    'a key in the header (jwk)': await signed(
      {},
      { jwk: await exportJWK(other.publicKey) },
      other.privateKey
    ),
    'a key at an address (jku)': await signed(
      {},
      { kid: 'x', jku: 'https://attacker.example/jwks.json' },
      other.privateKey
    ),
    'no key id': await signed({}, { kid: undefined }),
    'a key id that climbs folders': await signed({}, { kid: '../../../dev/null' }),
    'a key id that is SQL': await signed({}, { kid: `' or 1=1--` }),
    'a key id of another type': raw(json({ ...header, kid: [kid] }), body),
    'a key id that is very long': await signed({}, { kid: 'k'.repeat(3000) }),
    'type JWT': await signed({}, { typ: 'JWT' }),
    'type missing': await signed({}, { typ: undefined }),
    'type of an id token': await signed({}, { typ: 'id+jwt' }),
    'an unknown critical header': raw(json({ ...header, crit: ['exp'], exp: 1 }), body),
    'an unencoded payload (b64 false)': raw(json({ ...header, crit: ['b64'], b64: false }), body),
    'another issuer': await signed({ iss: 'https://attacker.example' }),
    'the issuer with a slash': await signed({ iss: `${testSettings.publicUrl}/` }),
    'no issuer': await without('iss'),
    'another audience': await signed({ aud: 'https://other.example' }),
    'no audience': await without('aud'),
    'expired long ago': await signed({ iat: seconds - 7200, exp: seconds - 3600 }),
    'expired six seconds ago': await signed({ exp: seconds - 6 }),
    'no expiry': await without('exp'),
    'an expiry that is text': await signed({ exp: `${seconds + 600}` }),
    'not yet valid': await signed({ nbf: seconds + 60 }),
    'issued in the future': await signed({ iat: seconds + 600, exp: seconds + 900 }),
    'no issue time': await without('iat'),
    'a life of a second too long': await signed({ exp: seconds + 901 }),
    'a life of a year': await signed({ exp: seconds + 31_536_000 }),
    'no id': await without('jti'),
    'no client': await without('client_id'),
    'no subject': await without('sub'),
    'a subject that is not the client': await signed({ sub: randomUUID() }),
    'a client that does not exist': await signed({ sub: 'x', client_id: 'x' }),
    'a client of another type': await signed({ client_id: { toString: client } }),
    'no scope': await without('scope'),
    'a scope of another type': await signed({ scope: ['party:read'] }),
    'claims that are no object': raw(head, json('claims')),
    'claims that are no JSON': raw(head, base64url.encode('{')),
    'a header that is no JSON': raw(base64url.encode('{'), body),
    'one bit of the signature': `${head}.${body}.${flip(signature)}`,
    'one bit of the claims': `${head}.${flip(body)}.${signature}`,
    'another claim, same signature': `${head}.${json({ ...claims, scope: 'admin' })}.${signature}`,
    'an empty signature': `${head}.${body}.`,
    'a signature of zeros': `${head}.${body}.${'A'.repeat(86)}`,
    padding: `${token}=`,
    'very long': `${head}.${'A'.repeat(10_000)}.${signature}`
  }
}

function flip(part: string): string {
  const middle = Math.floor(part.length / 2)
  const other = part[middle] === 'A' ? 'B' : 'A'
  return `${part.slice(0, middle)}${other}${part.slice(middle + 1)}`
}
