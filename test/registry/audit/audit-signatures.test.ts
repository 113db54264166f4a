/** What `fsck` makes of signatures that do not hold, and of what was erased and is there again. */
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { auditLog } from '../../../src/registry/audit/audit-log.ts'
import { auditSignatures } from '../../../src/registry/audit/audit-signatures.ts'
import { eraseEntry } from '../../../src/registry/audit/erase-entry.ts'
import { kg, oxides } from '../../support/books.ts'
import { unguard } from '../../support/edit-rows.ts'
import { programme } from '../../support/epd-programme.ts'
import { epdDocument } from '../../support/epds.ts'
import { testGuard } from '../../support/log.ts'
import { type Answer, testApp } from '../../support/service.ts'
import { newSigner, registeredKey } from '../../support/signer.ts'

const service = await testApp(t, { guard: testGuard(t) })
const { db } = service.deps
const { verifier } = await service.deps.log.key()
const producer = await service.actor('producer')
const key = await registeredKey(producer)
const plant = await service.facility(producer.organization)

function good(answer: Answer): Answer {
  if (answer.status < 300) return answer
  throw new Error(JSON.stringify(answer.body))
}

async function record(isSigned: boolean): Promise<number> {
  const document = JSON.stringify({
    id: randomUUID(),
    type: 'commission',
    time: '2026-09-01T06:00:00Z',
    facility: plant,
    note: 'told by the shift',
    outputs: [
      {
        product: { class: 'separated_oxide', name: 'NdPr oxide' },
        entry: 'purchased',
        mass: kg('10'),
        assay: oxides({ Nd2O3: '73.24', Pr6O11: '26.24' })
      }
    ]
  })
  const headers = isSigned ? { 'lodestone-signature': await key.sign(document) } : {}
  return good(await producer.request('POST', '/v1/events', document, headers)).body.position
}

const loose = await record(false)
const signed = await record(true)
const policy = `/v1/organizations/${producer.organization}/signing-policy`
const { position: refused } = good(
  await producer.request('PUT', policy, { unsigned: 'refused' })
).body
const strict = await record(true)
const further = await newSigner()
const request = JSON.stringify({ organization: producer.organization, jwk: further.jwk })
const vouched = good(
  await producer.request('POST', '/v1/keys', request, {
    'lodestone-signature': await further.sign(request, { typ: 'lodestone-key+jws' }),
    'lodestone-countersignature': await key.sign(request)
  })
).body.position
const epd = epdDocument('magnet-n48h')
const owner = await service.actor('producer')
good(await owner.request('POST', '/v1/epds', epd))
await (await programme(service)).published({ id: epd['id'], version: '1.0' })
const [verification] = await db.query<{ position: string }>({
  text: `select position from epd_state_version where transition = 'verify'`
})
good(await producer.request('DELETE', `/v1/keys/${key.id}`))
const { organization } = producer
const ending = JSON.stringify({ unsigned: 'accepted', organization, replaces: refused })
const { position: ended } = good(
  await producer.request('PUT', policy, ending, {
    'lodestone-signature': await further.sign(ending)
  })
).body
await unguard(db, ['journal'])

/** What is told while a statement is another one; then it is as it was. */
async function told(position: number, from: string, to: string) {
  const [row] = await db.query<{ statement: Buffer }>({
    text: 'select statement from journal where position = $1',
    values: [position]
  })
  const text = String(row?.statement)
  const edited = text.replace(new RegExp(from), to)
  if (edited === text) throw new Error(`${from} is not in ${text}`)
  const write = (statement: Buffer) =>
    db.query({
      text: 'update journal set statement = $2 where position = $1',
      values: [position, statement]
    })
  await write(Buffer.from(edited))
  const problems = await auditSignatures(db)
  await write(row?.statement ?? Buffer.alloc(0))
  return problems
}

t.test('accepts what was signed, and what did not have to be', async (t) => {
  t.strictSame(await auditSignatures(db), [])
})

