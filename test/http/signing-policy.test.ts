/** Where an organization demands signatures, a token alone changes neither that nor who may sign. */
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { createDeps } from '../../src/registry/create-deps.ts'
import { setSigningPolicy } from '../../src/registry/parties/set-signing-policy.ts'
import { kg, oxides } from '../support/books.ts'
import { epdDocument } from '../support/epds.ts'
import { eventually } from '../support/eventually.ts'
import { testApp } from '../support/service.ts'
import { newSigner, registeredKey, registerKeyOf, type Signer } from '../support/signer.ts'

async function scene(t: Parameters<typeof testApp>[0]) {
  const service = await testApp(t)
  const producer = await service.actor('producer')
  const { organization } = producer
  const path = `/v1/organizations/${organization}/signing-policy`
  const policy = async () => (await producer.request('GET', path)).body
  const refuse = () => producer.request('PUT', path, { unsigned: 'refused' })
  const loosen = async (signer: Signer, more: object = {}) => {
    const { position: replaces } = await policy()
    const document = JSON.stringify({ unsigned: 'accepted', organization, replaces, ...more })
    const headers = { 'lodestone-signature': await signer.sign(document) }
    return producer.request('PUT', path, document, headers)
  }
  const addKey = async (signer: Signer, by: Signer) => {
    const document = JSON.stringify({ organization, jwk: signer.jwk })
    return producer.request('POST', '/v1/keys', document, {
      'lodestone-signature': await signer.sign(document, { typ: 'lodestone-key+jws' }),
      'lodestone-countersignature': await by.sign(document)
    })
  }
  return { ...service, producer, path, policy, refuse, loosen, addKey }
}

t.test('accepts', async (t) => {
  t.test('the first key of an organization that refused unsigned submissions before', async (t) => {
    const { producer, refuse } = await scene(t)
    await refuse()
    t.equal((await registerKeyOf(producer, await newSigner())).status, 201)
  })

  t.test('a further key that a key in force vouches for, and logs who did', async (t) => {
    const { producer, refuse, addKey, deps } = await scene(t)
    const first = await registeredKey(producer, 'ES256')
    await refuse()
    const next = await newSigner()
    t.equal((await addKey(next, first)).status, 201)
    const [entry] = await deps.db.query<{ statement: Buffer }>({
      text: `select statement from journal where kind = 'key' and subject = $1`,
      values: [next.id]
    })
    t.match(JSON.parse(String(entry?.statement)), { body: { vouched: { key: first.id } } })
  })

  t.test(
    'unsigned submissions again, when a key in force says so for this one change',
    async (t) => {
      const { producer, refuse, loosen, policy } = await scene(t)
      t.match(await policy(), { unsigned: 'accepted', position: null })
      const signer = await registeredKey(producer)
      await refuse()
      const { position } = await policy()
      t.match(await loosen(signer), { status: 200, body: { unsigned: 'accepted' } })
      await refuse()
      const replayed = await loosen(signer, { replaces: position })
      t.match(
        replayed,
        { status: 409, body: { code: 'CONFLICT' } },
        'what was signed before is spent'
      )
      t.match(await policy(), { unsigned: 'refused' })
    }
  )

  t.test('unsigned submissions again from an administrator, for who lost every key', async (t) => {
    const { actor, producer, path, refuse, policy } = await scene(t)
    await registeredKey(producer)
    await refuse()
    const admin = await actor('admin')
    t.equal((await admin.request('PUT', path, { unsigned: 'accepted' })).status, 200)
    t.match(await policy(), { unsigned: 'accepted' })
  })
})

t.test('refuses', async (t) => {
  const { producer, path, refuse, loosen, addKey, policy, actor } = await scene(t)
  const signer = await registeredKey(producer)
  const revoked = await registeredKey(producer)
  await producer.request('DELETE', `/v1/keys/${revoked.id}`)
  await refuse()
  const foreign = await registeredKey(await actor('producer'))

  t.test('a further key with nothing but a token', async (t) => {
    const answer = await registerKeyOf(producer, await newSigner())
    t.match(answer, { status: 403, body: { code: 'SIGNATURE_REQUIRED' } })
  })

  t.test('a key that vouches for itself, a revoked and a foreign one that vouch', async (t) => {
    const next = await newSigner()
    for (const by of [next, revoked, foreign]) {
      t.match(await addKey(next, by), { status: 422, body: { code: 'SIGNATURE_INVALID' } })
    }
  })

  t.test('the policy of an organization that there is not', async (t) => {
    const nobody = path.replace(producer.organization, '5f1c9a52-7f0e-4a43-9d8e-2f5a1f0c0b03')
    t.equal((await producer.request('GET', nobody)).status, 404)
    const admin = await actor('admin')
    t.equal((await admin.request('PUT', nobody, { unsigned: 'refused' })).status, 404)
  })

  t.test('a policy that is loosened unsigned, by a wrong key or for another one', async (t) => {
    const unsigned = await producer.request('PUT', path, { unsigned: 'accepted' })
    t.match(unsigned, { status: 403, body: { code: 'SIGNATURE_REQUIRED' } })
    t.match(await loosen(revoked), { status: 422, body: { code: 'SIGNATURE_INVALID' } })
    t.match(await loosen(foreign), { status: 422, body: { code: 'SIGNATURE_INVALID' } })
    const nobody = { organization: '5f1c9a52-7f0e-4a43-9d8e-2f5a1f0c0b03' }
    t.match(await loosen(signer, nobody), { status: 403, body: { code: 'SIGNATURE_REQUIRED' } })
    t.match(await policy(), { unsigned: 'refused' })
  })
})

