import { createHmac, randomUUID } from 'node:crypto'
import t from 'tap'
import { KEY_PROOF_TYPE } from '../../src/identity/document-signature.ts'
import { createDeps } from '../../src/registry/create-deps.ts'
import { revokeKey } from '../../src/registry/parties/register-key.ts'
import { epdDocument } from '../support/epds.ts'
import { testGuard } from '../support/log.ts'
import { LogClient } from '../support/log-client.ts'
import { oxideBought } from '../support/oxide.ts'
import { type Actor, testApp } from '../support/service.ts'
import { newSigner, registeredKey, registerKeyOf, type Signer } from '../support/signer.ts'

const HEADER = 'lodestone-signature'
const PLANT = { name: 'Works', country: 'FI', stages: ['metal_making'], validFrom: '2020-01-01' }

async function scene(t: Parameters<typeof testApp>[0]) {
  const service = await testApp(t, { guard: testGuard(t) })
  const producer = await service.actor('producer')
  const rival = await service.actor('producer')
  const facility = await service.facility(producer.organization)
  const commission = (more: object = {}) => JSON.stringify({ ...oxideBought(facility), ...more })
  const send = async (actor: Actor, document: string, signature: string, more: object = {}) =>
    actor.request('POST', '/v1/events', document, { [HEADER]: signature, ...more })
  return { ...service, producer, rival, commission, send }
}

/** Lets unsigned submissions in again, signed as that must be. */
async function loosen(actor: Actor, path: string, signer: Signer, more: object = {}) {
  const { position: replaces } = (await actor.request('GET', path)).body
  const said = { unsigned: 'accepted', organization: actor.organization, replaces, ...more }
  const document = JSON.stringify(said)
  return actor.request('PUT', path, document, { [HEADER]: await signer.sign(document) })
}

const b64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

t.test('accepts', async (t) => {
  const { producer, commission, send, request, deps } = await scene(t)
  for (const algorithm of ['EdDSA', 'ES256'] as const) {
    t.test(`a document signed with ${algorithm}, and says whose key it was`, async (t) => {
      const signer = await registeredKey(producer, algorithm)
      const document = commission()
      const jws = await signer.sign(document)
      const answer = await send(producer, document, jws, { prefer: 'wait=5' })
      t.equal(answer.status, 201, JSON.stringify(answer.body))
      const signedBy = { organization: producer.organization, key: signer.id }
      t.strictSame(answer.body.signedBy, signedBy)
      const client = await LogClient.open((path) => request('GET', path))
      t.match(client.opened(answer.body.receipt, Buffer.from(document)), {
        body: { signature: { key: signer.id, jws } }
      })
      const read = await producer.request('GET', `/v1/events/${answer.body.id}`)
      t.strictSame(read.body.signedBy, signedBy)
    })
  }

  t.test(
    'the fully specified algorithm name of RFC 9864, and members that say nothing',
    async (t) => {
      const signer = await registeredKey(producer)
      const document = commission()
      const jws = await signer.sign(document, {
        alg: 'Ed25519',
        cty: 'application/json',
        iat: 1_780_000_000
      })
      t.equal((await send(producer, document, jws)).status, 201)
    }
  )

  t.test('unsigned documents until the organization refuses them', async (t) => {
    t.equal((await producer.request('POST', '/v1/events', commission())).body.signedBy, null)
    const path = `/v1/organizations/${producer.organization}/signing-policy`
    t.match((await producer.request('GET', path)).body, { unsigned: 'accepted' })
    const signer = await registeredKey(producer)
    t.equal((await producer.request('PUT', path, { unsigned: 'refused' })).status, 200)
    const unsigned = await producer.request('POST', '/v1/events', commission())
    t.equal(unsigned.status, 403)
    t.equal(unsigned.body.code, 'SIGNATURE_REQUIRED')
    const lines = { 'content-type': 'application/x-ndjson' }
    const bulk = await producer.request('POST', '/v1/events', commission(), lines)
    t.equal(bulk.body.code, 'SIGNATURE_REQUIRED')
    t.match(bulk.body.detail, /one by one.* flattened JWS/, 'and how many are signed')
    const document = commission()
    t.equal((await send(producer, document, await signer.sign(document))).status, 201)
    const loosened = await loosen(producer, path, signer)
    t.equal(loosened.status, 200, JSON.stringify(loosened.body))
    const logged = await deps.db.query<{ kind: string }>({
      text: `select kind from journal where kind = 'signing_policy'`
    })
    t.equal(logged.length, 2)
  })

  t.test('the same signed bytes again as the same event, with or without an id', async (t) => {
    const signer = await registeredKey(producer)
    const { id: _, ...without } = JSON.parse(commission())
    const document = JSON.stringify(without)
    const jws = await signer.sign(document)
    const first = await send(producer, document, jws)
    t.equal(first.status, 201)
    const again = await send(producer, document, jws, { 'idempotency-key': randomUUID() })
    t.equal(again.status, 200, 'replayed, whatever the key of the request')
    t.same(again.body, first.body)
  })

  t.test('a key once, lists it, and keeps it after its revocation', async (t) => {
    const signer = await newSigner()
    const made = await registerKeyOf(producer, signer, { label: 'Lab' })
    t.equal(made.status, 201)
    t.match(made.body, { id: signer.id, algorithm: 'EdDSA', jwk: signer.jwk, label: 'Lab' })
    t.equal((await registerKeyOf(producer, signer)).status, 200, 'again')
    const revoked = await producer.request('DELETE', `/v1/keys/${signer.id}?reason=compromised`)
    t.match(revoked.body, { revoked: { reason: 'compromised', position: Number } })
    const again = await producer.request('DELETE', `/v1/keys/${signer.id}`)
    t.same(again.body, revoked.body, 'the first revocation counts')
    const list = await producer.request('GET', `/v1/keys?organization=${producer.organization}`)
    t.ok(list.body.items.some(({ id }: { id: string }) => id === signer.id))
    const entries = await deps.db.query<{ kind: string; blind: boolean }>({
      text: 'select kind, blind from journal where subject = $1 order by position',
      values: [signer.id]
    })
    t.strictSame(entries, [
      { kind: 'key', blind: false },
      { kind: 'key_revocation', blind: false }
    ])
  })
})