t.test('refuses', async (t) => {
  const signature = ',"signature":[{][^}]*[}]'
  const unsigned = 'Nobody signed it, though its organization refused what nobody signed.'
  const cases: Readonly<Record<string, readonly [number, string, string, string | RegExp]>> = {
    'what nobody signed behind the policy': [strict, signature, '', unsigned],
    'a further key that nobody vouched for': [vouched, ',"vouched":[{][^}]*[}]', '', unsigned],
    'another signature': [signed, '[.][.].{4}', '..AAAA', 'The key did not sign these bytes.'],
    'a signature by a key that nobody registered': [
      signed,
      `"key":"${key.id}"`,
      `"key":"${further.id.replace(/^./, 'x')}"`,
      /^The bundle lacks the key/
    ],
    'a key that was registered later': [
      signed,
      `"key":"${key.id}"`,
      `"key":"${further.id}"`,
      /^The bundle lacks the key/
    ],
    'a verification that nobody signed': [
      Number(verification?.position),
      signature,
      '',
      'Nobody signed what is always signed.'
    ],
    'what nobody signed, said to be done by another organization': [
      strict,
      '"body":[{](.*),"signature":[{][^}]*[}]',
      `"body":{"by":"${owner.organization}",$1`,
      unsigned
    ],
    'the end of the policy that nobody signed': [ended, '"signature":[{][^}]*[}],', '', unsigned],
    'the end of the policy by another organization': [
      ended,
      '"body":[{](.*)"signature":[{][^}]*[}],',
      `"body":{"by":"${owner.organization}",$1`,
      unsigned
    ],
    'what somebody signed, stated of something else': [
      signed,
      '"subject":"....',
      '"subject":"0000',
      /do not say the same id[.]$/
    ]
  }
  for (const [name, [position, from, to, message]] of Object.entries(cases)) {
    t.match(await told(position, from, to), [{ position, message }], name)
  }
  t.strictSame(await told(signed, signature, ''), [], 'unsigned before the policy is as it may be')
  t.ok(loose < refused)
  t.strictSame(await auditSignatures(db), [], 'all is as it was')
})

t.test('what was erased', async (t) => {
  const audit = async () => (await auditLog(db, verifier)).problems
  const tables = ['event', 'facility_version', 'epd_version', 'epd_state_version', 'journal']
  for (const table of tables)
    await db.query({ text: `create table was_${table} as table ${table}` })
  const [facility] = await db.query<{ position: string }>({
    text: 'select position from facility_version limit 1'
  })
  const [version] = await db.query<{ position: string }>({
    text: 'select position from epd_version'
  })
  const at: Readonly<Record<string, number>> = {
    event: loose,
    facility_version: Number(facility?.position),
    epd_version: Number(version?.position),
    epd_state_version: Number(verification?.position)
  }
  for (const position of Object.values(at)) {
    await eraseEntry(service.deps, { position, reason: 'court_order' })
  }
  await service.deps.log.covers(200, 200)
  await service.deps.log.stop()
  t.strictSame(await audit(), [])
  t.strictSame(await auditSignatures(db), [])
  await unguard(db, tables)
  const restored: readonly [string, string, string][] = [
    ['event', 'document', 'event'],
    ['event', 'details', 'event'],
    ['facility_version', 'document', 'facility_version'],
    ['facility_version', 'name', 'facility_version'],
    ['epd_version', 'document', 'epd_version'],
    ['epd_version', 'report', 'epd_version'],
    ['epd_version', 'summary', 'epd_version'],
    ['epd_state_version', 'request', 'epd_state_version'],
    ['journal', 'salt', 'event']
  ]
  for (const [table, column, of] of restored) {
    const position = at[of]
    await db.query({ text: `create table is_${table} as table ${table}` })
    await db.query({
      text: `update ${table} set ${column} = was.${column} from was_${table} was
        where was.position = ${table}.position and ${table}.position = $1`,
      values: [position]
    })
    const message = 'What was erased is there again.'
    t.strictSame(await audit(), [{ position, message }], `${table}.${column}`)
    await db.query({
      text: `update ${table} set ${column} = now.${column} from is_${table} now
        where now.position = ${table}.position and ${table}.position = $1`,
      values: [position]
    })
    await db.query({ text: `drop table is_${table}` })
  }
  t.strictSame(await audit(), [])
  await db.query({
    text: 'delete from facility_version where position = $1',
    values: [at['facility_version']]
  })
  const message = /the row is gone/
  t.match(await audit(), [{ position: at['facility_version'], message }])
})
