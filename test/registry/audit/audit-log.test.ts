/** What `fsck` makes of a hand in the tables that are not the books: parties, keys, grants, settings, declarations. */
import t from 'tap'
import { readPublications } from '../../../src/formats/publications.ts'
import { auditContents } from '../../../src/registry/audit/audit-contents.ts'
import { auditLog } from '../../../src/registry/audit/audit-log.ts'
import { logPublications } from '../../../src/registry/log/log-publications.ts'
import { fixtures, type Owner } from '../../support/authorization-fixtures.ts'
import { columnsOf, type EditedColumn, editOne, unguard } from '../../support/edit-rows.ts'
import { programme } from '../../support/epd-programme.ts'
import { epdDocument } from '../../support/epds.ts'
import { testGuard } from '../../support/log.ts'
import { type Answer, testApp } from '../../support/service.ts'
import { newSigner, registerKeyOf } from '../../support/signer.ts'

const TABLES = [
  'batch_grant',
  'client',
  'epd',
  'epd_state_version',
  'epd_value',
  'epd_version',
  'facility',
  'facility_version',
  'journal',
  'log_tile',
  'organization',
  'organization_version',
  'registration_number',
  'rule_setting',
  'signed_request',
  'signing_key',
  'signing_policy'
]

/** What the log says nothing about: secrets and names of clients. */
const UNTOLD = new Set(['client.name', 'client.secret_hash', 'rule_setting.line'])
/** No history here fills them. */
const EMPTY = [
  'epd_version.external',
  'epd_version.operator',
  'epd_version.practitioner',
  'epd_version.verifier'
]

const issuer = { issuer: 'https://id.example', keysAt: 'https://id.example/keys' }
const service = await testApp(t, { guard: testGuard(t), issuers: [issuer] })
const { db } = service.deps
const { verifier } = await service.deps.log.key()
const audit = async () => (await auditLog(db, verifier)).problems
const contents = () => auditContents(service.deps)

/** Something of everything that can be registered, granted, set, signed, published and withdrawn. */
async function live(): Promise<void> {
  await logPublications(service.deps, readPublications())
  const producer = await service.actor('producer')
  const guest = await service.actor('buyer')
  const owner: Owner = { service, producer }
  const make = (name: string, of = owner) => fixtures[name]?.(of) ?? Promise.reject(name)
  for (const name of ['epd', 'submittedEpd', 'correction', 'key', 'campaign']) await make(name)
  const finding = await make('finding')
  const resolution = { reason: 'Checked', evidence: [] }
  good(await producer.request('POST', `/v1/findings/${finding}/resolution`, resolution))
  good(await producer.request('POST', '/v1/rule-settings', { rule: 'R4', mode: 'flag' }))
  const granted = `/v1/batches/${await make('batch')}/grants`
  const until = { grantee: guest.organization, expiresAt: '2031-01-01T00:00:00Z' }
  const grant = good(await producer.request('POST', granted, until))
  good(await producer.request('DELETE', `${granted}/${grant.body.id}`))
  good(await guest.request('POST', '/v1/grants/redemptions', { secret: await make('link') }))
  const lost = await make('key', { service, producer: guest })
  good(await registerKeyOf(guest, await newSigner(), { label: 'Laboratory' }))
  good(await guest.request('DELETE', `/v1/keys/${lost}`))
  const policy = `/v1/organizations/${producer.organization}/signing-policy`
  good(await producer.request('PUT', policy, { unsigned: 'refused' }))
  const left = await service.actor('buyer', guest.organization)
  good(await guest.request('DELETE', `/v1/clients/${left.client}`))
  const keeper = await service.actor('admin')
  const identity = { issuer: issuer.issuer, subject: 'service-account-7' }
  good(await keeper.request('POST', '/v1/clients', { name: 'ERP', roles: ['buyer'], identity }))
  const coordinates = { latitude: '50.1', longitude: '12.2' }
  await service.facility(guest.organization, { country: 'DE', region: 'DE-SN', coordinates })
  const its = await programme(service)
  for (const number of ['N-1', 'N-2']) {
    good(await its.operator.request('POST', '/v1/registration-numbers', { number }))
  }
  good(await its.operator.request('DELETE', '/v1/registration-numbers/N-2'))
  const other = await service.actor('producer')
  const document = epdDocument('magnet-n48h')
  const { id } = document
  good(await other.request('POST', '/v1/epds', document))
  await its.published({ id, version: '1.0' }, 'N-1')
  good(await other.request('POST', '/v1/epds', { ...document, version: '2.0' }))
  await its.published({ id, version: '2.0' })
  await its.deregistered({ id, version: '2.0' }, 'Wrong mix')
  await service.deps.log.covers((await entries()) - 1, 5_000)
  await service.deps.log.stop()
}

