/** Statements about declarations: who signed what, and every way in which that can be wrong. */
import { createHash } from 'node:crypto'
import t from 'tap'
import { auditLog } from '../../src/registry/audit/audit-log.ts'
import { verifyBundle } from '../../src/registry/proofs/verify-bundle.ts'
import { programme, type Statement } from '../support/epd-programme.ts'
import { type EpdDocument, epdDocument } from '../support/epds.ts'
import { testGuard } from '../support/log.ts'
import { LogClient } from '../support/log-client.ts'
import { type Actor, testApp } from '../support/service.ts'
import { newSigner, registeredKey, type Signer } from '../support/signer.ts'

const now = () => new Date('2026-11-23T12:00:00Z')
const service = await testApp(t, { now, guard: testGuard(t) })
const owner = await service.actor('producer')
const its = await programme(service)
const { verifier, operator } = its

async function submitted(document = epdDocument('magnet-n48h')): Promise<EpdDocument> {
  const answer = await owner.request('POST', '/v1/epds', document)
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return answer.body
}

async function inVerification(): Promise<EpdDocument> {
  const record = await submitted()
  const start = { version: record['version'], transition: 'start_verification' }
  await verifier.request('POST', `/v1/epds/${record['id']}/transitions`, start)
  return record
}

const verify = (record: EpdDocument, more: object = {}) =>
  ({
    version: record['version'],
    transition: 'verify',
    documentSha256: record['sha256'],
    reportSha256: record['reportSha256'],
    ...more
  }) as Statement

/** Sends a verification with whatever signature over whatever bytes. */
async function send(record: EpdDocument, statement: Statement, signature?: string) {
  return verifier.request(
    'POST',
    `/v1/epds/${record['id']}/transitions`,
    JSON.stringify(statement),
    signature === undefined ? {} : { 'lodestone-signature': signature }
  )
}