t.test('declarations are signed as events are', async (t) => {
  const { producer } = await scene(t)
  const signer = await registeredKey(producer)
  const document = JSON.stringify(epdDocument('magnet-n48h'))
  const wrong = await producer.request('POST', '/v1/epds', document, {
    [HEADER]: await signer.sign(`${document} `)
  })
  t.equal(wrong.body.code, 'SIGNATURE_INVALID')
  const sent = await producer.request('POST', '/v1/epds', document, {
    [HEADER]: await signer.sign(document)
  })
  t.equal(sent.status, 201, JSON.stringify(sent.body))
  const signedBy = { organization: producer.organization, key: signer.id }
  t.strictSame(sent.body.signedBy, signedBy)
  const read = await producer.request('GET', `/v1/epds/${sent.body.id}`)
  t.strictSame(read.body.signedBy, signedBy)
  const again = await producer.request('POST', '/v1/epds', document)
  t.strictSame([again.status, again.body.signedBy], [200, signedBy], 'what was signed stays signed')

  const path = `/v1/organizations/${producer.organization}/signing-policy`
  await producer.request('PUT', path, { unsigned: 'refused' })
  const other = epdDocument('ndpr-oxide')
  const unsigned = await producer.request('POST', '/v1/epds', other)
  t.equal(unsigned.body.code, 'SIGNATURE_REQUIRED')
  t.equal((await producer.request('POST', '/v1/epds?state=draft', other)).status, 201)
  const submit = { version: '1.0', transition: 'submit' }
  const moved = await producer.request('POST', `/v1/epds/${other['id']}/transitions`, submit)
  t.equal(moved.body.code, 'SIGNATURE_REQUIRED', 'nor by way of a draft')
})

