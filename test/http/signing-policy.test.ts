/** Where an organization demands signatures, a token alone changes neither that nor who may sign. */
import t from 'tap'
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
