/** What a log states of a document must be what the document says: the signature is over the document alone. */
import { createHash, randomUUID } from 'node:crypto'
import t from 'tap'
import { canonicalHash } from '../../../src/domain/canonical-json.ts'
import { uuidFrom } from '../../../src/domain/ids.ts'
import { KEY_PROOF_TYPE } from '../../../src/identity/document-signature.ts'
import { prepareStatement } from '../../../src/log/entry.ts'
import { verifyBundle } from '../../../src/registry/proofs/verify-bundle.ts'
import { type ForgedEntry, forgedLog } from '../../support/forged-log.ts'
import { newSigner } from '../../support/signer.ts'

const log = forgedLog('forged.test/log')
const organization = randomUUID()
const other = randomUUID()
const signer = await newSigner()
const at = '2026-11-29T08:00:00.000Z'
const hash = (text: string) => createHash('sha256').update(text).digest()

interface Said {
  readonly kind: string
  readonly subject: string
  readonly body: Readonly<Record<string, unknown>>
  readonly document: string
  readonly mediaType?: string
}

function entry({ kind, subject, body, document, mediaType = 'application/json' }: Said) {
  const of = { sha256: hash(document), size: Buffer.byteLength(document), mediaType }
  const statement = prepareStatement({ kind, subject, organization, document: of, body })(at)
  return { statement, document }
}

const request = JSON.stringify({ organization, jwk: signer.jwk })
const proof = await signer.sign(request, { typ: KEY_PROOF_TYPE })
const keyEntry = entry({
  kind: 'key',
  subject: signer.id,
  body: { algorithm: 'EdDSA', jwk: signer.jwk, proof },
  document: request
})

/** Verifies a statement under which the signature of its document stands. */
async function signed(said: Said) {
  const signature = { key: signer.id, jws: await signer.sign(said.document) }
  const entries = [keyEntry, entry({ ...said, body: { ...said.body, signature } })]
  return verified({ kind: 'entry', id: '1' }, entries)
}

async function verified(subject: { kind: string; id: string }, entries: readonly ForgedEntry[]) {
  const bundle = Buffer.from(JSON.stringify(log.bundle(subject, entries)))
  return verifyBundle(bundle, [log.verifier])
}

const event = randomUUID()
const batch = randomUUID()
const finding = randomUUID()
const epd = randomUUID()
const sha256 = hash('the declaration')
const report = hash('the report')
const granting = JSON.stringify({ batch, grantee: other, expiresAt: '2027-01-01T00:00:00Z' })
const linking = JSON.stringify({ batch })
const nameless = JSON.stringify({ type: 'ship' })
const evidence = [{ kind: 'photo' }]

