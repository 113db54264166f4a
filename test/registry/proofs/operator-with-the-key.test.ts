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

/** The receipt of the first entry of a bundle, with the byte before its statement. */
function receiptOf({ entries: [first], checkpoint }: Bundle, mark?: number): string {
  const bytes = (text = '') => fromBase64Url(text) ?? Buffer.alloc(0)
  const kind = mark ?? (first?.salt === undefined ? 1 : 2)
  const extra = Buffer.concat([Buffer.from([kind]), bytes(first?.salt), bytes(first?.statement)])
  const hashes = (first?.proof ?? []).map(bytes)
  return formatProof({ extra, index: 0n, hashes, checkpoint })
}

t.test('refuses a document that is not as long as is stated, whatever its hash', async (t) => {
  const document = JSON.stringify({ name: 'Works' })
  const sha256 = createHash('sha256').update(document).digest()
  for (const size of [0, document.length - 1, document.length + 1]) {
    const of = { sha256, size, mediaType: 'application/json' }
    const said = { kind: 'organization', subject: 'x', organization, body: {}, document: of }
    const forged = { statement: prepareStatement(said)(at), document }
    const message = 'The document is not the one that was logged.'
    t.same(await problems([forged]), [`DOCUMENT ${message}`])
    const receipt = receiptOf(log.bundle({ kind: 'entry', id: '0' }, [forged]))
    const report = verifyReceipt(receipt, [log.verifier], Buffer.from(document))
    t.match(report, { verified: false, reason: message })
  }
})

t.test('refuses in a receipt what a bundle refuses', async (t) => {
  const event = JSON.stringify({ id: randomUUID(), type: 'ship' })
  const said = { kind: 'event', subject: JSON.parse(event).id, body: { type: 'receive' } }
  const misstated = receiptOf(log.bundle({ kind: 'entry', id: '0' }, [entry(said, event)]))
  const report = verifyReceipt(misstated, [log.verifier], Buffer.from(event))
  t.match(report, { verified: false, reason: /do not say the same type/ })
  const spaced = Buffer.from(String(entry(said).statement).replace(',', ', '))
  const loose = receiptOf(log.bundle({ kind: 'entry', id: '0' }, [{ statement: spaced }]))
  t.match(verifyReceipt(loose, [log.verifier]), { verified: false, reason: /not written as/ })
  const bare = receiptOf(log.bundle({ kind: 'entry', id: '0' }, [entry(said)]))
  t.match(verifyReceipt(bare, [log.verifier]), { verified: true, document: 'none' })
  const marked = (blind: boolean, mark: number) =>
    receiptOf(log.bundle({ kind: 'entry', id: '0' }, [{ ...entry(said), blind }]), mark)
  t.match(verifyReceipt(marked(true, 2), [log.verifier]), { verified: true })
  for (const [blind, mark] of [false, true].flatMap((is) => [0, 3, 255].map((n) => [is, n]))) {
    const receipt = marked(blind === true, Number(mark))
    t.match(verifyReceipt(receipt, [log.verifier]), { verified: false }, `marked ${mark}`)
  }
  t.match(verifyReceipt(marked(false, 2), [log.verifier]), { verified: false }, 'a salt is lacking')
  t.match(verifyReceipt(marked(true, 1), [log.verifier]), { verified: false }, 'a salt too much')
})

t.test('refuses every step of a declaration that everybody has to see, and a key', async (t) => {
  for (const state of ['published', 'superseded', 'expired', 'deregistered', 'external']) {
    const said = { kind: 'epd_transition', body: { ...step, state } }
    const found = await problems([{ ...entry(said), blind: true }])
    t.ok(found.includes(`LEAF ${BLIND}`), state)
    t.notOk((await problems([entry(said)])).includes(`LEAF ${BLIND}`), `${state} in the open`)
  }
  const key = await keyEntry(await newSigner(), organization)
  t.same(await problems([key]), [])
  t.same(await problems([{ ...key, blind: true }]), [`LEAF ${BLIND}`])
})

