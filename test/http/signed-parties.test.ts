import t from 'tap'
import { verifyBundle } from '../../src/registry/proofs/verify-bundle.ts'
import { testGuard } from '../support/log.ts'
import { LogClient } from '../support/log-client.ts'
import { type Actor, testApp } from '../support/service.ts'
import { registeredKey } from '../support/signer.ts'

const HEADER = 'lodestone-signature'
const PLANT = {
  name: 'Separation works',
  country: 'EE',
  stages: ['separation'],
  validFrom: '2024-01-01'
}

async function scene(t: Parameters<typeof testApp>[0]) {
  const service = await testApp(t, { guard: testGuard(t) })
  const producer = await service.actor('producer')
  const rival = await service.actor('producer')
  const operator = await service.actor('operator')
  const client = await LogClient.open((path) => service.request('GET', path))
  const register = (actor: Actor, content: object, signature?: string) =>
    actor.request(
      'POST',
      '/v1/facilities',
      JSON.stringify(content),
      signature === undefined ? {} : { [HEADER]: signature }
    )
  const refuseUnsigned = async (actor: Actor) => {
    const path = `/v1/organizations/${actor.organization}/signing-policy`
    const answer = await actor.request('PUT', path, { unsigned: 'refused' })
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
  }
  return { ...service, producer, rival, operator, client, register, refuseUnsigned }
}

t.test('accepts', async (t) => {
  const { producer, operator, client, register } = await scene(t)

  t.test('a signed facility, and says whose key it was wherever it is shown', async (t) => {
    const signer = await registeredKey(producer)
    const jws = await signer.sign(JSON.stringify(PLANT))
    const made = await register(producer, PLANT, jws)
    t.equal(made.status, 201, JSON.stringify(made.body))
    const signedBy = { organization: producer.organization, key: signer.id }
    t.strictSame(made.body.signedBy, signedBy)
    const { id } = made.body
    t.strictSame((await producer.request('GET', `/v1/facilities/${id}`)).body.signedBy, signedBy)

    const next = JSON.stringify({ ...PLANT, name: 'Separation works 2' })
    const revised = await producer.request('POST', `/v1/facilities/${id}/versions`, next)
    t.equal(revised.body.signedBy, null, 'the next version is not signed')
    const versions = await producer.request('GET', `/v1/facilities/${id}/versions`)
    t.strictSame(
      versions.body.items.map((version: { signedBy: unknown }) => version.signedBy),
      [signedBy, null]
    )
  })

  t.test('a signature of whoever runs the registry, whose bundle verifies offline', async (t) => {
    const signer = await registeredKey(operator, 'ES256')
    const document = { ...PLANT, organization: producer.organization, attestation: 'attested' }
    const made = await register(operator, document, await signer.sign(JSON.stringify(document)))
    t.equal(made.status, 201, JSON.stringify(made.body))
    t.strictSame(made.body.signedBy, { organization: operator.organization, key: signer.id })
    const bundle = await producer.request('GET', `/v1/facilities/${made.body.id}/bundle`)
    t.equal(bundle.status, 200)
    const report = await verifyBundle(bundle.raw, [client.key])
    t.strictSame(report.problems, [])
    t.match(
      report.entries.find(({ statement }) => statement?.kind === 'facility'),
      {
        document: 'verified',
        statement: { organization: producer.organization, body: { by: operator.organization } },
        signature: { state: 'verified', key: signer.id, organization: operator.organization }
      }
    )
  })

  t.test(
    'a replay of what was signed, which makes no second one and takes nothing back',
    async (t) => {
      const signer = await registeredKey(producer)
      const content = { ...PLANT, name: 'Replayed works' }
      const signature = await signer.sign(JSON.stringify(content))
      const made = await register(producer, content, signature)
      const again = await register(producer, content, signature)
      t.match(again, { status: 200, body: { id: made.body.id } })

      const path = `/v1/facilities/${made.body.id}`
      const moved = JSON.stringify({ ...content, country: 'LV' })
      const header = { [HEADER]: await signer.sign(moved) }
      t.equal((await producer.request('POST', `${path}/versions`, moved, header)).status, 201)
      const replayed = await producer.request('POST', `${path}/versions`, JSON.stringify(content), {
        [HEADER]: signature
      })
      t.match(replayed, { status: 200, body: { position: made.body.position } })
      t.match((await producer.request('GET', path)).body, { country: 'LV' })
    }
  )

  t.test('what an organization says of itself, signed', async (t) => {
    const signer = await registeredKey(producer)
    const document = JSON.stringify({ name: 'Producer of oxides', country: 'EE' })
    const path = `/v1/organizations/${producer.organization}`
    const revised = await producer.request('POST', `${path}/versions`, document, {
      [HEADER]: await signer.sign(document)
    })
    t.equal(revised.status, 201, JSON.stringify(revised.body))
    t.match((await producer.request('GET', path)).body, { signedBy: { key: signer.id } })
  })
})

t.test('refuses', async (t) => {
  const { producer, rival, register, refuseUnsigned } = await scene(t)
  const signer = await registeredKey(producer)
  const foreign = await registeredKey(rival)
  const revoked = await registeredKey(producer)
  await refuseUnsigned(producer)

  t.test('an unsigned facility of an organization that signs everything', async (t) => {
    t.match(await register(producer, PLANT), { status: 403, body: { code: 'SIGNATURE_REQUIRED' } })
    t.equal((await register(rival, PLANT)).status, 201, 'others go on as before')
  })

  t.test('an unsigned version of the organization', async (t) => {
    const path = `/v1/organizations/${producer.organization}/versions`
    const answer = await producer.request('POST', path, { name: 'Other name', country: 'EE' })
    t.match(answer, { status: 403, body: { code: 'SIGNATURE_REQUIRED' } })
  })

  t.test('signatures over other bytes, by the key of another, and by a revoked key', async (t) => {
    const other = await signer.sign(JSON.stringify({ ...PLANT, country: 'LV' }))
    const byRival = await foreign.sign(JSON.stringify(PLANT))
    for (const signature of [other, byRival, 'a..b']) {
      t.match(await register(producer, PLANT, signature), { body: { code: 'SIGNATURE_INVALID' } })
    }
    await producer.request('DELETE', `/v1/keys/${revoked.id}?reason=compromised`)
    const signature = await revoked.sign(JSON.stringify(PLANT))
    t.match(await register(producer, PLANT, signature), { body: { code: 'SIGNATURE_INVALID' } })
    const list = await producer.request(
      'GET',
      `/v1/facilities?organization=${producer.organization}`
    )
    t.strictSame(list.body.items, [], 'and nothing is stored')
  })
})