/** What is stated as it was said, and what a registry could have stated instead. */
const cases: Readonly<Record<string, readonly [Said, Readonly<Record<string, Partial<Said>>>]>> = {
  'an event': [
    {
      kind: 'event',
      subject: event,
      body: { type: 'ship' },
      document: JSON.stringify({ id: event, type: 'ship' })
    },
    { id: { subject: randomUUID() }, type: { body: { type: 'receive' } } }
  ],
  'an event without an id': [
    {
      kind: 'event',
      subject: uuidFrom('signed event', organization, hash(nameless).toString('hex')),
      body: { type: 'ship' },
      document: nameless
    },
    { id: { subject: event } }
  ],
  'a facility': [
    {
      kind: 'facility',
      subject: randomUUID(),
      body: {},
      document: JSON.stringify({ organization, name: 'Works' })
    },
    { organization: { document: JSON.stringify({ organization: other, name: 'Works' }) } }
  ],
  'a declaration': [
    {
      kind: 'epd',
      subject: epd,
      body: { version: '1.0', state: 'submitted' },
      document: JSON.stringify({ id: epd, version: '1.0' })
    },
    { id: { subject: other }, version: { body: { version: '1.1', state: 'submitted' } } }
  ],
  'the withdrawal of a declaration': [
    {
      kind: 'epd_transition',
      subject: epd,
      body: {
        version: '1.0',
        state: 'deregistered',
        transition: 'deregister',
        epdSha256: sha256.toString('base64url'),
        reasonSha256: hash('Wrong mix').toString('base64url')
      },
      document: JSON.stringify({
        version: '1',
        transition: 'deregister',
        documentSha256: sha256.toString('hex'),
        reason: 'Wrong mix'
      })
    },
    {
      version: { body: { version: '1.0.1' } },
      documentSha256: { body: { epdSha256: report.toString('base64url') } },
      reason: { body: { reasonSha256: hash('Right mix').toString('base64url') } }
    }
  ],
  'the verification of a declaration': [
    {
      kind: 'epd_transition',
      subject: epd,
      body: {
        version: '1.0',
        state: 'verified',
        transition: 'verify',
        epdSha256: sha256.toString('base64url'),
        reportSha256: report.toString('base64url')
      },
      document: JSON.stringify({
        version: '1.0',
        transition: 'verify',
        documentSha256: sha256.toString('hex'),
        reportSha256: report.toString('hex')
      })
    },
    {
      transition: { body: { transition: 'register' } },
      documentSha256: { body: { epdSha256: report.toString('base64url') } },
      reportSha256: { body: { reportSha256: sha256.toString('base64url') } },
      registrationNumber: { body: { registrationNumber: 'X-1' } }
    }
  ],
  'the confirmation of an editorial change': [
    {
      kind: 'epd_transition',
      subject: epd,
      body: {
        version: '1.0.1',
        state: 'verified',
        transition: 'confirm_editorial',
        epdSha256: sha256.toString('base64url'),
        baseSha256: report.toString('base64url')
      },
      document: JSON.stringify({
        version: '1.0.1',
        transition: 'confirm_editorial',
        documentSha256: sha256.toString('hex'),
        baseSha256: report.toString('hex')
      })
    },
    { baseSha256: { body: { baseSha256: sha256.toString('base64url') } } }
  ],
  'a step that names no document': [
    {
      kind: 'epd_transition',
      subject: epd,
      body: {
        version: '1.0',
        state: 'in_verification',
        transition: 'start_verification',
        epdSha256: sha256.toString('base64url')
      },
      document: JSON.stringify({ version: '1.0', transition: 'start_verification' })
    },
    { reportSha256: { body: { reportSha256: report.toString('base64url') } } }
  ],
  'a grant': [
    {
      kind: 'grant',
      subject: uuidFrom('signed grant', organization, hash(granting).toString('hex')),
      body: { batch, grantee: other, scope: 'chain', expiresAt: '2027-01-01T00:00:00.000Z' },
      document: granting
    },
    {
      id: { subject: event },
      batch: { body: { batch: event } },
      grantee: { body: { grantee: organization } },
      scope: { body: { scope: 'batch' } },
      expiresAt: { body: { expiresAt: null } }
    }
  ],
  'a link': [
    {
      kind: 'grant',
      subject: uuidFrom('signed grant', organization, hash(linking).toString('hex')),
      body: { batch, grantee: null, scope: 'chain', expiresAt: null, linkSha256: 'x' },
      document: linking
    },
    {
      grantee: { body: { grantee: other } },
      expiresAt: { body: { expiresAt: '2027-01-01T00:00:00.000Z' } }
    }
  ],
  'a resolution without evidence': [
    {
      kind: 'finding_resolution',
      subject: finding,
      body: { content: canonicalHash({ reason: 'So it is', evidence: [] }).toString('hex') },
      document: JSON.stringify({ finding, reason: 'So it is' })
    },
    {
      reason: {
        body: { content: canonicalHash({ reason: 'So it is', evidence }).toString('hex') }
      }
    }
  ],
  'a resolution': [
    {
      kind: 'finding_resolution',
      subject: finding,
      body: { content: canonicalHash({ reason: 'So it is', evidence }).toString('hex') },
      document: JSON.stringify({ finding, reason: 'So it is', evidence })
    },
    { finding: { subject: event }, reason: { body: { content: hash('x').toString('hex') } } }
  ],
  'a setting': [
    {
      kind: 'rule_setting',
      subject: organization,
      body: { rule: 'R5', mode: 'flag' },
      document: JSON.stringify({ rule: 'R5', mode: 'flag', replaces: null })
    },
    { rule: { body: { rule: 'R3' } }, mode: { body: { mode: 'refuse' } } }
  ],
  'the end of a policy': [
    {
      kind: 'signing_policy',
      subject: organization,
      body: { unsigned: 'accepted' },
      document: JSON.stringify({ organization, unsigned: 'accepted', replaces: 4 })
    },
    { organization: { subject: other }, unsigned: { body: { unsigned: 'refused' } } }
  ]
}