t.test('accepts', async (t) => {
  t.test('a verification over the bytes of the document and of its report', async (t) => {
    const record = await inVerification()
    const url = `/v1/epds/${record['id']}`
    const report = await verifier.request('GET', `${url}/report?version=1.0`)
    const sha256 = createHash('sha256').update(report.raw).digest('hex')
    t.equal(sha256, record['reportSha256'])
    t.equal(report.headers['etag'], `"${sha256}"`)
    t.match(report.body, {
      format: 'lodestone-epd-report@v1',
      epd: record['id'],
      documentSha256: record['sha256'],
      findings: [{ code: 'EPD_INCLUDED_UNKNOWN' }]
    })
    const answer = await verifier.state(record['id'], verify(record))
    t.equal(answer.status, 200, JSON.stringify(answer.body))
    const { organization, signer } = verifier
    t.match(answer.body, {
      state: 'verified',
      verifier: organization,
      verification: {
        organization,
        key: signer.id,
        version: '1.0',
        documentSha256: record['sha256'],
        reportSha256: record['reportSha256']
      },
      stateSince: { organization, key: signer.id }
    })
    for (const path of [url, `${url}/versions`, '/v1/epds?status=verified&limit=100']) {
      const { body } = await owner.request('GET', path)
      const shown = (body.items ?? [body]).find(({ id }: EpdDocument) => id === record['id'])
      t.same(shown.verification, answer.body.verification, path)
      t.equal(shown.signedBy, null, 'the owner signed nothing, and every answer says so')
    }
  })

  t.test('the same statement again, and by ES256 as well', async (t) => {
    const record = await inVerification()
    const key = await registeredKey(verifier, 'ES256')
    const bytes = JSON.stringify(verify(record))
    const first = await send(record, verify(record), await key.sign(bytes))
    t.equal(first.status, 200, JSON.stringify(first.body))
    const again = await send(record, verify(record), await key.sign(bytes))
    t.same(again.body, first.body)
    await its.operator.state(record['id'], {
      version: '1.0',
      transition: 'register',
      documentSha256: record['sha256'],
      registrationNumber: 'ES-1'
    })
    const late = await send(record, verify(record), await key.sign(bytes))
    t.equal(late.status, 200, 'also when it has moved on: the retry is told where it stands')
    t.equal(late.body.state, 'registered')
  })

  t.test('no retry of what another verifier has done since', async (t) => {
    const record = await inVerification()
    const other = await service.actor('verifier')
    const step = async (actor: Actor, transition: string, more: object = {}) => {
      const statement = { version: record['version'], transition, ...more }
      return actor.request('POST', `/v1/epds/${record['id']}/transitions`, statement)
    }
    t.equal((await step(verifier, 'return', { reason: 'No.' })).status, 200)
    t.equal((await step(owner, 'submit')).status, 200)
    t.equal((await step(other, 'start_verification')).status, 200)
    const late = await step(verifier, 'start_verification')
    t.equal(late.body.code, 'TRANSITION_NOT_ALLOWED', 'it is not theirs any more')
    t.equal((await step(other, 'start_verification')).status, 200, 'whose it is may ask again')
  })

  t.test(
    'the verification that stands as public, not one that the operator sent back',
    async (t) => {
      const { id, version, sha256: documentSha256 } = await submitted()
      const step = (who: Actor, transition: string, more: object = {}) =>
        who.request('POST', `/v1/epds/${id}/transitions`, { version, transition, ...more })
      const undone = (await its.verified({ id, version })).body.verification.position
      t.equal((await step(operator, 'return', { reason: 'No.' })).status, 200)
      t.equal((await step(owner, 'submit')).status, 200)
      const stands = (await its.verified({ id, version })).body.verification.position
      const register = {
        version,
        transition: 'register',
        documentSha256,
        registrationNumber: 'ES-9'
      }
      t.equal((await operator.state(id, register)).status, 200)
      t.equal((await step(operator, 'publish')).status, 200)
      const path = `/v1/epds/${id}`
      const shownTo = async (who: Pick<Actor, 'request'>) => {
        const { items } = (await who.request('GET', `${path}/transitions?version=${version}`)).body
        return items
          .filter(({ transition }: { transition: string }) => transition === 'verify')
          .map(({ position }: { position: number }) => position)
      }
      t.same(await shownTo(service), [stands])
      t.same(await shownTo(owner), [undone, stands], 'the parties know how it went')
      const { entries } = (await service.request('GET', `${path}/bundle`)).body
      const proved = entries.map(({ index }: { index: number }) => index)
      t.ok(proved.includes(stands) && !proved.includes(undone), 'nor is it opened in a bundle')
    }
  )

  t.test('no editorial update by others, in words that can be read', async (t) => {
    const { id, version, sha256: documentSha256 } = await inVerification()
    const confirm = {
      version,
      transition: 'confirm_editorial',
      documentSha256,
      baseSha256: documentSha256
    }
    t.match(await verifier.state(id, confirm), {
      status: 403,
      body: {
        detail: 'Only its programme operator may confirm an editorial update of a declaration.'
      }
    })
    t.match(await operator.state(id, confirm), {
      status: 409,
      body: { detail: /to confirm an editorial update it must be submitted/ }
    })
  })

  t.test('a signed draft, by the signature over its document', async (t) => {
    const key = await registeredKey(owner)
    const document = JSON.stringify(epdDocument('magnet-n48h'))
    const { id } = JSON.parse(document)
    await owner.request('POST', '/v1/epds?state=draft', document)
    const command = JSON.stringify({ version: '1.0', transition: 'submit' })
    const url = `/v1/epds/${id}/transitions`
    const overCommand = { 'lodestone-signature': await key.sign(command) }
    const wrong = await owner.request('POST', url, command, overCommand)
    t.equal(wrong.body.code, 'SIGNATURE_INVALID')
    const overDocument = { 'lodestone-signature': await key.sign(document) }
    const right = await owner.request('POST', url, command, overDocument)
    t.same(right.body.signedBy, { organization: owner.organization, key: key.id })
  })

  t.test('whoever holds the bundle alone verifies every signature', async (t) => {
    const record = await submitted()
    const { id, version } = record as { id: string; version: string }
    await its.published({ id, version })
    await its.deregistered({ id, version }, 'The meter was wrong.')
    const client = await LogClient.open((path) => service.request('GET', path))
    const bundle = await service.request('GET', `/v1/epds/${id}/bundle`)
    const report = await verifyBundle(bundle.raw, [client.key])
    t.same(report.problems, [])
    const signed = report.entries.flatMap(({ statement, signature }) =>
      signature.state === 'verified'
        ? [[statement?.body['transition'], signature.organization, signature.key]]
        : []
    )
    t.same(signed, [
      ['verify', verifier.organization, verifier.signer.id],
      ['register', operator.organization, operator.signer.id],
      ['deregister', operator.organization, operator.signer.id]
    ])
    const told = report.entries.flatMap(({ statement }) => statement?.body['transition'] ?? [])
    t.same(told, ['verify', 'register', 'publish', 'deregister'], 'how it went before is private')
    const whole = await owner.request('GET', `/v1/epds/${id}/bundle`)
    const inside = await verifyBundle(whole.raw, [client.key])
    t.same(inside.problems, [])
    t.equal(
      inside.entries.filter(({ statement }) => statement?.kind === 'epd_transition').length,
      5,
      'the owner has the beginning of the verification too'
    )
  })

  t.test('a public history with the bytes that were signed', async (t) => {
    const record = await submitted()
    const { id, version } = record as { id: string; version: string }
    await its.published({ id, version }, 'HISTORY-1')
    const url = `/v1/epds/${id}/transitions?version=1.0`
    const { body } = await service.request('GET', url)
    t.match(body.items, [
      { transition: 'verify', organization: verifier.organization, key: verifier.signer.id },
      { transition: 'register', state: 'registered', registrationNumber: 'HISTORY-1' },
      { transition: 'publish', key: null }
    ])
    const said = JSON.parse(Buffer.from(body.items[0].statement, 'base64url').toString())
    t.equal(said.reportSha256, record['reportSha256'])
    const { body: whole } = await owner.request('GET', url)
    t.equal(whole.items.length, 5)
  })

  t.test('an audit of the whole log, statements included', async (t) => {
    const { verifier: log } = await service.deps.log.key()
    await service.deps.log.covers(
      Number((await service.request('GET', '/v1/epds?limit=100')).body.items.at(-1).position),
      5_000
    )
    t.same((await auditLog(service.deps.db, log)).problems, [])
  })
})

