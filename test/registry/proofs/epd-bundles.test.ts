/** Bundles of declarations: what was verified and published of one version never stands beside another. */
import t from 'tap'
import type { Bundle, BundleEntry } from '../../../src/log/bundle.ts'
import { readStatement } from '../../../src/log/read-statement.ts'
import { eraseEntry } from '../../../src/registry/audit/erase-entry.ts'
import { verifyBundle } from '../../../src/registry/proofs/verify-bundle.ts'
import { programme } from '../../support/epd-programme.ts'
import { epdDocument } from '../../support/epds.ts'
import { testGuard } from '../../support/log.ts'
import { testApp } from '../../support/service.ts'

const service = await testApp(t, { guard: testGuard(t) })
const { deps } = service
const { verifier } = await deps.log.key()
const owner = await service.actor('producer')
const { published, deregistered } = await programme(service)

const document = epdDocument('magnet-n48h')
const id = String(document['id'])
const submit = async (version: string) => {
  const answer = await owner.request(
    'POST',
    '/v1/epds',
    { ...document, version },
    {
      prefer: 'wait=5'
    }
  )
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
}
await submit('1.0')
await published({ id, version: '1.0' })
await submit('2.0')

const bundleOf = async (version: string) =>
  (await owner.request('GET', `/v1/epds/${id}/bundle?version=${version}`)).body as Bundle
const verified = (bundle: Bundle) => verifyBundle(Buffer.from(JSON.stringify(bundle)), [verifier])
const kindOf = ({ statement = '' }: BundleEntry) =>
  readStatement(Buffer.from(statement, 'base64url'))?.kind
const declaration = ({ entries }: Bundle) => entries.filter((one) => kindOf(one) === 'epd')

t.test('accepts each version with its own steps', async (t) => {
  for (const version of ['1.0', '2.0']) {
    t.strictSame((await verified(await bundleOf(version))).problems, [], version)
  }
})

t.test('refuses the steps of one version beside another', async (t) => {
  const [one, two] = [await bundleOf('1.0'), await bundleOf('2.0')]
  t.equal(one.checkpoint, two.checkpoint, 'so every proof fits')
  const steps = one.entries.filter((entry) => kindOf(entry) !== 'epd')
  const entries = [...steps, ...declaration(two)].sort((a, b) => a.index - b.index)
  const { problems } = await verified({ ...one, entries })
  t.ok(problems.length >= 3, 'verification, registration, publication')
  for (const problem of problems) {
    t.match(problem, { code: 'SUBJECT', message: /a version of an EPD that the bundle does not/ })
  }
  const both = [...one.entries, ...declaration(two)].sort((a, b) => a.index - b.index)
  t.strictSame(
    (await verified({ ...one, entries: both })).problems,
    [],
    'who shows both hides nothing'
  )
})

t.test('a withdrawal and an erasure change nothing of that', async (t) => {
  await deregistered({ id, version: '1.0' }, 'Wrong mix')
  await submit('3.0')
  const withdrawn = await bundleOf('1.0')
  t.strictSame((await verified(withdrawn)).problems, [])
  const [first] = declaration(withdrawn)
  await eraseEntry(deps, { position: first?.index ?? 0, reason: 'court_order' })
  await submit('4.0')
  const answer = await owner.request('GET', `/v1/epds/${id}/bundle?version=1.0`)
  if (answer.status === 200) t.strictSame((await verified(answer.body)).problems, [])
  t.equal(answer.status, 200, 'what is left of an erased version is proved as well')
})
