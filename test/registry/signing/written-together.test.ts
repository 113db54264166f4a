/** What is written together is signed by many: one key that is revoked, or one who said it unsigned, is enough. */
import { randomUUID } from 'node:crypto'
import t from 'tap'
import {
  holdKeys,
  holdKeysOrFail,
  refuseUnsigned,
  refuseUnsignedOrFail,
  type StatedSignature
} from '../../../src/registry/signing/accept-signature.ts'
import type { Transaction } from '../../../src/storage/database.ts'
import { testApp } from '../../support/service.ts'
import { registeredKey } from '../../support/signer.ts'

const service = await testApp(t)
const [one, other] = [await service.actor('producer'), await service.actor('producer')]
const signedBy = ({ id }: { readonly id: string }): StatedSignature => ({ key: id, jws: 'x' })
const first = signedBy(await registeredKey(one))
const second = signedBy(await registeredKey(other, 'ES256'))
const key = await registeredKey(one)
const revoked = signedBy(key)
await one.request('DELETE', `/v1/keys/${key.id}`)
const unknown = { key: randomUUID(), jws: 'x' }

const writing = <Result>(work: (tx: Transaction) => Promise<Result>) =>
  service.deps.db.transaction(work)

t.test('keys', async (t) => {
  const good = [[], [null, undefined], [first], [first, first, null], [first, second]]
  for (const signatures of good) {
    await t.resolves(writing((tx) => holdKeys(tx, signatures)))
    await t.resolves(writing(async (tx) => holdKeysOrFail(tx, signatures)))
  }
  const wrong = [[revoked], [first, revoked], [revoked, null, second], [first, second, unknown]]
  for (const signatures of wrong) {
    const told = { code: 'SIGNATURE_INVALID', message: 'The key was revoked meanwhile.' }
    await t.rejects(
      writing((tx) => holdKeys(tx, signatures)),
      told
    )
    await t.rejects(writing(async (tx) => holdKeysOrFail(tx, signatures)))
  }
})

t.test('policies', async (t) => {
  const policy = `/v1/organizations/${other.organization}/signing-policy`
  t.equal((await other.request('PUT', policy, { unsigned: 'refused' })).status, 200)
  const loose = { organization: one.organization }
  const strict = { organization: other.organization }
  const good = [
    [],
    [loose],
    [{ ...loose, signature: null }],
    [{ ...strict, signature: second }],
    [loose, { ...strict, signature: second }]
  ]
  for (const said of good) {
    await t.resolves(writing((tx) => refuseUnsigned(tx, said)))
    await t.resolves(writing(async (tx) => refuseUnsignedOrFail(tx, said)))
  }
  const wrong = [
    [strict],
    [{ ...strict, signature: null }],
    [loose, strict],
    [{ ...strict, signature: second }, strict],
    [{ ...loose, signature: first }, strict, loose]
  ]
  for (const said of wrong) {
    await t.rejects(
      writing((tx) => refuseUnsigned(tx, said)),
      { code: 'SIGNATURE_REQUIRED' }
    )
    await t.rejects(writing(async (tx) => refuseUnsignedOrFail(tx, said)))
  }
})