function good(answer: Answer): Answer {
  if (answer.status < 300) return answer
  throw new Error(JSON.stringify(answer.body))
}

async function entries(): Promise<number> {
  const [head] = await db.query<{ next: string }>({ text: 'select next from journal_head' })
  return Number(head?.next)
}

t.before(live)

t.test('all is well until somebody puts a hand to it', async (t) => {
  t.same(await audit(), [])
  t.same(await contents(), [])
})

t.test('any value that somebody changes is found', async (t) => {
  await unguard(db, TABLES)
  const named = ({ table, column }: EditedColumn) => `${table}.${column}`
  const told = (await columnsOf(db, TABLES)).filter((column) => !UNTOLD.has(named(column)))
  const empty: string[] = []
  for (const column of told) {
    const undo = await editOne(db, column)
    if (!undo) {
      empty.push(named(column))
      continue
    }
    const found = [...(await audit()), ...(await contents())]
    t.not(found.length, 0, `${named(column)}: ${found[0]?.message}`)
    await undo()
  }
  t.same(empty, EMPTY, 'the history fills every other column')
  t.comment(`${told.length - empty.length} columns of ${TABLES.length} tables edited and found`)
  t.same([...(await audit()), ...(await contents())], [], 'all edits are taken back')
})

t.test('who acted is found where it was nobody of the organization', async (t) => {
  const edit = async (client: string) => {
    const [row] = await db.query<{ id: string; before: string }>({
      text: `with old as (select id, client as before, organization from event order by position limit 1)
        update event set client = ${client} from old where event.id = old.id returning old.id, before`
    })
    const found = await audit()
    await db.query({
      text: 'update event set client = $2 where id = $1',
      values: [row?.id, row?.before]
    })
    return { found, told: `The event ${row?.id} is by no client that its organization had.` }
  }
  await unguard(db, ['event', 'finding'])
  for (const client of [
    `'nobody'`,
    `(select id from client c where c.organization <> old.organization limit 1)`
  ]) {
    const { found, told } = await edit(client)
    t.match(found, [{ message: told }])
  }
  t.same(await audit(), [])
})

t.test('who resolved a finding that nobody resolved, and a closing that nobody made', async (t) => {
  const edits = [
    ['resolved_by', 'organization'],
    ['resolution', `'Checked'`],
    ['resolution_evidence', `'[]'`],
    ['resolved_position', 'position']
  ] as const
  for (const [column, value] of edits) {
    const [row] = await db.query<{ id: string }>({
      text: `update finding set ${column} = ${value} where id = (
        select id from finding where resolved_position is null order by position, line limit 1) returning id`
    })
    t.match(
      await audit(),
      [{ message: `The finding ${row?.id} was not closed like that.` }],
      column
    )
    await db.query({ text: `update finding set ${column} = null where id = $1`, values: [row?.id] })
  }
  t.same(await audit(), [])
})

t.test('a value that is no number is found as one that was changed', async (t) => {
  const [row] = await db.query<{ position: string; value: string }>({
    text: `select position, value from epd_value where value is not null limit 1`
  })
  const values = [row?.position, row?.value]
  await db.query({
    text: `update epd_value set value = 'x' where position = $1 and value = $2`,
    values
  })
  const message = /does not follow from its document: values/
  t.match(await contents(), [{ position: Number(row?.position), message }])
  await db.query({
    text: `update epd_value set value = $2 where position = $1 and value = 'x'`,
    values
  })
  t.same(await contents(), [])
})

t.test('a row that is gone is found, and one that nothing wrote', async (t) => {
  for (const table of TABLES) {
    const columns = (await columnsOf(db, [table])).map(({ column }) => column).join()
    await db.query({ text: `create table kept as select * from ${table}` })
    await db.query({ text: `delete from ${table} where ctid = (select max(ctid) from ${table})` })
    const found = [...(await audit()), ...(await contents())]
    t.not(found.length, 0, `${table}: ${found[0]?.message}`)
    await db.query({ text: `delete from ${table}` })
    await db.query({ text: `insert into ${table} (${columns}) select ${columns} from kept` })
    await db.query({ text: 'drop table kept' })
  }
  const [row] = await db.query<{ id: string }>({
    text: `insert into batch_grant (id, batch, grantor, grantee, scope, position)
      select gen_random_uuid(), batch, grantor, grantor, 'chain', position from batch_grant limit 1
      returning id`
  })
  const message = `The grant ${row?.id} is not what the log says.`
  t.match(await audit(), [{ message }], 'a grant that nobody gave')
})