t.test('accepts what is stated as it was said', async (t) => {
  for (const [name, [said]] of Object.entries(cases)) {
    const report = await signed(said)
    t.strictSame(report.problems, [], name)
    t.match(report.entries[1], { signature: { state: 'verified' } }, name)
  }
  const xml = { subject: epd, body: { version: '1.0' }, document: '<processDataSet/>' }
  const ilcd = { ...xml, kind: 'epd', mediaType: 'application/vnd.ilcd+xml' }
  t.strictSame((await signed(ilcd)).problems, [], 'a declaration in another format')
})

t.test('refuses what a registry states otherwise of what somebody signed', async (t) => {
  for (const [name, [said, others]] of Object.entries(cases)) {
    for (const [member, { body, ...otherwise }] of Object.entries(others)) {
      const report = await signed({ ...said, ...otherwise, body: { ...said.body, ...body } })
      t.match(
        report.problems,
        [{ code: 'STATEMENT', index: 1, message: new RegExp(`the same ${member}\\.$`) }],
        `${name}: ${member}`
      )
    }
  }
  const [grant] = cases['a grant']!
  t.match(
    (await signed({ ...grant, document: '[1]' })).problems,
    [{ code: 'STATEMENT', message: /no JSON object/ }],
    'of no object'
  )
  t.match((await signed({ ...grant, document: 'batch' })).problems, [
    { code: 'STATEMENT', message: /no JSON object/ }
  ])
})

t.test('refuses what neither of both says', async (t) => {
  const [declared] = cases['a declaration']!
  const [step] = cases['the verification of a declaration']!
  const [grant] = cases['a grant']!
  const read = (document: string) => JSON.parse(document)
  const neither: Readonly<Record<string, readonly [Said, object, object]>> = {
    version: [declared, { version: 'new' }, { version: 'old' }],
    documentSha256: [step, {}, { documentSha256: `${read(step.document).documentSha256}zz` }],
    reason: [step, {}, { reason: 7 }],
    reportSha256: [step, { reportSha256: undefined }, { reportSha256: 7 }],
    expiresAt: [grant, {}, { expiresAt: '2027-01-01' }],
    scope: [grant, {}, { scope: null }]
  }
  for (const [name, [said, body, changed]] of Object.entries(neither)) {
    const document = JSON.stringify({ ...read(said.document), ...changed })
    const assigned = uuidFrom('signed grant', organization, hash(document).toString('hex'))
    const subject = said === grant ? assigned : said.subject
    const told = { ...said, subject, body: { ...said.body, ...body }, document }
    const { problems } = await signed(told)
    t.match(problems, [{ code: 'STATEMENT', message: new RegExp(`the same ${name}[.]$`) }], name)
  }
  const unnamed = { kind: 'event', subject: event, body: { type: 'ship' } }
  const document = JSON.stringify({ id: null, type: 'ship' })
  const { problems } = await verified({ kind: 'event', id: event }, [
    entry({ ...unnamed, document })
  ])
  t.match(problems, [{ message: /the same id/ }], 'null is an id that is none')
})

t.test('refuses a declaration of ours under a type that nobody compares', async (t) => {
  const document = JSON.stringify({ id: epd, version: '2.0', declaredUnit: { value: '1' } })
  for (const mediaType of ['application/vnd.ilcd+xml', 'application/json; charset=utf-8', '']) {
    const said = { kind: 'epd', subject: epd, body: { version: '1.0' }, document, mediaType }
    t.match((await signed(said)).problems, [{ code: 'STATEMENT', message: /same mediaType/ }])
  }
  const foreign = {
    kind: 'epd',
    subject: epd,
    body: { version: '1.0' },
    document: '{"doctype":"openEPD","declared_unit":{"qty":0.12345678901234567890}}',
    mediaType: 'application/vnd.openepd+json'
  }
  t.strictSame((await signed(foreign)).problems, [])
})