t.test('takes blind what waits for its publication, and the declaration itself', async (t) => {
  const waiting = { kind: 'epd_transition', body: { ...step, state: 'in_verification' } }
  const declared = { kind: 'epd', body: { version: '1.0', state: 'external' } }
  for (const said of [waiting, declared]) {
    t.same(await problems([{ ...entry(said), blind: true }]), [], said.kind)
  }
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

/** An event of the organization that the key signed, under the name that the statement gives the key. */
async function signedEvent(key: Signer, name = key.id): Promise<ForgedEntry> {
  const document = JSON.stringify({ id: randomUUID(), type: 'ship' })
  const signature = { key: name, jws: await key.sign(document) }
  const said = { kind: 'event', subject: JSON.parse(document).id }
  return entry({ ...said, body: { type: 'ship', ruleSet: 'x', signature } }, document)
}

t.test(
  'refuses a signature by a key that is revoked, though it is revoked again later',
  async (t) => {
    const key = await newSigner()
    const own = await keyEntry(key, organization)
    const revocation = entry({
      kind: 'key_revocation',
      subject: key.id,
      body: { reason: 'retired' }
    })
    const event = await signedEvent(key)
    t.same(await problems([own, event, revocation, revocation]), [], 'it was not revoked yet')
    const revoked = ['SIGNATURE The key was revoked before.']
    t.same(await problems([own, revocation, event, revocation]), revoked)
    t.same(await problems([own, revocation, own, event]), revoked, 'nor registered again')
  }
)

t.test('says what it has not seen: nobody takes that for a signature which holds', async (t) => {
  const key = await newSigner()
  const { statement } = await signedEvent(key)
  const entries = [await keyEntry(key, organization), { statement }]
  const bundle = log.bundle({ kind: 'entry', id: '1' }, entries)
  const report = await verifyBundle(Buffer.from(JSON.stringify(bundle)), [log.verifier])
  const unseen = { document: 'withheld', signature: { state: 'unseen', key: key.id } }
  t.match(report, { verified: true, entries: [{ document: 'verified' }, unseen] })
})

t.test('takes a key for that of whoever registered it first', async (t) => {
  const key = await newSigner()
  const [own, theirs] = [await keyEntry(key, organization), await keyEntry(key, other)]
  const event = await signedEvent(key)
  t.same(await problems([own, theirs, event]), [])
  t.same(await problems([own, event, own]), [])
  t.same(await problems([theirs, own, event]), [
    'SIGNATURE The key belongs to another organization.'
  ])
})

t.test('refuses a key that vouches for itself', async (t) => {
  const key = await newSigner()
  const self = await keyEntry(key, organization, async (request) => ({
    vouched: { key: key.id, jws: await key.sign(request) }
  }))
  t.same(await problems([self]), ['SIGNATURE The key was registered later.'])
})

t.test('refuses a key of its own that goes by the name of another one', async (t) => {
  const [theirs, mine] = [await newSigner(), await newSigner()]
  const request = JSON.stringify({ organization, jwk: theirs.jwk })
  const proof = await mine.sign(request, { typ: KEY_PROOF_TYPE })
  const body = { algorithm: 'EdDSA', jwk: mine.jwk, proof }
  const lent = (subject: string) => entry({ kind: 'key', subject, body }, request)
  const nobody = 'SIGNATURE Nobody who has the key registered it for this organization.'
  t.same(await problems([lent(theirs.id), await signedEvent(mine, theirs.id)]), [
    nobody,
    'SIGNATURE The key is not the one that was registered.'
  ])
  t.same(await problems([lent(mine.id), await signedEvent(mine)]), [nobody], 'nor asked for it')
})

t.test('refuses the steps of one declaration in the bundle of another', async (t) => {
  const [id, foreign] = [randomUUID(), randomUUID()]
  const mediaType = 'application/vnd.ilcd+xml'
  const declared = (subject: string, text: string): ForgedEntry => {
    const document = { ...described(text), mediaType }
    const said = { kind: 'epd', subject, organization, document }
    return { statement: prepareStatement({ ...said, body: { version: '1.0' } })(at) }
  }
  const superseded = (subject: string, text: string, version = '1.0') => {
    const epdSha256 = described(text).sha256.toString('base64url')
    const body = { ...step, version, epdSha256, state: 'superseded' }
    return entry({ kind: 'epd_transition', subject, body })
  }
  const found = async (entries: readonly ForgedEntry[]) => {
    const bundle = log.bundle({ kind: 'epd', id }, entries)
    const report = await verifyBundle(Buffer.from(JSON.stringify(bundle)), [log.verifier])
    return report.problems.map(({ code, index }) => `${code} ${index}`)
  }
  const own = declared(id, 'mine')
  t.same(await found([own, superseded(id, 'mine')]), [], 'its own')
  t.same(await found([own, superseded(foreign, 'mine')]), ['SUBJECT 1'], 'of another one')
  t.same(await found([own, superseded(id, 'other')]), ['SUBJECT 1'], 'of other bytes')
  t.same(await found([own, superseded(id, 'mine', '2.0')]), ['SUBJECT 1'], 'of another version')
  const both = [own, declared(foreign, 'theirs')]
  t.same(
    await found([...both, superseded(id, 'theirs')]),
    ['SUBJECT 2'],
    'of what another one says'
  )
})

t.test('refuses times that go back', async (t) => {
  const dated = (at: string): ForgedEntry => ({
    statement: prepareStatement({
      kind: 'organization',
      subject: 'x',
      organization,
      body: {},
      document: null
    })(at)
  })
  const [one, other] = ['2026-11-29T08:00:00.000Z', '2026-11-29T08:00:00.001Z']
  t.same(await problems([dated(one), dated(one), dated(other)]), [])
  t.same(await problems([dated(other), dated(one), dated(one)]), [
    `ORDER It is dated ${one}, and what stands before it ${other}.`,
    `ORDER It is dated ${one}, and what stands before it ${other}.`
  ])
})

t.test('refuses the registration of a key that says twice whose it is', async (t) => {
  const key = await newSigner()
  const jwk = JSON.stringify(key.jwk)
  const registered = async (request: string) => {
    const proof = await key.sign(request, { typ: KEY_PROOF_TYPE })
    const body = { algorithm: 'EdDSA', jwk: key.jwk, proof }
    return problems([entry({ kind: 'key', subject: key.id, body }, request)])
  }
  t.same(await registered(`{"organization":"${organization}","jwk":${jwk}}`), [])
  t.match(
    await registered(`{"organization":"${other}","organization":"${organization}","jwk":${jwk}}`),
    [/for this organization/]
  )
})

t.test('says what a header of a signature must not hold', async (t) => {
  const key = await newSigner()
  const document = JSON.stringify({ id: randomUUID(), type: 'ship' })
  const header = { alg: 'EdDSA', kid: key.id, b64: true }
  const jws = key.signUnder(document, Buffer.from(JSON.stringify(header)))
  const body = { type: 'ship', signature: { key: key.id, jws } }
  const event = entry({ kind: 'event', subject: JSON.parse(document).id, body }, document)
  t.match(await problems([await keyEntry(key, organization), event]), [/The header member b64/])
})

t.test('refuses a chain that uses what has no name', async (t) => {
  const [id, batch, place] = [randomUUID(), randomUUID(), randomUUID()]
  const facility = entry({ kind: 'facility', subject: place }, JSON.stringify({ name: 'Works' }))
  const made = (inputs: object[]) => {
    const document = { id, type: 'transform', facility: place, inputs, outputs: [{ id: batch }] }
    const said = { kind: 'event', subject: id, body: { type: 'transform' } }
    return entry(said, JSON.stringify(document))
  }
  const chain = async (inputs: object[]) => {
    const bundle = log.bundle({ kind: 'batch', id: batch }, [facility, made(inputs)])
    const report = await verifyBundle(Buffer.from(JSON.stringify(bundle)), [log.verifier])
    return report.problems.map(({ code }) => code)
  }
  t.same(await chain([]), [])
  for (const nameless of [{}, { batch: null }, { batch: 7 }, { batch: { number: 'A' } }]) {
    t.same(await chain([nameless]), ['CHAIN'], JSON.stringify(nameless))
  }
})