t.test('refuses', async (t) => {
  const { producer, rival, commission, send } = await scene(t)
  const signer = await registeredKey(producer)
  const ec = await registeredKey(producer, 'ES256')
  const foreign = await registeredKey(rival)
  const unknown = await newSigner()
  const document = commission()
  const jws = await signer.sign(document)
  const [header = '', , signature = ''] = jws.split('.')
  const [, , otherSignature = ''] = (await signer.sign(commission())).split('.')
  const rewritten = (members: object) =>
    `${b64({ alg: 'EdDSA', kid: signer.id, ...members })}..${signature}`
  const hmac = () => {
    const head = b64({ alg: 'HS256', kid: signer.id })
    const payload = Buffer.from(document).toString('base64url')
    const secret = Buffer.from(signer.jwk.x ?? '', 'base64url')
    return `${head}..${createHmac('sha256', secret).update(`${head}.${payload}`).digest('base64url')}`
  }
  const last = signature.at(-1) ?? ''
  const loose = `${signature.slice(0, -1)}${{ A: 'B', Q: 'R', g: 'h', w: 'x' }[last] ?? 'x'}`
  const wrong: Record<string, string> = {
    nothing: '',
    'one dot': `${header}.${signature}`,
    'a payload of its own': `${header}.${Buffer.from(document).toString('base64url')}.${signature}`,
    'four dots': `${jws}..`,
    'no signature': `${header}..`,
    'no header': `..${signature}`,
    'a space in it': `${header}.. ${signature}`,
    padding: `${header}..${signature}==`,
    'the other base64 alphabet': `${header}..+/${signature.slice(2)}`,
    'base64url that is not canonical': `${header}..${loose}`,
    'more than 4096 characters': `${'A'.repeat(5000)}..${signature}`,
    'a header that is no JSON': `${Buffer.from('alg').toString('base64url')}..${signature}`,
    'a header that is an array': `${b64(['EdDSA'])}..${signature}`,
    'a header with a member twice': `${Buffer.from(
      `{"alg":"EdDSA","alg":"EdDSA","kid":"${signer.id}"}`
    ).toString('base64url')}..${signature}`,
    'alg none': `${b64({ alg: 'none', kid: signer.id })}..${signature}`,
    'alg None': rewritten({ alg: 'None' }),
    'HS256 with the public key as secret': hmac(),
    'alg RS256': rewritten({ alg: 'RS256' }),
    'alg ES512': rewritten({ alg: 'ES512' }),
    'no alg': `${b64({ kid: signer.id })}..${signature}`,
    'no kid': `${b64({ alg: 'EdDSA' })}..${signature}`,
    'a kid that is a path': rewritten({ kid: '../../etc/passwd' }),
    'a jwk of its own': rewritten({ jwk: unknown.jwk }),
    'a jku': rewritten({ jku: 'https://keys.example/jwks.json' }),
    'an x5u': rewritten({ x5u: 'https://keys.example/cert.pem' }),
    'an x5c': rewritten({ x5c: ['MII'] }),
    crit: rewritten({ crit: ['exp'], exp: 1 }),
    'b64 false': rewritten({ b64: false, crit: ['b64'] }),
    'the algorithm of another key': `${b64({ alg: 'ES256', kid: signer.id })}..${signature}`,
    'the kid of another key': rewritten({ kid: ec.id }),
    'an unknown key': await unknown.sign(document),
    "another organization's key": await foreign.sign(document),
    'other bytes': `${header}..${otherSignature}`,
    'the proof that one has the key': await signer.sign(document, { typ: KEY_PROOF_TYPE }),
    'one bit more or less': `${header}..${flip(signature)}`,
    'a header that is not UTF-8': signer.signUnder(
      document,
      Buffer.from(`{"alg":"EdDSA","kid":"${signer.id}","cty":"\xff"}`, 'latin1')
    ),
    'a member twice, once escaped': signer.signUnder(
      document,
      Buffer.from(`{"alg":"none","kid":"${signer.id}","\\u0061lg":"EdDSA"}`)
    ),
    'a typ that is no text': await signer.sign(document, { typ: 5 }),
    'a cty that is an object': await signer.sign(document, { cty: { a: 1 } }),
    'an iat that is a text': await signer.sign(document, { iat: 'now' }),
    'an iat before time began': await signer.sign(document, { iat: -1 }),
    'an iat that no double holds': signer.signUnder(
      document,
      Buffer.from(`{"alg":"EdDSA","kid":"${signer.id}","iat":1e999}`)
    ),
    'a kid that no database keeps': await signer.sign(document, { kid: `${signer.id}\0` }),
    'half a character': await signer.sign(document, { cty: '\ud800' })
  }
  t.test(`${Object.keys(wrong).length} signatures`, async (t) => {
    for (const [name, sent] of Object.entries(wrong)) {
      const answer = await send(producer, document, sent)
      t.equal(answer.status, 422, name)
      t.equal(answer.body.code, 'SIGNATURE_INVALID', name)
    }
    t.equal((await send(producer, document, jws)).status, 201, 'the right one is accepted')
  })

  t.test('a signature over another way to write the same document', async (t) => {
    const one = commission()
    const spaced = JSON.stringify(JSON.parse(one), null, 1)
    t.equal((await send(producer, spaced, await signer.sign(one))).status, 422)
    t.equal((await send(producer, `${one}\n`, await signer.sign(one))).status, 422)
  })

  t.test('a replay by another organization', async (t) => {
    t.equal((await send(rival, document, jws)).status, 422)
  })

  t.test('a revoked key, from its revocation on', async (t) => {
    const old = await registeredKey(producer)
    const early = commission()
    const late = commission()
    const [first, second] = [await old.sign(early), await old.sign(late)]
    t.equal((await send(producer, early, first)).status, 201)
    await producer.request('DELETE', `/v1/keys/${old.id}`)
    t.match((await send(producer, late, second)).body, {
      code: 'SIGNATURE_INVALID',
      detail: /revoked/
    })
    t.equal((await registerKeyOf(producer, old)).status, 409, 'nor can it come back')
  })

  t.test('a signature over many documents at once', async (t) => {
    const answer = await send(producer, `${commission()}\n`, jws, {
      'content-type': 'application/x-ndjson'
    })
    t.match(answer.body, { code: 'SIGNATURE_INVALID', detail: /one by one/ })
  })

  const small = Buffer.concat([Buffer.from([1]), Buffer.alloc(31)]).toString('base64url')
  const notReduced = Buffer.from(`${(2n ** 255n - 16n).toString(16)}`, 'hex').reverse()
  const keys: Record<string, (one: Signer) => object> = {
    'a private key': (one) => ({ jwk: { ...one.jwk, d: one.jwk.x } }),
    'a symmetric key': () => ({ jwk: { kty: 'oct', k: 'AAAA' } }),
    'an RSA key': () => ({ jwk: { kty: 'RSA', n: 'AQAB', e: 'AQAB' } }),
    'another curve': (one) => ({ jwk: { ...one.jwk, crv: 'X25519' } }),
    'a short point': () => ({ jwk: { kty: 'OKP', crv: 'Ed25519', x: 'AAAA' } }),
    'a point of small order': () => ({ jwk: { kty: 'OKP', crv: 'Ed25519', x: small } }),
    'a point whose coordinate is not below the prime': () => ({
      jwk: { kty: 'OKP', crv: 'Ed25519', x: notReduced.toString('base64url') }
    }),
    'a point that is not on P-256': () => ({
      jwk: { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) }
    }),
    'a key for another algorithm': (one) => ({ jwk: { ...one.jwk, alg: 'HS256' } }),
    'a key to encrypt with': (one) => ({ jwk: { ...one.jwk, use: 'enc' } }),
    'a key that may only sign': (one) => ({ jwk: { ...one.jwk, key_ops: ['sign'] } }),
    'no key': () => ({ jwk: null }),
    'text for a key': () => ({ jwk: '//' }),
    'a list for a key': () => ({ jwk: [] }),
    'the name of another organization': () => ({ organization: rival.organization }),
    'members that are not known': () => ({ use: 'sig' })
  }
  t.test('a P-256 key that says it is for Ed25519', async (t) => {
    const one = await newSigner('ES256')
    const answer = await registerKeyOf(producer, one, { jwk: { ...one.jwk, alg: 'Ed25519' } })
    t.match(answer, { status: 400, body: { detail: /not ES256/ } })
  })

  t.test(`${Object.keys(keys).length} keys`, async (t) => {
    for (const [name, change] of Object.entries(keys)) {
      const one = await newSigner()
      t.equal((await registerKeyOf(producer, one, change(one))).status, 400, name)
    }
  })

  t.test('a key without proof that one has it', async (t) => {
    const one = await newSigner()
    const { organization } = producer
    const request = JSON.stringify({ organization, jwk: one.jwk })
    t.equal((await producer.request('POST', '/v1/keys', request)).body.code, 'SIGNATURE_INVALID')
    const proofs = [await unknown.sign(request, { typ: KEY_PROOF_TYPE }), await one.sign(request)]
    for (const proof of proofs) {
      const answer = await producer.request('POST', '/v1/keys', request, { [HEADER]: proof })
      t.equal(answer.body.code, 'SIGNATURE_INVALID')
    }
    t.equal((await registerKeyOf(rival, signer)).status, 409, 'a key has one organization')
  })
})