t.test('compares a document whatever the statement says that it is', async (t) => {
  const document = JSON.stringify({ id: event, type: 'ship' })
  for (const mediaType of ['text/csv', 'application/vnd.ilcd+xml', '']) {
    const said = { kind: 'event', subject: event, body: { type: 'receive' }, document, mediaType }
    const problems = [{ code: 'STATEMENT', message: /the same type/ }]
    t.match((await signed(said)).problems, problems, mediaType)
  }
  const declared = {
    kind: 'epd',
    subject: epd,
    body: { version: '1.0' },
    document: JSON.stringify({ id: epd, version: '2.0' }),
    mediaType: 'application/vnd.lodestone.epd+json'
  }
  t.match((await signed(declared)).problems, [{ code: 'STATEMENT', message: /the same version/ }])
})

t.test('takes what nobody signed, and has no id, as what the registry calls it', async (t) => {
  const said = { kind: 'event', subject: event, body: { type: 'ship' }, document: nameless }
  const { problems } = await verified({ kind: 'event', id: event }, [entry(said)])
  t.strictSame(problems, [])
})

t.test('refuses a document that two readers would read in two ways', async (t) => {
  const text = JSON.stringify({ id: event, type: 'ship' })
  const said = { kind: 'event', subject: event, body: { type: 'ship' } }
  const documents = {
    'a member twice': text.replace('{', '{"type":"receive",'),
    'a member twice, once escaped': text.replace('{', String.raw`{"\u0074ype":"receive",`),
    'a byte order mark': `\ufeff${text}`,
    'half of a surrogate pair': text.replace('}', String.raw`,"note":"\ud800"}`),
    'a number that no double carries': text.replace('}', ',"note":9007199254740993}')
  }
  t.strictSame((await signed({ ...said, document: text })).problems, [])
  for (const [name, document] of Object.entries(documents)) {
    const { problems } = await signed({ ...said, document })
    t.match(problems, [{ code: 'STATEMENT', index: 1, message: /each name once/ }], name)
  }
})

t.test('refuses a verification, registration or withdrawal that nobody signed', async (t) => {
  const [, [verification]] = [null, cases['the verification of a declaration']!]
  const unsigned = (body: object) =>
    verified({ kind: 'entry', id: '0' }, [
      entry({ ...verification, body: { ...verification.body, ...body } })
    ])
  for (const body of [
    {},
    { transition: 'register', state: 'registered' },
    { transition: 'deregister', state: 'deregistered' },
    { transition: 'publish', state: 'verified' },
    { transition: undefined, state: 'verified' },
    { transition: undefined, state: 'deregistered' },
    { transition: 'confirm_editorial', state: 'in_verification' },
    { transition: 'register', state: undefined }
  ]) {
    t.match(
      (await unsigned(body)).problems.filter(({ code }) => code === 'SIGNATURE'),
      [{ code: 'SIGNATURE', index: 0, message: /Nobody signed/ }]
    )
  }
})

t.test('reads whatever a log may hold without failing', async (t) => {
  const plain = (value: object) => ({ statement: Buffer.from(JSON.stringify(value)) })
  const good = { v: 1, kind: 'event', subject: event, organization, at, document: null, body: {} }
  const subject = { kind: 'event', id: event }
  t.strictSame((await verified(subject, [plain(good)])).problems, [])
  for (const body of [{ signature: null }, { signature: 4 }, { signature: [] }]) {
    t.match((await verified(subject, [plain({ ...good, body })])).problems, [
      { code: 'SIGNATURE', message: 'It names no key.' }
    ])
  }
  const strange = [
    { body: null },
    { body: [] },
    { body: 'x' },
    { kind: 4 },
    { kind: null },
    { kind: { event: 1 } },
    { organization: 4 },
    { organization: {} },
    { at: 'yesterday' },
    { at: '2026-02-30T00:00:00.000Z' },
    { at: '2026-11-29T08:00:00Z' },
    { at: '2026-11-29T09:00:00.000+01:00' },
    { subject: '\ud800' },
    { organization: '\udc00' },
    { document: { sha256: sha256.toString('base64url'), size: 1.5, mediaType: 'x' } },
    { document: { sha256: sha256.toString('base64url'), size: -1, mediaType: 'x' } },
    { document: { sha256: sha256.toString('base64url'), size: 1, mediaType: null } },
    { document: false }
  ]
  for (const change of strange) {
    const { problems } = await verified(subject, [plain({ ...good, ...change })])
    t.ok(
      problems.some(({ code }) => code === 'STATEMENT'),
      JSON.stringify(change)
    )
  }
})