t.test('refuses a verifier that the document names as its owner or practitioner', async (t) => {
  const organization = await service.organization({ name: 'Independent Ltd' })
  const { request } = await service.actor(['verifier', 'operator'], organization)
  for (const [part, name] of [
    ['owner', 'Independent Ltd'],
    ['owner', 'independent ltd'],
    ['practitioner', 'Independent  LTD']
  ] as const) {
    const document = epdDocument('magnet-n48h', (epd) => (epd[part] = { name, country: 'FI' }))
    const { id, version } = await submitted(document)
    const start = { version, transition: 'start_verification' }
    const answer = await request('POST', `/v1/epds/${id}/transitions`, start)
    t.match(answer, { status: 403, body: { code: 'FOUR_EYES' } }, `${part} ${name}`)
    const back = { version, transition: 'return', reason: 'No.' }
    const returned = await request('POST', `/v1/epds/${id}/transitions`, back)
    t.match(returned, { status: 403, body: { code: 'FOUR_EYES' } })
  }
})

t.test('refuses', async (t) => {
  const foreign = await registeredKey(operator)
  const unknown = await newSigner()
  const revoked = await registeredKey(verifier)
  await verifier.request('DELETE', `/v1/keys/${revoked.id}?reason=compromised`)
  const { signer } = verifier
  const header = (members: object) => Buffer.from(JSON.stringify(members)).toString('base64url')
  const forged = (members: object) => async () => `${header(members)}..${'A'.repeat(86)}`
  type Sign = (signer: Signer, bytes: string, record: EpdDocument) => Promise<string | undefined>
  const cases: Readonly<Record<string, readonly [Sign, number, string]>> = {
    'no signature': [async () => undefined, 403, 'SIGNATURE_REQUIRED'],
    'an empty one': [async () => '', 422, 'SIGNATURE_INVALID'],
    'one over other bytes': [(key, bytes) => key.sign(`${bytes} `), 422, 'SIGNATURE_INVALID'],
    'one over the declaration': [
      (key, _, record) => key.sign(JSON.stringify(record)),
      422,
      'SIGNATURE_INVALID'
    ],
    'one by a key of another organization': [
      (_, bytes) => foreign.sign(bytes),
      422,
      'SIGNATURE_INVALID'
    ],
    'one by a key that nobody registered': [
      (_, bytes) => unknown.sign(bytes),
      422,
      'SIGNATURE_INVALID'
    ],
    'one by a revoked key': [(_, bytes) => revoked.sign(bytes), 422, 'SIGNATURE_INVALID'],
    'alg none': [forged({ alg: 'none', kid: signer.id }), 422, 'SIGNATURE_INVALID'],
    HS256: [forged({ alg: 'HS256', kid: signer.id }), 422, 'SIGNATURE_INVALID'],
    'a header that brings its key': [
      (key, bytes) => key.sign(bytes, { jwk: key.jwk }),
      422,
      'SIGNATURE_INVALID'
    ],
    'a header that names where a key is': [
      (key, bytes) => key.sign(bytes, { jku: 'https://keys.example/jwks.json' }),
      422,
      'SIGNATURE_INVALID'
    ],
    'a proof of possession': [
      (key, bytes) => key.sign(bytes, { typ: 'lodestone-key+jws' }),
      422,
      'SIGNATURE_INVALID'
    ],
    'two signatures': [
      async (key, bytes) => `${await key.sign(bytes)}, ${await key.sign(bytes)}`,
      422,
      'SIGNATURE_INVALID'
    ],
    'a whole JWS': [
      async (key, bytes) => (await key.sign(bytes)).replace('..', '.e30.'),
      422,
      'SIGNATURE_INVALID'
    ]
  }
  const record = await inVerification()
  const statement = verify(record)
  for (const [name, [sign, status, code]] of Object.entries(cases)) {
    t.test(name, async (t) => {
      const answer = await send(
        record,
        statement,
        await sign(signer, JSON.stringify(statement), record)
      )
      t.equal(answer.status, status, JSON.stringify(answer.body))
      t.equal(answer.body.code, code)
    })
  }

  t.test('a statement about other bytes, well signed', async (t) => {
    const other = await inVerification()
    const replayed: Readonly<Record<string, object>> = {
      'of another declaration': { documentSha256: other['sha256'] },
      'with the report of another one': { reportSha256: other['reportSha256'] },
      'with the hashes exchanged': {
        documentSha256: record['reportSha256'],
        reportSha256: record['sha256']
      }
    }
    for (const [name, more] of Object.entries(replayed)) {
      const answer = await verifier.state(record['id'], verify(record, more))
      t.equal(answer.body.code, 'STATEMENT_MISMATCH', name)
      t.match(answer.body.errors, [{ pointer: /Sha256$/ }], name)
    }
    const bytes = JSON.stringify(verify(record))
    const signature = { 'lodestone-signature': await signer.sign(bytes) }
    const elsewhere = await verifier.request(
      'POST',
      `/v1/epds/${other['id']}/transitions`,
      bytes,
      signature
    )
    t.equal(elsewhere.body.code, 'STATEMENT_MISMATCH', 'the same signed bytes, sent elsewhere')
  })

  t.test('a registration and a withdrawal without or about other bytes', async (t) => {
    const mine = await submitted()
    const { id, version } = mine as { id: string; version: string }
    await its.verified({ id, version })
    const register = { version, transition: 'register', registrationNumber: 'S-1' }
    const url = `/v1/epds/${id}/transitions`
    const bare = { ...register, documentSha256: mine['sha256'] }
    t.equal((await operator.request('POST', url, bare)).body.code, 'SIGNATURE_REQUIRED')
    const wrong = { ...register, documentSha256: record['sha256'] }
    t.equal((await operator.state(id, wrong)).body.code, 'STATEMENT_MISMATCH')
    t.equal((await operator.state(id, register)).body.code, 'REQUEST_INVALID')
    t.equal((await operator.state(id, bare)).status, 200)
    await operator.request('POST', url, { version, transition: 'publish' })
    const withdraw = { version, transition: 'deregister', reason: 'Unpaid' }
    const unsigned = { ...withdraw, documentSha256: mine['sha256'] }
    t.equal((await operator.request('POST', url, unsigned)).body.code, 'SIGNATURE_REQUIRED')
    const other = { ...withdraw, documentSha256: mine['reportSha256'] }
    t.equal((await operator.state(id, other)).body.code, 'STATEMENT_MISMATCH')
    t.equal((await owner.request('GET', `/v1/epds/${id}`)).body.state, 'published')
  })

  t.test(
    'a submission of another document than the draft, or than what was submitted',
    async (t) => {
      const document = epdDocument('magnet-n48h')
      const url = `/v1/epds/${document['id']}/transitions`
      const { body: draft } = await owner.request('POST', '/v1/epds?state=draft', document)
      const submit = (documentSha256: string) =>
        owner.request('POST', url, { version: '1.0', transition: 'submit', documentSha256 })
      const other = { status: 422, body: { code: 'STATEMENT_MISMATCH' } }
      t.match(await submit('0'.repeat(64)), other)
      const kept = await owner.request('GET', `/v1/epds/${document['id']}`)
      t.equal(kept.body.state, 'draft', 'nothing is submitted')
      t.match(await submit(draft.sha256), { status: 200, body: { state: 'submitted' } })
      t.match(await submit(draft.sha256), { status: 200, body: { state: 'submitted' } })
      t.match(await submit('0'.repeat(64)), other, 'also where it was submitted before')
    }
  )

  t.test('requests that say too little, too much or nonsense', async (t) => {
    const hash = record['sha256']
    const bad: readonly [object | string, number][] = [
      [{ version: '1.0', transition: 'verify' }, 400],
      [{ version: '1.0', transition: 'verify', documentSha256: hash }, 400],
      [{ ...verify(record), reason: 'x' }, 400],
      [{ ...verify(record), registrationNumber: 'x' }, 400],
      [{ ...verify(record), colour: 'grey' }, 400],
      [{ ...verify(record), documentSha256: hash.toUpperCase() }, 400],
      [{ ...verify(record), documentSha256: hash.slice(1) }, 400],
      [{ ...verify(record), documentSha256: 7 }, 400],
      [{ version: '1.0', transition: 'supersede' }, 400],
      [{ version: '1.0', transition: 'expire' }, 400],
      [{ version: '1.0', transition: '__proto__' }, 400],
      [{ version: '1.0.0.0', transition: 'verify' }, 400],
      [{ version: '1.0', transition: 'return', reason: '' }, 400],
      [{ version: '1.0', transition: 'return', reason: '   ' }, 400],
      [{ version: '1.0', transition: 'return', reason: 'x'.repeat(1001) }, 400],
      ['{"version":"1.0","version":"1.1","transition":"publish"}', 400],
      ['{"version":"1.0","transition":"return","reason":"\\ud800"}', 400],
      ['[]', 400],
      ['null', 400],
      ['', 400],
      [' '.repeat(20_000), 413]
    ]
    for (const [body, status] of bad) {
      const answer = await verifier.request('POST', `/v1/epds/${record['id']}/transitions`, body)
      t.equal(answer.status, status, JSON.stringify(body).slice(0, 80), { body: answer.body })
    }
    const nul = await verifier.request('POST', `/v1/epds/${record['id']}/transitions`, {
      version: '1.0',
      transition: 'return',
      reason: 'a\u0000b'
    })
    t.equal(nul.status, 400, JSON.stringify(nul.body))
    const unseen = await verifier.request('POST', `/v1/epds/${record['id']}/transitions`, {
      version: '1.0',
      transition: 'return',
      reason: 'Add the water.\u202e'
    })
    t.match(unseen, { status: 400, body: { code: 'REQUEST_INVALID' } })
    t.match(unseen.body.errors, [
      { pointer: '/reason', message: /U\+202E, behind “Add the water.”/ }
    ])
    t.equal((await owner.request('GET', `/v1/epds/${record['id']}`)).body.state, 'in_verification')
  })

  t.test('a key that is revoked while the statement is on its way', async (t) => {
    const late = await inVerification()
    const key = await registeredKey(verifier)
    const bytes = JSON.stringify(verify(late))
    const signature = await key.sign(bytes)
    // Remembered as good for a second; what counts is the row that the transaction holds.
    await service.deps.signing.key(key.id)
    await service.deps.db.query({
      text: `update signing_key set revoked_position = position, revocation_reason = 'compromised'
        where id = $1`,
      values: [key.id]
    })
    const answer = await send(late, verify(late), signature)
    t.equal(answer.body.code, 'SIGNATURE_INVALID')
  })
})
