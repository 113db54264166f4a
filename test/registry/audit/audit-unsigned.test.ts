/** What `fsck` makes of everything that an organization says, once its signature is cut out of the log. */
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { auditSignatures } from '../../../src/registry/audit/audit-signatures.ts'
import { elements, kg } from '../../support/books.ts'
import { unguard } from '../../support/edit-rows.ts'
import { epdDocument } from '../../support/epds.ts'
import { type Actor, testApp } from '../../support/service.ts'
import { registeredKey, type Signer } from '../../support/signer.ts'

const service = await testApp(t)
const { db } = service.deps
const buyer = await service.actor('buyer')

/** Somebody whose organization refuses what nobody signed. */
async function strict(role: 'producer' | 'verifier') {
  const actor = await service.actor(role)
  const key = await registeredKey(actor)
  const policy = `/v1/organizations/${actor.organization}/signing-policy`
  await actor.request('PUT', policy, { unsigned: 'refused' })
  const signed = (url: string, content: object) => send(actor, key, url, content)
  return { organization: actor.organization, actor, key, policy, signed }
}

/** Sends what somebody signed; the answer. */
async function send(actor: Actor, key: Signer, url: string, content: object) {
  const document = JSON.stringify(content)
  const answer = await actor.request('POST', url, document, {
    'lodestone-signature': await key.sign(document)
  })
  if (answer.status > 201) throw new Error(`${url}: ${JSON.stringify(answer.body)}`)
  return answer.body
}

const { actor: maker, key, organization, policy, signed } = await strict('producer')
const verifier = await strict('verifier')
const plant = await service.facility(organization)
// Nobody can vouch for a first key.
const late = await service.actor('producer')
await late.request('PUT', `/v1/organizations/${late.organization}/signing-policy`, {
  unsigned: 'refused'
})
await registeredKey(late)
const event = await signed('/v1/events', {
  id: randomUUID(),
  type: 'commission',
  time: '2026-09-01T06:00:00Z',
  facility: plant,
  outputs: [
    {
      product: { class: 'sintered_block', name: 'Block' },
      entry: 'purchased',
      mass: kg('100'),
      assay: elements({ Nd: '29', B: '1.4', Fe: '69' })
    }
  ]
})
const batch = event.batches[0].id
const { items } = (await maker.request('GET', `/v1/findings?batch=${batch}`)).body
const finding = items[0].id
const works = { name: 'Works', country: 'FI', stages: ['metal_making'], validFrom: '2020-01-01' }
const facility = await signed('/v1/facilities', works)
const epd = epdDocument('magnet-n48h')
const start = { version: '1.0', transition: 'start_verification' }
const positions: Readonly<Record<string, number>> = {
  event: event.position,
  facility: facility.position,
  organization: (
    await signed(`/v1/organizations/${organization}/versions`, {
      name: 'Maker of blocks',
      country: 'FI'
    })
  ).position,
  epd: (await signed('/v1/epds', epd)).position,
  grant: (await signed(`/v1/batches/${batch}/grants`, { grantee: buyer.organization, batch }))
    .position,
  finding_resolution: (
    await signed(`/v1/findings/${finding}/resolution`, { reason: 'So it is.', finding })
  ).resolution.position,
  rule_setting: (await signed('/v1/rule-settings', { rule: 'R5', mode: 'flag', replaces: null }))
    .position,
  epd_transition: (await verifier.signed(`/v1/epds/${epd['id']}/transitions`, start)).stateSince
    .position
}
await unguard(db, ['journal'])

type Body = Record<string, unknown>

/** What is told while the body of a statement is another one; then it is as it was. */
async function told(
  position: number,
  change: (body: Body, statement: { document: unknown }) => void
) {
  const [row] = await db.query<{ statement: Buffer; kind: string }>({
    text: 'select statement, kind from journal where position = $1',
    values: [position]
  })
  if (!row) throw new Error(`nothing at ${position}`)
  const statement = JSON.parse(String(row.statement))
  change(statement.body, statement)
  // Written otherwise than statements are, nobody would read it.
  statement.body = Object.fromEntries(Object.entries(statement.body).toSorted())
  const write = (bytes: Buffer) =>
    db.query({
      text: 'update journal set statement = $2 where position = $1',
      values: [position, bytes]
    })
  await write(Buffer.from(JSON.stringify(statement)))
  const problems = await auditSignatures(db)
  await write(row.statement)
  return { kind: row.kind, problems }
}

const message = 'Nobody signed it, though its organization refused what nobody signed.'

t.test('accepts all of it as it was signed', async (t) => {
  t.strictSame(await auditSignatures(db), [])
})

for (const [kind, position] of Object.entries(positions)) {
  t.test(`tells of what nobody signed: ${kind}`, async (t) => {
    const found = await told(position, (body) => delete body['signature'])
    t.strictSame(found, { kind, problems: [{ position, message }] })
  })
}

t.test('tells of what was signed once and stands there again', async (t) => {
  const url = `/v1/facilities/${facility.id}/versions`
  const { position } = await signed(url, { ...works, country: 'EE' })
  const [first] = await db.query<{ statement: Buffer }>({
    text: 'select statement from journal where position = $1',
    values: [facility.position]
  })
  const { document } = JSON.parse(String(first?.statement))
  t.strictSame(await auditSignatures(db), [])
  const { problems } = await told(position, (_body, statement) => {
    statement.document = document
  })
  const again = 'What was signed once stands in the log a second time.'
  t.strictSame(problems, [{ position, message: again }])
})

t.test('tells of the end of the policy where nobody who runs the registry made it', async (t) => {
  const admin = await service.actor('admin')
  const ended = await admin.request('PUT', policy, { unsigned: 'accepted' })
  const { position } = ended.body
  t.equal(ended.status, 200)
  const loose = { rule: 'R4', mode: 'flag' }
  t.equal((await maker.request('POST', '/v1/rule-settings', loose)).status, 200, 'unsigned again')
  t.strictSame(await auditSignatures(db), [], 'who lost every key asks an administrator')
  for (const by of [undefined, organization, buyer.organization]) {
    const { problems } = await told(position, (body) => {
      if (by === undefined) delete body['by']
      else body['by'] = by
    })
    t.strictSame(problems, [{ position, message }], String(by))
  }
})

t.test('tells of the end of the policy that another organization signed', async (t) => {
  const refused = await maker.request('PUT', policy, { unsigned: 'refused' })
  const { position: replaces } = refused.body
  const document = JSON.stringify({ unsigned: 'accepted', organization, replaces })
  const ended = await maker.request('PUT', policy, document, {
    'lodestone-signature': await key.sign(document)
  })
  t.equal(ended.status, 200, JSON.stringify(ended.body))
  t.strictSame(await auditSignatures(db), [])
  const { position } = ended.body
  const jws = await verifier.key.sign(document)
  const { problems } = await told(position, (body) => {
    body['by'] = verifier.organization
    body['signature'] = { jws, key: verifier.key.id }
  })
  t.strictSame(problems, [{ position, message }])
})
