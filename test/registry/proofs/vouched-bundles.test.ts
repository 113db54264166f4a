/** Bundles of keys that another key vouched for. */
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { KEY_PROOF_TYPE } from '../../../src/identity/document-signature.ts'
import type { Bundle } from '../../../src/log/bundle.ts'
import { eraseEntry } from '../../../src/registry/audit/erase-entry.ts'
import { verifyBundle } from '../../../src/registry/proofs/verify-bundle.ts'
import { testGuard } from '../../support/log.ts'
import { type Actor, testApp } from '../../support/service.ts'
import { newSigner, registeredKey, type Signer } from '../../support/signer.ts'

const service = await testApp(t, { guard: testGuard(t) })
const { verifier } = await service.deps.log.key()
const verified = (bundle: Bundle) => verifyBundle(Buffer.from(JSON.stringify(bundle)), [verifier])

/** Registers a further key, by the signature of one in force. */
async function vouchedKey(actor: Actor, by: Signer): Promise<{ key: Signer; position: number }> {
  const key = await newSigner()
  const request = JSON.stringify({ organization: actor.organization, jwk: key.jwk })
  const answer = await actor.request('POST', '/v1/keys', request, {
    'lodestone-signature': await key.sign(request, { typ: KEY_PROOF_TYPE }),
    'lodestone-countersignature': await by.sign(request)
  })
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return { key, position: answer.body.position }
}

const maker = await service.actor('producer')
const first = await registeredKey(maker)
const second = await vouchedKey(maker, first)
const third = await vouchedKey(maker, second.key)
const facility = await service.facility(maker.organization)
const event = JSON.stringify({
  id: randomUUID(),
  type: 'commission',
  time: '2026-09-01T06:00:00Z',
  facility,
  outputs: [
    {
      product: { class: 'ore', name: 'Ore' },
      entry: 'mined',
      mass: { value: '10', unit: 'KGM', basis: 'dry' },
      assay: { basis: 'oxide', unit: 'P1', values: { Nd2O3: '9.6' } }
    }
  ]
})
const { body } = await maker.request('POST', '/v1/events', event, {
  'lodestone-signature': await third.key.sign(event),
  prefer: 'wait=5'
})
const bundleAt = async (path: string) => (await maker.request('GET', path)).body as Bundle

t.test('accepts a signature with every key that vouched, back to the first', async (t) => {
  const bundle = await bundleAt(`/v1/events/${body.id}/bundle`)
  const report = await verified(bundle)
  t.same(report.problems, [])
  const signedBy = (index: number) => report.entries.find((one) => one.index === index)?.signature
  t.match(signedBy(body.position), { state: 'verified', key: third.key.id })
  t.match(signedBy(third.position), { state: 'verified', key: second.key.id })
  t.match(signedBy(second.position), { state: 'verified', key: first.id })
  t.equal(bundle.entries.length, 4)
  t.equal((await verified(await bundleAt(`/v1/entries/${third.position}/bundle`))).verified, true)
})

t.test('refuses a key whose voucher is left out', async (t) => {
  const bundle = await bundleAt(`/v1/entries/${third.position}/bundle`)
  const entries = bundle.entries.filter(({ index }) => index !== second.position)
  t.match((await verified({ ...bundle, entries })).problems, [
    { code: 'SIGNATURE', index: third.position, message: /lacks the key/ }
  ])
})

t.test('accepts a voucher that was revoked afterwards', async (t) => {
  await maker.request('DELETE', `/v1/keys/${first.id}?reason=superseded`)
  const bundle = await bundleAt(`/v1/entries/${second.position}/bundle`)
  t.equal(bundle.entries.length, 3, 'the key, its voucher, and the revocation')
  t.same((await verified(bundle)).problems, [])
})

t.test('protects who signed what was erased', async (t) => {
  const reason = 'data_protection'
  const erasure = await eraseEntry(service.deps, { position: body.position, reason })
  const bundle = await bundleAt(`/v1/events/${body.id}/bundle`)
  t.same(
    bundle.entries.map(({ index }) => index),
    [body.position, erasure]
  )
  t.match(await verified(bundle), { verified: true, subject: { shown: false } })
})