t.test('protects what the log says of a policy: nothing unsigned stands behind it', async (t) => {
  const facilityOf = (organization: string) => ({
    organization,
    name: 'Works',
    country: 'FI',
    stages: ['metal_making'],
    validFrom: '2020-01-01'
  })
  const bought = (facility: string) => ({
    type: 'commission',
    id: randomUUID(),
    time: '2026-09-02T06:00:00Z',
    facility,
    outputs: [
      {
        product: { class: 'separated_oxide', name: 'NdPr oxide' },
        entry: 'purchased',
        mass: kg('10'),
        assay: oxides({ Nd2O3: '73.24', Pr6O11: '26.24' })
      }
    ]
  })

  t.test('where another process has just set it', async (t) => {
    const { deps, producer, facility, path, policy } = await scene(t)
    const { organization } = producer
    const place = await facility(organization)
    const known = await producer.request('POST', '/v1/events', bought(place))
    t.equal(known.status, 201, 'this process remembers that unsigned events are let in')
    const { batches, id } = known.body
    const principal = { organization, client: 'c', roles: [], scopes: new Set<never>() }
    const document = Buffer.from('{"unsigned":"refused"}')
    const asked = { organization, unsigned: 'refused' as const, document, said: {} }
    const elsewhere = createDeps(deps.db, deps.reference)
    await setSigningPolicy(elsewhere, { principal, signature: undefined, ...asked })
    const lines = [bought(place), bought(place)].map((each) => JSON.stringify(each)).join('\n')
    const requests: [string, object | string, Record<string, string>?][] = [
      ['/v1/events', bought(place)],
      ['/v1/events', bought(place)],
      [
        '/v1/events',
        {
          ...{ id: randomUUID(), type: 'correct', time: '2026-09-03T06:00:00Z', facility: place },
          ...{ event: id, reason: 'did_not_occur' }
        }
      ],
      ['/v1/events', lines, { 'content-type': 'application/x-ndjson' }],
      ['/v1/facilities', facilityOf(organization)],
      ['/v1/epds', epdDocument('magnet-n48h')],
      ['/v1/rule-settings', { rule: 'R4', mode: 'flag' }],
      [`/v1/batches/${batches[0].id}/grants`, {}]
    ]
    for (const [url, body, headers] of requests) {
      const answer = await producer.request('POST', url, body, headers)
      t.match(answer, { status: 403, body: { code: 'SIGNATURE_REQUIRED' } }, url)
      // Whoever just learned of it would be refused for that.
      deps.signing.policyChanged(organization)
      const { position } = await policy()
      await deps.db.query({ text: 'alter table signing_policy disable trigger user' })
      await deps.db.query({ text: `update signing_policy set unsigned = 'accepted'` })
      await deps.signing.acceptsUnsigned(organization)
      await deps.db.query({ text: `update signing_policy set unsigned = 'refused'` })
      const [last] = await deps.db.query<{ position: string }>({
        text: 'select max(position) as position from journal'
      })
      t.equal(Number(last?.position), position, `${url} left nothing behind the policy`)
    }
    t.equal((await producer.request('GET', path)).body.unsigned, 'refused')
  })

  t.test('while many submit', async (t) => {
    const { producer, facility, policy, refuse } = await scene(t)
    const place = await facility(producer.organization)
    const positions: number[] = []
    let isOn = true
    const writers = Array.from({ length: 12 }, async () => {
      while (isOn) {
        const { status, body } = await producer.request('POST', '/v1/events', bought(place))
        if (status === 201) positions.push(body.position)
        else if (body.code !== 'SIGNATURE_REQUIRED') throw new Error(JSON.stringify(body))
      }
    })
    t.equal(await eventually(() => positions.length > 50), true)
    t.equal((await refuse()).status, 200)
    isOn = false
    await Promise.all(writers)
    const { position } = await policy()
    const late = positions.filter((one) => one > position)
    t.same(late, [], `${positions.length} events, the policy at ${position}`)
  })
})
