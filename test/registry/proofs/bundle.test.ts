/** Bundles: what they prove, and every way of tampering with one that a verifier has to notice. */
import { createHash, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import t from 'tap'
import { KEY_PROOF_TYPE } from '../../../src/identity/document-signature.ts'
import type { Bundle, BundleEntry } from '../../../src/log/bundle.ts'
import { checkpointText } from '../../../src/log/checkpoint.ts'
import { blindLeaf, leafHash, plainLeaf, prepareStatement } from '../../../src/log/entry.ts'
import { nodeHash } from '../../../src/log/merkle.ts'
import { signNote } from '../../../src/log/note.ts'
import { type NoteVerifier, noteVerifier } from '../../../src/log/note-key.ts'
import type { BundleProblemCode } from '../../../src/registry/proofs/bundle-problem.ts'
import { verifyBundle } from '../../../src/registry/proofs/verify-bundle.ts'
import { verifyReceipt } from '../../../src/registry/proofs/verify-receipt.ts'
import { elements, kg, oxides } from '../../support/books.ts'
import { testGuard } from '../../support/log.ts'
import { testApp } from '../../support/service.ts'
import { newSigner, registeredKey } from '../../support/signer.ts'

const service = await testApp(t, { guard: testGuard(t) })
const { deps } = service
const mine = await service.actor('producer')
const works = await service.actor('producer')
const stranger = await service.actor('producer')
const pit = await service.facility(mine.organization, { country: 'AU' })
const plant = await service.facility(works.organization, { country: 'EE' })
const key = await registeredKey(mine)
const worksKey = await registeredKey(works, 'ES256')
const { verifier: log, privateKey } = await deps.log.key()

const oxide = randomUUID()
const metal = randomUUID()
const assay = oxides({ Nd2O3: '73.24', Pr6O11: '26.24', La2O3: '0.02', CeO2: '0.03' })
const METAL = elements({ Nd: '73.9', Pr: '25.6', Fe: '0.3' })
const product = { class: 'separated_oxide', name: 'NdPr oxide' }

async function record(actor: typeof mine, document: object, signer?: typeof key) {
  const text = JSON.stringify({ id: randomUUID(), ...document })
  const headers: Record<string, string> = { prefer: 'wait=5' }
  if (signer) headers['lodestone-signature'] = await signer.sign(text)
  const answer = await actor.request('POST', '/v1/events', text, headers)
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return {
    id: String(answer.body.id),
    receipt: String(answer.body.receipt),
    text,
    position: Number(answer.body.position)
  }
}

const mined = await record(
  mine,
  {
    type: 'commission',
    time: '2026-09-01T06:00:00Z',
    facility: pit,
    outputs: [{ id: oxide, product, entry: 'purchased', mass: kg('1000'), assay }]
  },
  key
)
const shipped = await record(mine, {
  type: 'ship',
  time: '2026-09-02T06:00:00Z',
  facility: pit,
  to: works.organization,
  ownership: 'transferred',
  lines: [{ batch: oxide, mass: kg('1000') }]
})
const received = await record(works, {
  type: 'receive',
  time: '2026-09-05T06:00:00Z',
  facility: plant,
  shipment: shipped.id,
  outcome: 'accepted',
  lines: [{ batch: oxide, mass: kg('1000') }]
})
const melted = await record(
  works,
  {
    type: 'transform',
    time: '2026-09-06T06:00:00Z',
    facility: plant,
    stages: ['metal_making'],
    inputs: [{ batch: oxide, mass: kg('1000') }],
    outputs: [
      {
        id: metal,
        product: { class: 'ree_metal', name: 'Metal' },
        mass: kg('830'),
        assay: METAL
      }
    ]
  },
  worksKey
)

const fetched = async (actor: typeof mine, path: string) => (await actor.request('GET', path)).raw
const single = await fetched(mine, `/v1/events/${mined.id}/bundle`)
const chain = await fetched(works, `/v1/batches/${metal}/bundle`)
const verified = (bytes: Uint8Array | Bundle, trusted: NoteVerifier[] = [log]) =>
  verifyBundle(bytes instanceof Uint8Array ? bytes : Buffer.from(JSON.stringify(bytes)), trusted)
const parsed = (bytes: Buffer) => JSON.parse(bytes.toString()) as Bundle
const entryOf = (bundle: Bundle, index: number) =>
  bundle.entries.find((entry) => entry.index === index) as BundleEntry

t.test('accepts', async (t) => {
  t.test('one event with its document, its signature and the key', async (t) => {
    const report = await verified(single)
    t.strictSame(report.problems, [])
    t.equal(report.verified, true)
    const entry = report.entries.find(({ index }) => index === mined.position)
    t.match(entry, {
      document: 'verified',
      signature: { state: 'verified', key: key.id, organization: mine.organization },
      statement: { kind: 'event', subject: mined.id }
    })
    t.equal(report.entries.length, 2, 'the event and the key')
    t.comment(`bundle of one signed event: ${single.length} bytes`)
  })

  t.test('a chain of custody with every document that the buyer may see', async (t) => {
    const report = await verified(chain)
    t.strictSame(report.problems, [])
    const told = report.entries.map(({ statement, signature }) => [
      statement?.kind ?? 'blind',
      signature.state
    ])
    t.ok(told.some(([kind, state]) => kind === 'event' && state === 'verified'))
    const subjects = report.entries.map(({ statement }) => statement?.subject)
    for (const id of [mined.id, melted.id, pit, plant, key.id, worksKey.id]) {
      t.ok(subjects.includes(id), id)
    }
  })

  t.test('what is restricted as a blind leaf in its place', async (t) => {
    const secret = randomUUID()
    const hidden = await record(mine, {
      type: 'commission',
      disclosure: 'restricted',
      time: '2026-09-01T06:00:00Z',
      facility: pit,
      outputs: [
        { id: secret, product, entry: 'purchased', mass: kg('10'), assay, disclosure: 'restricted' }
      ]
    })
    const made = randomUUID()
    await record(mine, {
      type: 'transform',
      time: '2026-09-06T06:00:00Z',
      facility: pit,
      stages: ['metal_making'],
      inputs: [{ batch: secret, mass: kg('10') }],
      outputs: [
        {
          id: made,
          product: { class: 'ree_metal', name: 'Metal' },
          mass: kg('8.3'),
          assay: METAL
        }
      ]
    })
    await record(mine, {
      type: 'ship',
      time: '2026-09-07T06:00:00Z',
      facility: pit,
      to: works.organization,
      ownership: 'transferred',
      lines: [{ batch: made, mass: kg('8.3') }]
    })
    const bytes = await fetched(works, `/v1/batches/${made}/bundle`)
    const report = await verified(bytes)
    t.strictSame(report.problems, [])
    const entry = report.entries.find(({ index }) => index === hidden.position)
    t.match(entry, { statement: null, document: 'none' })
    t.notOk(bytes.includes(secret), 'nor does any document name it')
    const own = await verified(await fetched(mine, `/v1/batches/${made}/bundle`))
    t.ok(
      own.entries.some(({ statement }) => statement?.subject === hidden.id),
      'its maker sees it'
    )
  })

  t.test('bundles of parties, and a receipt with and without its document', async (t) => {
    for (const path of [`/v1/facilities/${pit}`, `/v1/organizations/${mine.organization}`]) {
      t.equal((await verified(await fetched(works, `${path}/bundle`))).verified, true, path)
    }
    const document = Buffer.from(mined.text)
    t.match(verifyReceipt(mined.receipt, [log], document), { verified: true, document: 'verified' })
    t.match(verifyReceipt(mined.receipt, [log]), { verified: true, document: 'withheld' })
  })

  t.test('a signature made before its key was revoked', async (t) => {
    const short = await registeredKey(mine)
    const before = await record(mine, await event(), short)
    await mine.request('DELETE', `/v1/keys/${short.id}`)
    const bytes = await fetched(mine, `/v1/events/${before.id}/bundle`)
    const report = await verified(bytes)
    t.strictSame(report.problems, [])
    t.ok(report.entries.some(({ statement }) => statement?.kind === 'key_revocation'))
  })
})

async function event() {
  return {
    type: 'commission',
    time: '2026-09-01T06:00:00Z',
    facility: pit,
    outputs: [{ id: randomUUID(), product, entry: 'purchased', mass: kg('1'), assay }]
  }
}

/** A log of our own making: whoever holds the key of a log can make it say anything once. */
function forged(
  statements: { statement: Buffer; blind?: boolean; document?: string }[],
  subject: Bundle['subject']
): Bundle {
  const salt = randomBytes(32)
  const [one, two, three] = statements.map(({ statement, blind }) =>
    leafHash(blind ? blindLeaf(statement, salt) : plainLeaf(statement))
  )
  const pair = nodeHash(one!, two!)
  const root = three ? nodeHash(pair, three) : pair
  const proofs = three ? [[two!, three], [one!, three], [pair]] : [[two!], [one!]]
  const head = { origin: log.name, size: statements.length, root }
  const checkpoint = signNote(checkpointText(head), log, privateKey)
  return {
    format: 'lodestone-bundle@v1',
    subject,
    checkpoint,
    entries: statements.map(({ statement, blind, document }, n) => ({
      index: n,
      proof: (proofs[n] ?? []).map((hash) => hash.toString('base64url')),
      statement: statement.toString('base64url'),
      ...(blind ? { salt: salt.toString('base64url') } : {}),
      ...(document === undefined ? {} : { document: Buffer.from(document).toString('base64url') })
    }))
  }
}

t.test('refuses', async (t) => {
  const good = parsed(single)
  const own = entryOf(good, mined.position)
  const keyEntry = good.entries.find((entry) => entry.index !== mined.position) as BundleEntry
  const change = (with_: Partial<Record<keyof BundleEntry, unknown>>, entry = own): Bundle => ({
    ...good,
    entries: good.entries.map((one) =>
      one === entry ? ({ ...one, ...with_ } as BundleEntry) : one
    )
  })
  const without = (name: keyof BundleEntry): Bundle => {
    const { [name]: _, ...rest } = own
    return {
      ...good,
      entries: good.entries.map((one) => (one === own ? (rest as BundleEntry) : one))
    }
  }
  const statement = Buffer.from(own.statement ?? '', 'base64url').toString()
  const encode = (text: string | Buffer) => Buffer.from(text).toString('base64url')
  const said = (from: string | RegExp, to: string) =>
    change({ statement: encode(statement.replace(from, to)) })
  const other = parsed(
    await fetched(mine, `/v1/events/${(await record(mine, await event(), key)).id}/bundle`)
  )
  const text = single.toString()
  const foreignPair = generateKeyPairSync('ed25519')
  const foreignKey = noteVerifier(
    log.name,
    Buffer.from(foreignPair.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
  )
  const [body = ''] = good.checkpoint.split('\n\n')
  const note = (lines: string) => signNote(`${lines}\n`, log, privateKey)
  const [origin = '', size = '', root = ''] = body.split('\n')
  const keyStatement = Buffer.from(keyEntry.statement ?? '', 'base64url').toString()
  const stranger_ = await newSigner()
  const loose = (value: string) => `${value}=`

  const cases: Record<string, [BundleProblemCode, Uint8Array | Bundle | string, NoteVerifier[]?]> =
    {
      'an empty file': ['FORMAT', ''],
      'a file that is no JSON': ['FORMAT', 'bundle'],
      'a list': ['FORMAT', '[]'],
      'a JSON null': ['FORMAT', 'null'],
      'a byte order mark': ['FORMAT', `\ufeff${text}`],
      'a truncated file': ['FORMAT', text.slice(0, -2)],
      'trailing data': ['FORMAT', `${text}{}`],
      'a member twice': [
        'FORMAT',
        text.replace('{"format"', '{"format":"lodestone-bundle@v1","format"')
      ],
      'another format': ['FORMAT', text.replace('bundle@v1', 'bundle@v2')],
      'no subject': ['FORMAT', { ...good, subject: undefined } as never],
      'a subject with more to say': [
        'FORMAT',
        { ...good, subject: { ...good.subject, name: 'x' } } as never
      ],
      'no checkpoint': ['FORMAT', { ...good, checkpoint: undefined } as never],
      'no entries': ['FORMAT', { ...good, entries: [] }],
      'entries that are none': ['FORMAT', { ...good, entries: {} } as never],
      'an unknown member': ['FORMAT', { ...good, note: 'trust me' } as never],
      'an unknown member of an entry': [
        'FORMAT',
        change({ index: own.index, valid: true } as never)
      ],
      'an index that is text': ['FORMAT', change({ index: String(own.index) })],
      'a negative index': ['FORMAT', change({ index: -1 })],
      'a fractional index': ['FORMAT', change({ index: own.index + 0.5 })],
      'an index beyond a double': [
        'FORMAT',
        text.replace(`"index":${own.index}`, '"index":9007199254740993')
      ],
      'base64url with padding': ['FORMAT', change({ statement: loose(own.statement ?? '') })],
      'the other base64 alphabet': ['FORMAT', change({ document: `+/${own.document?.slice(2)}` })],
      'base64url that is not canonical': [
        'FORMAT',
        change({ salt: `${own.salt?.slice(0, -1)}${own.salt?.endsWith('A') ? 'B' : 'R'}` })
      ],
      'a hash that is too short': ['FORMAT', change({ proof: ['AAAA'] })],
      'a proof that is none': ['FORMAT', change({ proof: own.proof[0] })],
      'a statement beside a blind leaf': ['FORMAT', change({ leaf: encode('x') })],
      'a document without statement': ['FORMAT', without('statement')],
      'a foreign checkpoint': ['CHECKPOINT', good, [foreignKey]],
      'no log that is trusted': ['CHECKPOINT', good, []],
      'a checkpoint signed by another key of that name': [
        'CHECKPOINT',
        { ...good, checkpoint: signNote(`${body}\n`, foreignKey, foreignPair.privateKey) }
      ],
      'a checkpoint of another origin': [
        'CHECKPOINT',
        { ...good, checkpoint: note(`elsewhere.test/log\n${size}\n${root}`) }
      ],
      'another size in the checkpoint': [
        'CHECKPOINT',
        { ...good, checkpoint: good.checkpoint.replace(`\n${size}\n`, `\n${Number(size) + 1}\n`) }
      ],
      'another root in the checkpoint': [
        'CHECKPOINT',
        { ...good, checkpoint: good.checkpoint.replace(root, encodeRoot()) }
      ],
      'a checkpoint in CRLF': [
        'CHECKPOINT',
        { ...good, checkpoint: good.checkpoint.replaceAll('\n', '\r\n') }
      ],
      'a checkpoint without signature': ['CHECKPOINT', { ...good, checkpoint: `${body}\n\n` }],
      'data after the checkpoint': ['CHECKPOINT', { ...good, checkpoint: `${good.checkpoint}x` }],
      'a wrong root that the log signed': [
        'INCLUSION',
        { ...good, checkpoint: note(`${origin}\n${size}\n${encodeRoot()}`) }
      ],
      'a tree that is smaller than the index': [
        'INCLUSION',
        { ...good, checkpoint: note(`${origin}\n1\n${root}`) }
      ],
      'another index': ['INCLUSION', change({ index: own.index + 1 })],
      'an index beyond the tree': ['INCLUSION', change({ index: Number(size) })],
      'a proof without its last hash': ['INCLUSION', change({ proof: own.proof.slice(0, -1) })],
      'a proof with one hash more': ['INCLUSION', change({ proof: [...own.proof, own.proof[0]] })],
      'a proof in another order': ['INCLUSION', change({ proof: own.proof.toReversed() })],
      'no proof': ['INCLUSION', change({ proof: [] })],
      'a changed hash': [
        'INCLUSION',
        change({ proof: [encode(randomBytes(32)), ...own.proof.slice(1)] })
      ],
      'another salt': ['INCLUSION', change({ salt: encode(randomBytes(32)) })],
      'no salt': ['INCLUSION', without('salt')],
      'a short salt': ['LEAF', change({ salt: encode(randomBytes(16)) })],
      'a long salt': ['LEAF', change({ salt: encode(randomBytes(33)) })],
      'a salt for a plain entry': ['INCLUSION', change({ salt: own.salt }, keyEntry)],
      'another subject in the statement': ['INCLUSION', said(mined.id, melted.id)],
      'another organization in the statement': [
        'INCLUSION',
        said(mine.organization, works.organization)
      ],
      'an earlier time in the statement': ['INCLUSION', said(/"at":"20/, '"at":"19')],
      'another document hash in the statement': ['INCLUSION', said(/"sha256":"../, '"sha256":"AA')],
      'a statement with spaces': [
        'STATEMENT',
        change({ statement: encode(statement.replace('{"v":1,', '{"v":1, ')) })
      ],
      'a statement with a member more': [
        'STATEMENT',
        change({ statement: encode(statement.replace('{"v":1,', '{"v":1,"x":1,')) })
      ],
      'a statement that is no JSON': ['STATEMENT', change({ statement: encode('x') })],
      'one byte changed in the document': [
        'DOCUMENT',
        change({ document: encode(mined.text.replace('1000', '1001')) })
      ],
      'the document with a newline more': [
        'DOCUMENT',
        change({ document: encode(`${mined.text}\n`) })
      ],
      'an empty document': ['DOCUMENT', change({ document: '' })],
      'the document of another event': ['DOCUMENT', change({ document: encode(melted.text) })],
      'a document for a key': ['DOCUMENT', change({ document: own.document }, keyEntry)],
      'the statement of another event': [
        'INCLUSION',
        change({ statement: other.entries.at(-1)?.statement, salt: other.entries.at(-1)?.salt })
      ],
      'a key that is missing': ['SIGNATURE', { ...good, entries: [own] }],
      'another key under the same name': [
        'INCLUSION',
        change(
          { statement: encode(keyStatement.replace(key.jwk.x ?? '', stranger_.jwk.x ?? '')) },
          keyEntry
        )
      ],
      'entries in another order': ['ORDER', { ...good, entries: good.entries.toReversed() }],
      'an entry twice': ['ORDER', { ...good, entries: [...good.entries, own] }],
      'another title': ['SUBJECT', { ...good, subject: { kind: 'event', id: melted.id } }],
      'another kind in the title': [
        'SUBJECT',
        { ...good, subject: { kind: 'facility', id: mined.id } }
      ],
      'a batch that no document made': [
        'SUBJECT',
        { ...parsed(chain), subject: { kind: 'batch', id: randomUUID() } }
      ]
    }

  function encodeRoot() {
    return randomBytes(32).toString('base64')
  }

  const names = Object.keys(cases)
  t.test(`${names.length} tampered bundles, each for its reason`, async (t) => {
    for (const name of names) {
      const [code, value, trusted] = cases[name]!
      const bytes = typeof value === 'string' ? Buffer.from(value) : value
      const report = await verified(bytes, trusted)
      t.equal(report.verified, false, name)
      t.ok(
        report.problems.some((problem) => problem.code === code),
        `${name}: ${code}`,
        { report: report.problems }
      )
      const wrong = report.problems
        .filter((problem) => ['INCLUSION', 'DOCUMENT'].includes(problem.code))
        .map(({ index }) => index)
      const taken = report.entries.filter(
        ({ index, document }) => wrong.includes(index) && document === 'verified'
      )
      t.strictSame(taken, [], `${name}: no document of a refused entry is told to be verified`)
    }
  })

  t.test('keys that were not in force, even where the log signed it', async (t) => {
    const document = JSON.stringify({ id: mined.id })
    const statementOf = (
      kind: string,
      subject: string,
      bodyText: object,
      organization = mine.organization
    ) => prepare(kind, subject, organization, bodyText, kind === 'event' ? document : null)
    const jws = await key.sign(document)
    const signedEvent = {
      statement: statementOf('event', mined.id, { signature: { key: key.id, jws } }),
      blind: true,
      document
    }
    const request = JSON.stringify({ organization: mine.organization, jwk: key.jwk })
    const proved = async (text: string, proof: string) => ({
      statement: prepare('key', key.id, mine.organization, { jwk: key.jwk, proof }, text),
      document: text
    })
    const proof = await key.sign(request, { typ: KEY_PROOF_TYPE })
    const registered = await proved(request, proof)
    const subject = { kind: 'event', id: mined.id }
    t.equal(
      (await verified(forged([registered, signedEvent], subject))).verified,
      true,
      'as it should be'
    )
    const revocation = { statement: statementOf('key_revocation', key.id, { reason: 'retired' }) }
    const after = forged([registered, signedEvent, revocation], subject)
    t.equal((await verified(after)).verified, true, 'revoked after it had signed')
    const foreign = JSON.stringify({ organization: works.organization, jwk: key.jwk })
    const foreignProof = await key.sign(foreign, { typ: KEY_PROOF_TYPE })
    const lifted = await worksKey.sign(request, { typ: KEY_PROOF_TYPE })
    const asDocument = await key.sign(request)
    const wrong: Record<string, Bundle> = {
      'a key that was revoked before': forged([registered, revocation, signedEvent], subject),
      'a key that was registered for somebody else': forged(
        [await proved(foreign, foreignProof), signedEvent],
        subject
      ),
      'a key that somebody without it registered': forged(
        [await proved(request, lifted), signedEvent],
        subject
      ),
      'a key whose registration is left out': forged(
        [{ statement: registered.statement }, signedEvent],
        subject
      ),
      'a key that nobody asked for': forged(
        [{ statement: statementOf('key', key.id, { jwk: key.jwk, proof }) }, signedEvent],
        subject
      ),
      'a key whose proof is a signature of a document': forged(
        [await proved(request, asDocument), signedEvent],
        subject
      ),
      'a key that was registered later': forged([signedEvent, registered], subject),
      "another organization's key": forged(
        [
          { statement: statementOf('key', key.id, { jwk: key.jwk }, works.organization) },
          signedEvent
        ],
        subject
      ),
      'a key that is not the one of its name': forged(
        [{ statement: statementOf('key', key.id, { jwk: worksKey.jwk }) }, signedEvent],
        subject
      ),
      'a signature over other bytes': forged(
        [
          registered,
          {
            ...signedEvent,
            statement: statementOf('event', mined.id, {
              signature: { key: key.id, jws: mined.text }
            })
          }
        ],
        subject
      ),
      'alg none in the log': forged(
        [
          registered,
          {
            ...signedEvent,
            statement: statementOf('event', mined.id, {
              signature: {
                key: key.id,
                jws: `${encode(JSON.stringify({ alg: 'none', kid: key.id }))}..AAAA`
              }
            })
          }
        ],
        subject
      ),
      'a signature that is a number': forged(
        [
          registered,
          {
            ...signedEvent,
            statement: statementOf('event', mined.id, { signature: { key: key.id, jws: 1 } })
          }
        ],
        subject
      )
    }
    for (const [name, bundle] of Object.entries(wrong)) {
      t.match((await verified(bundle)).problems, [{ code: 'SIGNATURE' }], name)
    }
    const revoked = await registeredKey(mine)
    const before = await record(mine, await event(), revoked)
    await mine.request('DELETE', `/v1/keys/${revoked.id}?reason=compromised`)
    const late = parsed(await fetched(mine, `/v1/events/${before.id}/bundle`))
    t.equal((await verified(late)).verified, true, 'signed before the revocation')
  })

  t.test('a bundle of what the caller may not see', async (t) => {
    for (const path of [`/v1/batches/${metal}/bundle`, `/v1/events/${mined.id}/bundle`]) {
      t.equal((await stranger.request('GET', path)).status, 404, path)
      t.equal((await service.request('GET', path)).status, 401, path)
    }
    t.equal((await works.request('GET', `/v1/events/${received.id}/bundle`)).status, 200)
  })

  t.test('receipts that are not what they should be', async (t) => {
    const wrong: Record<string, string> = {
      nothing: '',
      'another index': mined.receipt.replace(/index \d+/, 'index 0'),
      'no extra': mined.receipt.replace(/extra .*\n/, ''),
      'extra of another receipt': mined.receipt.replace(
        /extra .*\n/,
        `${/extra .*\n/.exec(melted.receipt)?.[0]}`
      ),
      CRLF: mined.receipt.replaceAll('\n', '\r\n'),
      'trailing data': `${mined.receipt}x`
    }
    for (const [name, receipt] of Object.entries(wrong)) {
      t.equal(verifyReceipt(receipt, [log]).verified, false, name)
    }
    const bytes = Buffer.from(mined.receipt)
    t.equal(verifyReceipt(bytes, [log]).verified, true, 'the same as bytes')
    const stray = Buffer.from('— other.test\u00e9 AAAAAAAAAAAA\n')
    const beside = Buffer.concat([bytes, stray])
    t.equal(verifyReceipt(beside, [log]).verified, true, 'a signature of somebody unknown')
    const name = beside.indexOf(0xc3, bytes.length)
    for (const byte of [0xff, 0x28, 0xe9]) {
      const broken = Buffer.from(beside)
      broken[name] = byte
      t.equal(verifyReceipt(broken, [log]).verified, false, `no UTF-8: ${byte}`)
    }
    t.equal(verifyReceipt(mined.receipt, [foreignKey]).verified, false, 'another log')
    t.equal(verifyReceipt(mined.receipt, [log], Buffer.from(melted.text)).verified, false)
  })
})

t.test('protects: no single changed byte goes unnoticed', async (t) => {
  let quiet = 0
  for (let at = 0; at < single.length; at += 1) {
    const changed = Buffer.from(single)
    changed[at] = changed[at]! ^ 1
    if ((await verified(changed)).verified) {
      quiet += 1
      t.fail(`byte ${at}: ${changed.subarray(at - 20, at + 20)}`)
    }
  }
  t.equal(quiet, 0, `${single.length} bytes`)
})

/** A statement as the journal writes it. */
function prepare(
  kind: string,
  subject: string,
  organization: string,
  body: object,
  document: string | null
): Buffer {
  return prepareStatement({
    kind,
    subject,
    organization,
    document:
      document === null
        ? null
        : {
            sha256: createHash('sha256').update(document).digest(),
            size: Buffer.byteLength(document),
            mediaType: 'application/json'
          },
    body: body as Record<string, unknown>
  })('2026-11-23T12:00:00.000Z')
}
