/**
 * An operator who owns the database, its superuser and the key of the log, against a client that has
 * receipts and one checkpoint. Each crime is tried quietly (rows only) and thoroughly (leaves, tiles
 * and heads made and signed anew, guard included); either way the client has to notice.
 */
import { createHash, randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import t, { type Test } from 'tap'
import { readPublications } from '../../src/formats/publications.ts'
import type { Checkpoint } from '../../src/log/checkpoint.ts'
import { blindLeaf, leafHash, plainLeaf } from '../../src/log/entry.ts'
import { unpackEntries } from '../../src/log/entry-bundle.ts'
import { parseProof } from '../../src/log/proof.ts'
import { logPublications } from '../../src/registry/log/log-publications.ts'
import { type Database, openDatabase } from '../../src/storage/database.ts'
import { socketUrl } from '../../src/storage/embedded/socket-url.ts'
import { poolSettings } from '../support/database.ts'
import { programme } from '../support/epd-programme.ts'
import { epdDocument } from '../support/epds.ts'
import { accept, testGuard } from '../support/log.ts'
import { LogClient } from '../support/log-client.ts'
import { oxideBought } from '../support/oxide.ts'
import { type Actor, type Answer, type TestApp, testApp } from '../support/service.ts'
import { registeredKey } from '../support/signer.ts'
import { socketDirectory } from '../support/test-cluster.ts'

interface Kept {
  readonly path: string
  readonly document: Buffer | null
  readonly receipt: string
}

interface Scene {
  readonly service: TestApp
  readonly producer: Actor
  readonly facility: string
  readonly epd: string
  readonly events: readonly { readonly id: string; readonly position: number }[]
  readonly operator: Operator
  /** What the client finds wrong; nothing while nobody cheats. */
  inspect(): Promise<string[]>
  record(): Promise<Kept>
  keep(kept: Kept): void
  serve(path: string, text: string): void
}

async function scene(t: Test): Promise<Scene> {
  const guard = testGuard(t)
  const service = await testApp(t, { guard })
  await logPublications(service.deps, readPublications())
  const producer = await service.actor('producer')
  const facility = await service.facility(producer.organization, { country: 'AU' })
  const signer = await registeredKey(producer)
  const wait = { prefer: 'wait=5' }
  const events: { id: string; position: number }[] = []
  const record = async (): Promise<Kept> => {
    const document = Buffer.from(JSON.stringify(commission(facility)))
    const answer = await producer.request('POST', '/v1/events', document, {
      ...wait,
      'lodestone-signature': await signer.sign(document)
    })
    events.push({ id: answer.body.id, position: answer.body.position })
    return { path: `/v1/events/${answer.body.id}`, document, receipt: answer.body.receipt }
  }
  const kept = [await record(), await record()]
  const place = await producer.request('GET', `/v1/facilities/${facility}/receipt`)
  kept.push({ path: `/v1/facilities/${facility}`, document: null, receipt: String(place.body) })
  const epd = epdDocument('magnet-n48h')
  const id = epd['id']
  await producer.request('POST', '/v1/epds', epd)
  const { operator, published } = await programme(service)
  const { body: stands } = await published({ id, version: '1.0' })
  const withdraw = JSON.stringify({
    version: '1.0',
    transition: 'deregister',
    documentSha256: stands.sha256,
    reason: 'Wrong mix'
  })
  const withdrawal = await operator.request('POST', `/v1/epds/${id}/transitions`, withdraw, {
    ...wait,
    'lodestone-signature': await operator.signer.sign(withdraw)
  })
  if (!withdrawal.body.receipt) throw new Error(JSON.stringify(withdrawal.body))

  const served = new Map<string, string>()
  const get = async (path: string): Promise<Answer> => {
    const text = served.get(path)
    const answer = await producer.request('GET', path)
    return text === undefined ? answer : { ...answer, raw: Buffer.from(text), body: text }
  }
  const client = await LogClient.open(get)
  const checkpoint = await client.checkpoint()
  return {
    service,
    producer,
    facility,
    epd: id,
    events,
    operator: new Operator(service, guard.place),
    record,
    keep: (more) => kept.push(more),
    serve: (path, text) => served.set(path, text),
    inspect: () => inspect({ get, client, checkpoint, kept, withdrawal, epd: id })
  }
}

const commission = (facility: string) => oxideBought(facility)

interface Client {
  readonly get: (path: string) => Promise<Answer>
  readonly client: LogClient
  readonly checkpoint: Checkpoint
  readonly kept: readonly Kept[]
  readonly withdrawal: Answer
  readonly epd: string
}

/** Everything that somebody can check who has receipts, a checkpoint and the key of the log. */
async function inspect({
  get,
  client,
  checkpoint,
  kept,
  withdrawal,
  epd
}: Client): Promise<string[]> {
  const found: string[] = []
  const note = (what: string, wrong: string | null) => wrong && found.push(`${what}: ${wrong}`)
  const guarded = async (what: string, work: () => Promise<string | null>) =>
    note(what, await work().catch((error: Error) => error.message))
  await guarded('consistency', () => client.extended(checkpoint))
  await guarded('audit', () => client.audit(checkpoint))
  for (const { path, document, receipt } of kept) {
    const said = client.opened(receipt, document ?? undefined)
    if (typeof said === 'string') note(path, said)
    const again = await get(`${path}/receipt`)
    const now =
      again.status === 200 ? client.opened(String(again.body)) : `receipt: ${again.status}`
    if (JSON.stringify(now) !== JSON.stringify(said))
      note(path, `another statement: ${JSON.stringify(now)}`)
    if (document) {
      const bytes = await get(`${path}/document`)
      if (bytes.status !== 200 || !bytes.raw.equals(document)) note(path, 'another document')
    }
  }
  const salts = kept
    .map(({ receipt }) => parseProof(receipt)?.extra?.subarray(1, 33))
    .filter((one) => one)
  if (new Set(salts.map((salt) => Buffer.from(salt!).toString('hex'))).size < salts.length) {
    note('salts', 'two entries share one')
  }
  const state = await get(`/v1/epds/${epd}`)
  const withdrawn = client.opened(withdrawal.body.receipt) as { body?: { state?: string } }
  if (state.body.state !== withdrawn.body?.state)
    note('withdrawal', `now it is ${state.body.state}`)
  await guarded('parties', () => everyPartyIsLogged(get, client))
  await guarded('schema', () => schemaIsLogged(get, client))
  return found
}

/** Facilities must be what their bundle proves: the right subject, and the country of the document. */
async function everyPartyIsLogged(get: Client['get'], client: LogClient): Promise<string | null> {
  const { body } = await get('/v1/facilities?limit=100')
  for (const { id, country } of body.items) {
    const receipt = await get(`/v1/facilities/${id}/receipt`)
    const said = receipt.status === 200 ? client.opened(String(receipt.body)) : 'no receipt'
    if (typeof said === 'string') return `facility ${id}: ${said}`
    if ((said as { subject?: string }).subject !== id) return `facility ${id} is not in the log`
    const bundle = await get(`/v1/facilities/${id}/bundle`)
    const text = bundle.body.entries?.[0]?.document ?? ''
    const document = Buffer.from(text, 'base64url')
    const wrong = client.opened(String(receipt.body), document)
    if (typeof wrong === 'string') return `facility ${id}: ${wrong}`
    if (JSON.parse(document.toString()).country !== country)
      return `facility ${id}: not in ${country}`
  }
  return null
}

async function schemaIsLogged(get: Client['get'], client: LogClient): Promise<string | null> {
  const { raw } = await get('/schemas/event.json')
  const sha256 = createHash('sha256').update(raw).digest('base64url')
  const { size } = await client.checkpoint()
  const bundle = await get(`/log/tile/entries/000.p/${size}`)
  const plain = (unpackEntries(bundle.raw) ?? []).filter((entry) => entry[0] === 1)
  const said = plain.map((entry) => JSON.parse(entry.subarray(1).toString()))
  const logged = said.filter(({ subject }) => subject === 'schemas/event.json').at(-1)
  return logged?.document.sha256 === sha256 ? null : 'it is not the one that was logged'
}

/** A process of the operator's own, which does not know how long the history was. */
async function withoutMemory(db: Database, act: (db: Database) => Promise<unknown>): Promise<void> {
  const [row] = await db.query<{ name: string }>({ text: 'select current_database() as name' })
  const other = await openDatabase({
    ...poolSettings,
    url: socketUrl(socketDirectory, row?.name ?? '')
  })
  await act(other)
  await other.close()
}

class Operator {
  readonly #service: TestApp
  readonly #guard: string

  constructor(service: TestApp, guard: string) {
    this.#service = service
    this.#guard = guard
  }

  /** SQL as the superuser, with every trigger switched off. */
  async change(...statements: string[]): Promise<void> {
    const client = await this.#service.deps.db.pool.connect()
    try {
      await client.query('begin')
      await client.query('set local session_replication_role = replica')
      for (const text of statements) await client.query(text)
      await client.query('commit')
    } finally {
      client.release()
    }
  }

  /** Makes leaves, tiles, heads and guard anew, and signs them with the key of the log. */
  async signAnew(): Promise<void> {
    const { db, log } = this.#service.deps
    await log.stop()
    const rows = await db.query<{ position: string; statement: Buffer; salt: Buffer | null }>({
      text: 'select position, statement, salt from journal'
    })
    const leaves = rows.map(({ position, statement, salt }) => {
      const data = salt ? blindLeaf(statement, salt) : plainLeaf(statement)
      return `(${position}, '\\x${leafHash(data).toString('hex')}'::bytea)`
    })
    await this.change(
      `update journal set leaf = made.leaf from (values ${leaves.join()}) made (position, leaf)
        where journal.position = made.position`,
      'truncate log_tile',
      'truncate log_checkpoint'
    )
    rmSync(this.#guard, { recursive: true })
    await log.start()
    await log.covers(rows.length - 1, 5_000)
  }
}

const edited = (position: number, from: string, to: string) =>
  `update journal set statement = convert_to(replace(convert_from(statement, 'UTF8'), '${from}', '${to}'), 'UTF8') where position = ${position}`

/** Closes the gap that deleted entries leave. */
const closeGap = (position: number) => [
  `update journal set position = -position where position > ${position}`,
  'update journal set position = -position - 1 where position < 0',
  'update journal_head set next = next - 1'
]

const crimes: Record<string, (scene: Scene) => Promise<string[]>> = {
  'edits a document': async ({ events }) => {
    const [{ id, position }] = events as [{ id: string; position: number }]
    const document = `convert_to(replace(convert_from(document, 'UTF8'), '700', '900'), 'UTF8')`
    return [
      `update event set document = ${document}, sha256 = sha256(${document}) where id = '${id}'`,
      `update journal set statement = convert_to(regexp_replace(convert_from(statement, 'UTF8'),
         '"sha256":"[^"]*"', '"sha256":"' || (select rtrim(translate(encode(sha256, 'base64'), '+/', '-_'), '=')
           from event where id = '${id}') || '"'), 'UTF8') where position = ${position}`
    ]
  },
  'deletes an event': async ({ events }) => {
    const { id, position } = events[1]!
    return [
      `delete from event where id = '${id}'`,
      `delete from journal where position = ${position}`,
      ...closeGap(position)
    ]
  },
  'reorders two events': async ({ events }) => {
    const [one, other] = [events[0]!.position, events[1]!.position]
    const swap = (table: string) =>
      `update ${table} set position = case position when ${one} then -2 else -1 end where position in (${one}, ${other})`
    const back = (table: string) =>
      `update ${table} set position = case position when -2 then ${other} else ${one} end where position < 0`
    return [swap('journal'), back('journal'), swap('event'), back('event')]
  },
  'dates an event back': async ({ events }) => {
    const { id, position } = events[1]!
    return [
      edited(position, '"at":"20', '"at":"19'),
      `update journal set at = at - interval '100 years' where position = ${position}`,
      `update event set recorded_at = recorded_at - interval '100 years' where id = '${id}'`
    ]
  },
  'swaps a schema after the fact': async ({ serve }) => {
    const text = '{"$id":"https://lodestone.example/schemas/event.json"}'
    serve('/schemas/event.json', text)
    const sha256 = createHash('sha256').update(text).digest('base64url')
    return [
      `update journal set statement = convert_to(regexp_replace(convert_from(statement, 'UTF8'),
        '"sha256":"[^"]*"', '"sha256":"${sha256}"'), 'UTF8') where subject = 'schemas/event.json'`
    ]
  },
  'shows another history to somebody else': async ({ service }) => {
    const { deps } = service
    await deps.log.stop()
    const last = `(select max(position) from journal)`
    const change = [
      `delete from journal where position > ${last} - 2`,
      'update journal_head set next = next - 2'
    ]
    await new Operator(service, '').change(...change)
    await withoutMemory(deps.db, (db) => accept(db, 5))
    return []
  },
  "restores yesterday's backup": async ({ events }) => {
    const { position } = events[1]!
    return [
      `delete from event where position >= ${position}`,
      `delete from journal where position >= ${position}`,
      `update journal_head set next = ${position}`,
      `delete from log_checkpoint where size > ${position}`
    ]
  },
  'drops a withdrawal': async ({ epd }) => {
    return [
      `delete from epd_state_version where epd = '${epd}' and state = 'deregistered'`,
      `delete from journal where kind = 'epd_transition' and subject = '${epd}'
         and convert_from(statement, 'UTF8') like '%deregistered%'`,
      `update journal_head set next = (select count(*) from journal)`
    ]
  },
  'inserts a document that nobody signed': async ({ facility }) => {
    const ghost = randomUUID()
    return [
      `insert into facility select '${ghost}', organization, 0 from facility where id = '${facility}'`,
      `insert into facility_version select '${ghost}', 0, name, country, region, latitude, longitude,
         stages, operator, valid_from, attestation, document, content_hash
         from facility_version where facility = '${facility}'`
    ]
  },
  "edits a facility's country": async ({ facility }) => {
    return [
      `update facility_version set country = 'US', document = convert_to(
         replace(convert_from(document, 'UTF8'), '"AU"', '"US"'), 'UTF8') where facility = '${facility}'`,
      `update journal set statement = convert_to(regexp_replace(convert_from(statement, 'UTF8'),
         '"sha256":"[^"]*"', '"sha256":"' || (select rtrim(translate(encode(sha256(document), 'base64'),
           '+/', '-_'), '=') from facility_version where facility = '${facility}') || '"'), 'UTF8')
       where subject = '${facility}'`
    ]
  }
}

t.test('a client notices when an operator', async (t) => {
  let noticed = 0
  for (const [crime, commit] of Object.entries(crimes)) {
    t.test(crime, async (t) => {
      const here = await scene(t)
      t.strictSame(await here.inspect(), [], 'nothing while nobody cheats')
      await here.operator.change(...(await commit(here)))
      const quietly = await here.inspect()
      t.ok(quietly.length > 0, `quietly: ${quietly[0]}`)
      await here.operator.signAnew()
      const thoroughly = await here.inspect()
      t.ok(thoroughly.length > 0, `and signed anew: ${thoroughly[0]}`)
      if (quietly.length > 0 && thoroughly.length > 0) noticed += 1
    })
  }

  t.test('uses a salt twice', async (t) => {
    const here = await scene(t)
    const { deps } = here.service
    await deps.log.stop()
    const documents = [commission(here.facility), commission(here.facility)].map((one) =>
      JSON.stringify(one)
    )
    const positions: number[] = []
    for (const document of documents) {
      const answer = await here.producer.request('POST', '/v1/events', document)
      positions.push(answer.body.position)
    }
    const [one, other] = positions
    await here.operator.change(
      `update journal set salt = (select salt from journal where position = ${one}) where position = ${other}`
    )
    await here.operator.signAnew()
    for (const document of documents) {
      const path = `/v1/events/${JSON.parse(document).id}`
      const receipt = String((await here.producer.request('GET', `${path}/receipt`)).body)
      here.keep({ path, document: Buffer.from(document), receipt })
    }
    t.strictSame(
      await here.inspect(),
      ['salts: two entries share one'],
      'and nothing else is wrong'
    )
    noticed += 1
  })

  t.test('all told', async (t) => {
    t.comment(`${noticed} of 11 crimes noticed by a client with receipts and a checkpoint`)
    t.equal(noticed, 11)
  })
})