t.test('protects', async (t) => {
  t.test('the order of signing and revoking, whatever runs at once', async (t) => {
    const { producer, commission, send, deps } = await scene(t)
    const signer = await registeredKey(producer)
    const documents = Array.from({ length: 12 }, () => commission())
    const signed = await Promise.all(documents.map((document) => signer.sign(document)))
    const sent = documents.map((document, n) => send(producer, document, signed[n] ?? ''))
    const [, ...answers] = await Promise.all([
      producer.request('DELETE', `/v1/keys/${signer.id}`),
      ...sent
    ])
    const [key] = await deps.db.query<{ revoked: string }>({
      text: 'select revoked_position as revoked from signing_key where id = $1',
      values: [signer.id]
    })
    for (const { status, body } of answers) {
      if (status === 201) t.ok(body.position < Number(key?.revoked), 'accepted before')
      else t.equal(body.code, 'SIGNATURE_INVALID')
    }
  })
})

t.test('protects the revocation of a key that another process has just told of', async (t) => {
  const { producer, commission, send, deps } = await scene(t)
  const { organization, client } = producer
  const principal = { organization, client, roles: [], scopes: new Set<never>() }
  const elsewhere = createDeps(deps.db, deps.reference)
  const signer = await registeredKey(producer)
  const known = await deps.signing.key(signer.id)
  const early = commission()
  t.equal((await send(producer, early, await signer.sign(early))).status, 201)
  await revokeKey(elsewhere, { principal, id: signer.id, reason: 'compromised' })
  // For a second this process remembers the key as it was; here for as long as it takes.
  deps.signing.key = async () => known
  const [last] = await deps.db.query<{ next: string }>({ text: 'select next from journal_head' })
  for (const how of ['from memory', 'by reading', 'and again']) {
    const late = commission()
    const { status, body } = await send(producer, late, await signer.sign(late))
    t.match({ status, body }, { status: 422, body: { code: 'SIGNATURE_INVALID' } }, how)
    t.match(body.detail, /revoked meanwhile/)
  }
  const requests: readonly [string, object][] = [
    ['/v1/facilities', { ...PLANT, organization }],
    [`/v1/organizations/${organization}/versions`, { name: 'Producer', country: 'FI' }],
    ['/v1/epds', epdDocument('magnet-n48h')],
    ['/v1/rule-settings', { rule: 'R4', mode: 'flag', replaces: null }]
  ]
  for (const [url, content] of requests) {
    const document = JSON.stringify(content)
    const headers = { [HEADER]: await signer.sign(document) }
    const { status, body } = await producer.request('POST', url, document, headers)
    t.match({ status, body }, { status: 422, body: { code: 'SIGNATURE_INVALID' } }, url)
    t.match(body.detail, /revoked meanwhile/, url)
  }
  const [now] = await deps.db.query<{ next: string }>({ text: 'select next from journal_head' })
  t.same(now, last, 'nothing stands behind the revocation')
})

function flip(signature: string): string {
  const bytes = Buffer.from(signature, 'base64url')
  bytes[10] = (bytes[10] ?? 0) ^ 1
  return bytes.toString('base64url')
}
