/** Whoever has the key of a log can make it say anything once: what a reader refuses all the same. */
import { createHash, randomUUID } from 'node:crypto'
import t from 'tap'
import { KEY_PROOF_TYPE } from '../../../src/identity/document-signature.ts'
import { fromBase64Url } from '../../../src/log/base64.ts'
import type { Bundle } from '../../../src/log/bundle.ts'
import { prepareStatement, type Statement } from '../../../src/log/entry.ts'
import { formatProof } from '../../../src/log/proof.ts'
import { verifyBundle } from '../../../src/registry/proofs/verify-bundle.ts'
import { verifyReceipt } from '../../../src/registry/proofs/verify-receipt.ts'
import { type ForgedEntry, forgedLog } from '../../support/forged-log.ts'
import { newSigner, type Signer } from '../../support/signer.ts'

const log = forgedLog('forged.test/log')
const [organization, other] = [randomUUID(), randomUUID()]
const at = '2026-11-29T08:00:00.000Z'

function entry(said: Partial<Statement> & { kind: string }, document?: string): ForgedEntry {
  const of = document === undefined ? null : described(document)
  const whole = { subject: 'x', organization, body: {}, ...said, document: of }
  return { statement: prepareStatement(whole)(at), ...(document === undefined ? {} : { document }) }
}

function described(document: string) {
  const sha256 = createHash('sha256').update(document).digest()
  return { sha256, size: Buffer.byteLength(document), mediaType: 'application/json' }
}

/** The entry of a key that its owner registered, vouched for where somebody did. */
async function keyEntry(
  key: Signer,
  owner: string,
  more: (request: string) => Promise<object> = async () => ({})
): Promise<ForgedEntry> {
  const request = JSON.stringify({ organization: owner, jwk: key.jwk })
  const proof = await key.sign(request, { typ: KEY_PROOF_TYPE })
  const body = { algorithm: 'EdDSA', jwk: key.jwk, proof, ...(await more(request)) }
  return entry({ kind: 'key', subject: key.id, organization: owner, body }, request)
}

async function problems(entries: readonly ForgedEntry[]) {
  const bundle = log.bundle({ kind: 'entry', id: '0' }, entries)
  const report = await verifyBundle(Buffer.from(JSON.stringify(bundle)), [log.verifier])
  return report.problems.map(({ code, message }) => `${code} ${message}`)
}

const BLIND = 'It was entered blind, though everybody has to see it.'
const step = { transition: 'supersede', epdSha256: 'x', version: '1.0' }
const forEverybody: Readonly<Record<string, Partial<Statement> & { kind: string }>> = {
  'the revocation of a key': { kind: 'key_revocation', body: { reason: 'compromised' } },
  'an erasure': { kind: 'erasure', organization: null, body: { position: 7, reason: 'other' } },
  'a table of rules': { kind: 'rule_set', organization: null },
  'a schema': { kind: 'schema', organization: null },
  'a version that was replaced': { kind: 'epd_transition', body: { ...step, state: 'superseded' } }
}

for (const [name, said] of Object.entries(forEverybody)) {
  t.test(`refuses ${name} that no mirror shows`, async (t) => {
    t.same(await problems([entry(said)]), [], 'as it should be')
    t.same(await problems([{ ...entry(said), blind: true }]), [`LEAF ${BLIND}`])
    const receipt = receiptOf(
      log.bundle({ kind: 'entry', id: '0' }, [{ ...entry(said), blind: true }])
    )
    t.match(verifyReceipt(receipt, [log.verifier]), { verified: false, reason: BLIND })
    const open = receiptOf(log.bundle({ kind: 'entry', id: '0' }, [entry(said)]))
    t.match(verifyReceipt(open, [log.verifier]), { verified: true })
  })
}

/** The receipt of the first entry of a bundle. */
function receiptOf({ entries: [first], checkpoint }: Bundle): string {
  const bytes = (text = '') => fromBase64Url(text) ?? Buffer.alloc(0)
  const extra =
    first?.salt === undefined
      ? [Buffer.from([1]), bytes(first?.statement)]
      : [Buffer.from([2]), bytes(first.salt), bytes(first.statement)]
  const hashes = (first?.proof ?? []).map(bytes)
  return formatProof({ extra: Buffer.concat(extra), index: 0n, hashes, checkpoint })
}

t.test('takes what waits for its publication blind', async (t) => {
  const said = { kind: 'epd_transition', body: { ...step, state: 'in_verification' } }
  t.same(await problems([{ ...entry(said), blind: true }]), [])
})

t.test('refuses what another organization is to have signed for its own', async (t) => {
  const key = await newSigner()
  const theirs = await keyEntry(key, other)
  const document = JSON.stringify({ id: randomUUID(), type: 'ship' })
  const signature = { key: key.id, jws: await key.sign(document) }
  const said = { kind: 'event', subject: JSON.parse(document).id }
  const body = { type: 'ship', ruleSet: 'x', signature }
  const foreign = ['SIGNATURE The key belongs to another organization.']
  t.same(await problems([theirs, entry({ ...said, body }, document)]), foreign)
  t.same(
    await problems([theirs, entry({ ...said, body: { ...body, by: other } }, document)]),
    foreign
  )
})

t.test('refuses a further key that another organization vouches for', async (t) => {
  const [key, further] = [await newSigner(), await newSigner()]
  const theirs = await keyEntry(key, other)
  const vouched = async (request: string) => ({ key: key.id, jws: await key.sign(request) })
  const smuggled = await keyEntry(further, organization, async (request) => ({
    by: other,
    vouched: await vouched(request)
  }))
  t.same(await problems([theirs, smuggled]), ['SIGNATURE The key belongs to another organization.'])
})
