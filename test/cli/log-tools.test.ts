import { spawn, spawnSync } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { exitCodes } from '../../src/cli/exit.ts'
import { checkpointText } from '../../src/log/checkpoint.ts'
import { blindLeaf, leafHash } from '../../src/log/entry.ts'
import { newLogKey } from '../../src/log/log-key.ts'
import { signNote } from '../../src/log/note.ts'
import { auditLog } from '../../src/registry/audit/audit-log.ts'
import { directoryGuard } from '../../src/storage/journal/guard.ts'
import { testDatabase } from '../support/database.ts'
import { accept } from '../support/log.ts'
import { LogClient } from '../support/log-client.ts'
import { oxideBought } from '../support/oxide.ts'
import { testApp } from '../support/service.ts'
import { newSigner } from '../support/signer.ts'

const BIN = fileURLToPath(new URL('../../bin/lodestone', import.meta.url))
const desk = mkdtempSync(join(tmpdir(), 'lodestone-tools-'))
const at = (name: string) => join(desk, name)

const guard = directoryGuard(at('guard'))
const service = await testApp(t, { guard })
const { deps } = service
const producer = await service.actor('producer')
const facility = await service.facility(producer.organization)
const { connectionString = '' } = deps.db.pool.options
const url = new URL(connectionString)
url.searchParams.delete('options')
const database = { LODESTONE_DATABASE_URL: url.href, LODESTONE_GUARD_DIR: at('guard') }

/** Runs the shipped entry point; without `env` it has neither database nor service. */
function lodestone(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    const child = spawn(BIN, args, { cwd: desk, env: { PATH: process.env['PATH'] ?? '', ...env } })
    const text = { out: '', err: '' }
    child.stdout.on('data', (chunk) => (text.out += chunk))
    child.stderr.on('data', (chunk) => (text.err += chunk))
    child.on('close', (code) => resolve({ code, ...text }))
  })
}

const commission = () => JSON.stringify({ ...oxideBought(facility), note: 'Weighed by A. Person' })

writeFileSync(at('log.key'), String((await service.request('GET', '/log/key')).body))

t.test('keygen and sign: a key, its registration, and a signed event', async (t) => {
  const organization = ['--organization', producer.organization]
  const made = await lodestone(['keygen', 'lab.jwk', ...organization, '--label', 'Lab'])
  t.equal(made.code, exitCodes.ok, made.err)
  t.equal(statSync(at('lab.jwk')).mode & 0o777, 0o600, 'only its owner reads it')
  const registered = await producer.request(
    'POST',
    '/v1/keys',
    readFileSync(at('lab.jwk.request.json')),
    {
      'lodestone-signature': readFileSync(at('lab.jwk.request.jws'), 'utf8')
    }
  )
  t.equal(registered.status, 201, JSON.stringify(registered.body))
  t.equal(registered.body.id, made.out.trim())

  writeFileSync(at('event.json'), commission())
  const signed = await lodestone(['sign', 'event.json', '--key', 'lab.jwk'])
  t.equal(signed.code, exitCodes.ok, signed.err)
  const answer = await producer.request('POST', '/v1/events', readFileSync(at('event.json')), {
    'lodestone-signature': signed.out.trim(),
    prefer: 'wait=5'
  })
  t.equal(answer.status, 201, JSON.stringify(answer.body))
  t.equal(answer.body.signedBy.key, registered.body.id)
  writeFileSync(at('event.tlog-proof'), answer.body.receipt)
  const bundle = await producer.request('GET', `/v1/events/${answer.body.id}/bundle`)
  writeFileSync(at('event.bundle.json'), bundle.raw)

  t.equal((await lodestone(['keygen', 'lab.jwk'])).code, exitCodes.usage, 'never overwritten')
  t.equal((await lodestone(['keygen', 'x', '--algorithm', 'none'])).code, exitCodes.usage)
  const stray = await lodestone(['keygen', 'x', ...organization, '--vouch', 'lab.jwk'])
  t.match(stray, { code: exitCodes.usage, err: /goes with --register/ })
  mkdirSync(at('taken.request.json'))
  const taken = await lodestone(['keygen', 'taken', ...organization])
  t.match(taken, { code: exitCodes.usage, err: /Cannot write taken.request.json: EISDIR/ })
  const unsaid = await lodestone(['keygen', 'x', '--label', 'Lab'])
  t.match(unsaid, { code: exitCodes.usage, err: /--label goes with/ })
  t.notOk(existsSync(at('x')), 'no key is left behind that nobody registered')
  t.equal((await lodestone(['sign', 'event.json', '--key', 'event.json'])).code, exitCodes.usage)
  const own = JSON.parse(readFileSync(at('lab.jwk'), 'utf8'))
  const d = randomBytes(32).toString('base64url')
  const p256 = (await newSigner('ES256')).jwk
  for (const wrong of [
    { ...own, d },
    { ...own, d: 'AA' },
    { ...own, d: '' },
    { ...p256, d }
  ]) {
    writeFileSync(at('wrong.jwk'), JSON.stringify(wrong))
    const answer = await lodestone(['sign', 'event.json', '--key', 'wrong.jwk'])
    t.match(answer, { code: exitCodes.usage, out: '', err: /is not a private key/ })
  }
})

t.test('verify: without network and without database', async (t) => {
  const good = await lodestone(['verify', 'event.bundle.json', '--log-key', 'log.key'])
  t.equal(good.code, exitCodes.ok, good.err + good.out)
  t.match(good.out, /verified: event .* entries of lodestone.test\/log/)
  const json = await lodestone(['verify', 'event.bundle.json', '--log-key', 'log.key', '--json'])
  t.match(JSON.parse(json.out), {
    verified: true,
    problems: [],
    log: { origin: 'lodestone.test/log' }
  })
  const receipt = [
    'verify',
    'event.tlog-proof',
    '--log-key',
    readFileSync(at('log.key'), 'utf8').trim()
  ]
  const proved = await lodestone([...receipt, '--document', 'event.json'])
  t.equal(proved.code, exitCodes.ok, proved.err)
  t.match(proved.out, /document verified/)

  const tampered = readFileSync(at('event.bundle.json'), 'utf8').replace(
    '"document":"ey',
    '"document":"eX'
  )
  writeFileSync(at('tampered.json'), tampered)
  const bad = await lodestone(['verify', 'tampered.json', '--log-key', 'log.key'])
  t.equal(bad.code, exitCodes.refused)
  t.match(bad.out, /refused at \d+: The document is not the one that was logged\. \(DOCUMENT\)/)
  t.match(bad.out, /, document refused/)
  t.equal((await lodestone([...receipt, '--document', 'log.key'])).code, exitCodes.refused)

  const usage = [
    ['verify'],
    ['verify', 'event.bundle.json'],
    ['verify', 'nowhere.json', '--log-key', 'log.key'],
    ['verify', 'event.bundle.json', '--log-key', 'event.json'],
    ['verify', 'event.bundle.json', '--log-key', 'log.key', '--document', 'event.json']
  ]
  writeFileSync(at('no.key'), '# none yet\n')
  usage.push(['verify', 'event.bundle.json', '--log-key', 'no.key'])
  for (const args of usage) t.equal((await lodestone(args)).code, exitCodes.usage, args.join(' '))
  const absent = await lodestone(['verify', 'nowhere.json', '--log-key', 'log.key'])
  t.match(absent.err, 'Cannot read nowhere.json: there is no such file.')

  const shell = (line: string) =>
    spawnSync('bash', ['-c', `set -o pipefail; ${line}`], { cwd: desk, encoding: 'utf8' })
  const piped = shell(`cat event.bundle.json | ${BIN} verify - --log-key log.key`)
  t.match(piped, { status: 0, stdout: /verified: event/ }, 'a bundle may come through a pipe')
  const cut = shell(`${BIN} verify event.bundle.json --log-key log.key --json | true`)
  t.equal(cut.stderr, '', 'and nobody has to read the answer to its end')
})

t.test('export-log: static files that a mirror can check', async (t) => {
  await deps.log.covers(await accept(deps.db, 300), 5_000)
  const first = await lodestone(['export-log', 'mirror'], database)
  t.equal(first.code, exitCodes.ok, first.err)
  const answers = async (path: string) => {
    const raw = readFileSync(join(desk, 'mirror', path.replace('/log/', '')))
    return { status: 200, headers: {}, body: raw.toString(), raw }
  }
  const client = await LogClient.open(answers)
  const kept = await client.checkpoint()
  t.equal(await client.audit(), null)
  await deps.log.covers(await accept(deps.db, 10), 5_000)
  const again = await lodestone(['export-log', 'mirror'], database)
  const nowhere = await lodestone(['export-log', 'log.key'], database)
  t.match(nowhere, { code: exitCodes.usage, err: /Cannot write log.key/ })
  t.match(again.out, /entries in mirror, \d files written/, 'full tiles are not written again')
  t.equal(await client.audit(kept), null)
})

t.test(
  'verify: against the log itself, which another history by the same key is not of',
  async (t) => {
    const { verifier, privateKey } = await deps.log.key()
    const path = `/v1/facilities/${facility}`
    const given = async (what: string) => (await producer.request('GET', `${path}/${what}`)).body
    const [receipt, bundle] = [String(await given('receipt')), await given('bundle')]
    const verify = (name: string, content: string, ...more: string[]) => {
      writeFileSync(at(name), content)
      return lodestone(['verify', name, '--log-key', 'log.key', '--log', 'mirror', ...more])
    }
    const files = [
      ['kept.tlog-proof', (note: string) => `${receipt.split('\n\n')[0]}\n\n${note}`],
      ['kept.json', (note: string) => JSON.stringify({ ...bundle, checkpoint: note })]
    ] as const
    for (const [name, under] of files) {
      const good = await verify(name, under(bundle.checkpoint))
      t.match(good, { code: exitCodes.ok, out: /verified/ }, `${name}: ${good.err}`)
    }
    // A thief of the key needs no more than the entry itself.
    const [entry] = bundle.entries
    const bytes = (text: string) => Buffer.from(text, 'base64url')
    const root = leafHash(blindLeaf(bytes(entry.statement), bytes(entry.salt)))
    const sign = (size: bigint) => {
      const { name: origin } = verifier
      return signNote(checkpointText({ origin, size, root }), verifier, privateKey)
    }
    const forged = { ...bundle, checkpoint: sign(1n), entries: [{ ...entry, index: 0, proof: [] }] }
    writeFileSync(at('forged.json'), JSON.stringify(forged))
    const alone = await lodestone(['verify', 'forged.json', '--log-key', 'log.key'])
    t.equal(alone.code, exitCodes.ok, 'the file alone does not tell')
    const told = await verify('forged.json', JSON.stringify(forged))
    t.match(told, { code: exitCodes.refused, out: /signed two histories[.] [(]CHECKPOINT[)]/ })
    const tiles = readdirSync(at('mirror/tile/0'), { recursive: true, encoding: 'utf8' })
      .map((name) => at(`mirror/tile/0/${name}`))
      .filter((path) => statSync(path).isFile())
    const whole = tiles.map((path) => readFileSync(path))
    for (const path of tiles) writeFileSync(path, Buffer.alloc(statSync(path).size))
    const damaged = await verify('kept.json', JSON.stringify(bundle))
    t.match(damaged, { code: exitCodes.refused, out: /not those of the checkpoint there: fetch/ })
    t.notMatch(damaged.out, /histories/, 'a damaged copy convicts nobody')
    for (const [n, path] of tiles.entries()) writeFileSync(path, whole[n]!)
    const json = await verify('forged.json', JSON.stringify(forged), '--json')
    t.match(JSON.parse(json.out), { verified: false, problems: [{ code: 'CHECKPOINT' }] })
    const extra = receipt.split('\n')[1]
    const proof = `c2sp.org/tlog-proof@v1\n${extra}\nindex 0\n\n${sign(1n)}`
    t.match(await verify('forged.tlog-proof', proof), {
      code: exitCodes.refused,
      out: /two histories/
    })

    await deps.log.covers(await accept(deps.db, 1), 5_000)
    const later = await verify('later.json', JSON.stringify(await given('bundle')))
    t.match(later, { code: exitCodes.refused, out: /ends after/ })
    const nowhere = await lodestone([
      'verify',
      'kept.json',
      '--log-key',
      'log.key',
      '--log',
      'nowhere'
    ])
    t.match(nowhere, { code: exitCodes.usage, err: /Cannot read/ })
    const other = newLogKey('elsewhere.test/log').id
    const untrusted = await lodestone([
      'verify',
      'kept.json',
      '--log-key',
      other,
      '--log',
      'mirror'
    ])
    t.match(untrusted, { code: exitCodes.usage, err: /holds no log that you trust/ })
    t.equal((await lodestone(['export-log', 'mirror'], database)).code, exitCodes.ok)
    const held = await verify('later.json', readFileSync(at('later.json'), 'utf8'))
    t.equal(held.code, exitCodes.ok, 'once the mirror has followed')
  }
)

t.test('export-log refuses what would take back or spoil what was published', async (t) => {
  const note = readFileSync(at('mirror/checkpoint'), 'utf8')
  const key = readFileSync(at('mirror/key'), 'utf8')
  const { verifier, privateKey } = await deps.log.key()
  const size = Number(note.split('\n')[1])
  const head = (size: number) =>
    signNote(
      checkpointText({ origin: verifier.name, size, root: Buffer.alloc(32) }),
      verifier,
      privateKey
    )
  const other = newLogKey('elsewhere.test/log').id
  const held: Readonly<Record<string, [string, string, RegExp]>> = {
    'a mirror of another log': [`${other}\n`, note, /mirror holds the log elsewhere.test/],
    'a checkpoint of another log': [
      key,
      note.replace(verifier.name, 'elsewhere.test/log'),
      /another log/
    ],
    'a mirror of more than the database has': [key, head(size + 1), /it is behind/],
    'a mirror of other entries': [key, head(size - 1), /entries in mirror is not what was signed/]
  }
  for (const [name, [theirKey, theirNote, message]] of Object.entries(held)) {
    writeFileSync(at('mirror/key'), theirKey)
    writeFileSync(at('mirror/checkpoint'), theirNote)
    const refused = await lodestone(['export-log', 'mirror'], database)
    t.match(refused, { code: exitCodes.refused, err: message }, name)
    t.equal(readFileSync(at('mirror/checkpoint'), 'utf8'), theirNote, 'nothing was written')
  }
  writeFileSync(at('mirror/key'), key)
  writeFileSync(at('mirror/checkpoint'), note)
  t.equal((await lodestone(['export-log', 'mirror'], database)).code, exitCodes.ok)

  const edits = [
    "update journal set statement = statement || '\\x20' where position = 2",
    'update journal set salt = null where position = (select max(position) from journal where blind)',
    'delete from journal where position = 3'
  ]
  for (const [n, edit] of edits.entries()) {
    await byHand('create table kept_journal as select * from journal', edit)
    const spoiled = await lodestone(['export-log', `spoiled-${n}`], database)
    t.match(
      spoiled,
      { code: exitCodes.refused, err: /tile\/entries.* is not what was signed/ },
      edit
    )
    t.notOk(existsSync(at(`spoiled-${n}/checkpoint`)), 'a mirror without a checkpoint is none')
    await byHand(
      'delete from journal',
      'insert into journal select * from kept_journal',
      'drop table kept_journal'
    )
  }
})

/** What somebody does who owns the database. */
async function byHand(...texts: readonly string[]): Promise<void> {
  const client = await deps.db.pool.connect()
  try {
    await client.query('begin')
    await client.query('set local session_replication_role = replica')
    for (const text of texts) await client.query(text)
    await client.query('commit')
  } finally {
    client.release()
  }
}

t.test('there is nothing to look at where there is no registry, and nothing is made', async (t) => {
  const none = mkdtempSync(join(tmpdir(), 'lodestone-none-'))
  const other = new URL(url)
  other.pathname = '/postgres'
  const empty = { LODESTONE_DATABASE_URL: other.href }
  for (const args of [['fsck'], ['books', 'verify'], ['guard'], ['export-log', at('copy')]]) {
    for (const env of [{ LODESTONE_DATA_DIR: none }, empty]) {
      const { code, err } = await lodestone(args, { ...env, LODESTONE_GUARD_DIR: at('guard') })
      t.equal(code, exitCodes.usage, err)
      t.match(err, /There is no registry in .*DATABASE_URL/)
    }
  }
  t.strictSame(readdirSync(none), [])
})

t.test('a database that cannot be used is told with what the service would say', async (t) => {
  const absent = new URL(url)
  absent.pathname = '/absent'
  for (const args of [
    ['fsck'],
    ['books', 'verify'],
    ['guard'],
    ['export-log', at('copy')],
    ['migrate']
  ]) {
    const { code, err } = await lodestone(args, { LODESTONE_DATABASE_URL: absent.href })
    t.equal(code, exitCodes.failed, args.join(' '))
    t.match(err, /cannot be used: database "absent" does not exist\.\nCreate the database that/)
  }
})

t.test('a database of another version is told as one, not looked at', async (t) => {
  const db = await testDatabase(t)
  await db.query({ text: "update drizzle.__drizzle_migrations set hash = 'another'" })
  const other = new URL(db.pool.options.connectionString ?? '')
  other.searchParams.delete('options')
  for (const command of [['fsck'], ['books', 'verify'], ['export-log', 'other']]) {
    const ended = await lodestone(command, { LODESTONE_DATABASE_URL: other.href })
    t.match(ended, { code: exitCodes.usage, err: /migrated by another build/ }, command.join(' '))
  }
})

t.test('fsck and erase', async (t) => {
  const event = await producer.request('POST', '/v1/events', commission(), { prefer: 'wait=5' })
  const other = await producer.request('POST', '/v1/events', commission(), { prefer: 'wait=5' })
  const batch = event.body.batches[0].id
  const clean = await lodestone(['fsck', '--json'], database)
  t.equal(clean.code, exitCodes.ok, clean.out + clean.err)
  t.match(JSON.parse(clean.out), { problems: [], books: { differences: [] } })

  t.test('fsck looks at the guard', async (t) => {
    const place = at('other-guard')
    const there = { ...database, LODESTONE_GUARD_DIR: place }
    const empty = await lodestone(['fsck'], there)
    t.match(empty, { code: exitCodes.ok, out: /guard empty/ })
    const { note = '', generation = 0 } = (await guard.read()) ?? {}
    await directoryGuard(place).swap({ generation, note }, note.replace(/[0-9]/, 'x'))
    const corrupt = await lodestone(['fsck'], there)
    t.match(corrupt, { code: exitCodes.refused, out: /wrong: The guard holds no checkpoint/ })
    for (const command of [['fsck'], ['guard'], ['erase', '1', '--reason', 'other', '--yes']]) {
      const file = { ...database, LODESTONE_GUARD_DIR: at('log.key') }
      const unreadable = await lodestone(command, file)
      t.match(unreadable, { code: exitCodes.usage, err: /Cannot read the guard in .*ENOTDIR/ })
    }
  })

  t.test('books verify names the batch of an edited number', async (t) => {
    const made = await lodestone(['books', 'verify'], database)
    t.equal(made.code, exitCodes.ok, made.out + made.err)
    t.match(made.out, /3 events replayed, 3 batches compared; 0 differences/)
    t.equal((await lodestone(['books'], database)).code, exitCodes.usage)
    const more = (by: string) =>
      deps.db.query({
        text: `update account set balance_ug = balance_ug ${by} where batch = $1`,
        values: [batch]
      })
    await more('+ 1')
    const edited = await lodestone(['books', 'verify'], database)
    t.equal(edited.code, exitCodes.refused)
    t.match(edited.out, new RegExp(`wrong: ${batch}: account on_hand .* balance`))
    await more('- 1')
    const told = await lodestone(['books', 'verify', '--json'], database)
    t.match(JSON.parse(told.out), { events: 3, differences: [] })
  })

  t.test('a lawful erasure leaves everything else verifiable', async (t) => {
    const path = `/v1/events/${event.body.id}`
    const kept = await (await LogClient.open((one) => service.request('GET', one))).checkpoint()
    t.equal(
      (await lodestone(['erase', String(event.body.position)], database)).code,
      exitCodes.usage
    )
    const args = ['erase', String(event.body.position), '--reason', 'data_protection', '--yes']
    const unwritable = new URL(database.LODESTONE_DATABASE_URL)
    unwritable.searchParams.set('options', '-c default_transaction_read_only=on')
    const unwritten = await lodestone(args, {
      ...database,
      LODESTONE_DATABASE_URL: unwritable.href
    })
    t.not(unwritten.code, exitCodes.ok, 'whoever erases writes')
    t.match(unwritten.err, /default_transaction_read_only is on .* set it to off/)
    const erased = await lodestone(args, database)
    t.equal(erased.code, exitCodes.ok, erased.err)
    t.equal((await lodestone(args, database)).code, exitCodes.refused, 'once')
    await deps.log.covers(other.body.position + 1, 2_000)

    const client = await LogClient.open((one) => service.request('GET', one))
    t.equal(await client.extended(kept), null)
    t.equal(await client.audit(kept), null, 'the tree stands')
    t.equal((await producer.request('GET', `/v1/batches/${batch}`)).status, 200, 'the books stand')
    t.equal((await producer.request('GET', `/v1/batches/${batch}/origins`)).status, 200)
    const document = await producer.request('GET', `${path}/document`)
    t.match(document, { status: 410, body: { code: 'ERASED' } })
    t.match((await producer.request('GET', path)).body, { id: event.body.id, document: null })
    const spare = await service.facility(producer.organization)
    const place = (await producer.request('GET', `/v1/facilities/${spare}`)).body
    const gone = ['erase', String(place.position), '--reason', 'court_order', '--yes']
    t.equal((await lodestone(gone, database)).code, exitCodes.ok)
    const left = await producer.request('GET', `/v1/facilities/${spare}`)
    t.match(left.body, { name: '(erased)', country: place.country, stages: place.stages })
    const [row] = await deps.db.query<{ details: string; salt: Buffer | null }>({
      text: `select e.details, j.salt from event e join journal j on j.position = e.position
        where e.id = $1`,
      values: [event.body.id]
    })
    t.notOk(row?.details.includes('Person'))
    t.equal(row?.salt, null)
    const bundle = await producer.request('GET', `${path}/bundle`)
    t.match(bundle.body, {
      subject: { kind: 'event', id: event.body.id, shown: false },
      entries: [{ leaf: String, statement: undefined, document: undefined }, { statement: String }]
    })
    writeFileSync(at('erased.json'), bundle.raw)
    const told = await lodestone(['verify', 'erased.json', '--log-key', 'log.key'])
    t.match(told, { code: exitCodes.ok, out: /erasure \d+\n.*lawfully erased.*\nverified: event/ })
    const chain = await producer.request('GET', `/v1/batches/${batch}/bundle`)
    writeFileSync(at('made.json'), chain.raw)
    const made = await lodestone(['verify', 'made.json', '--log-key', 'log.key'])
    t.match(made, { code: exitCodes.ok, out: /names this batch .* or was lawfully erased; .*\n/ })
    const [leaf] = bundle.body.entries
    writeFileSync(at('alone.json'), JSON.stringify({ ...bundle.body, entries: [leaf] }))
    const alone = await lodestone(['verify', 'alone.json', '--log-key', 'log.key'])
    t.match(alone, { code: exitCodes.refused, out: /No entry speaks of the event/ })
    t.type(client.opened(other.body.receipt), 'object', 'receipts of the others hold')
    const checked = await lodestone(['fsck'], database)
    t.equal(checked.code, exitCodes.ok, checked.out + checked.err)
    t.match(checked.out, /2 erased/)
    const books = await lodestone(['books', 'verify'], database)
    t.equal(books.code, exitCodes.refused)
    t.match(books.err, /lawfully erased/)
    const logged = await service.request('GET', `/log/tile/entries/000.p/1`)
    t.equal(logged.status, 200)
  })

  t.test('a hand in the database is named', async (t) => {
    const tampering: Record<string, [string, RegExp]> = {
      'a document': [
        `update event set document = convert_to(replace(convert_from(document, 'UTF8'), '700', '701'), 'UTF8') where id = '${other.body.id}'`,
        new RegExp(
          `position ${other.body.position}: The document of the event is not the accepted one`
        )
      ],
      'a statement': [
        `update journal set statement = convert_to(replace(convert_from(statement, 'UTF8'), '"v":1', '"v":2'), 'UTF8') where position = 1`,
        /position 1: The statement/
      ],
      'a country': [
        `update facility_version set country = 'XX' where facility = '${facility}'`,
        /facility .* is not what its document says/
      ],
      'a head': [
        `update log_checkpoint set root = sha256('x') where size = (select max(size) from log_checkpoint)`,
        /head of \d+ entries/
      ],
      'a tile': [
        `update log_tile set hashes = set_byte(hashes, 3, 255 - get_byte(hashes, 3)) where level = 0 and index = 0`,
        /Tile 0\/0/
      ],
      'a row without entry': [
        `insert into organization (id, position) values ('${randomUUID()}', 999999);
         insert into organization_version (organization, position, name, country, document, content_hash)
           select id, 999999, 'Ghost', 'FI', '{"name":"Ghost","country":"FI"}', sha256('') from organization where position = 999999`,
        /is no entry of the log/
      ]
    }
    for (const [name, [text, found]] of Object.entries(tampering)) {
      await byHand(text)
      const { problems } = await auditLog(deps.db, (await deps.log.key()).verifier)
      const told = problems.map(({ position, message }) => `position ${position}: ${message}`)
      t.ok(
        told.some((line) => found.test(line)),
        name,
        { told }
      )
    }
    const checked = await lodestone(['fsck'], database)
    t.equal(checked.code, exitCodes.refused)
    t.match(checked.out, /wrong: position \d+: The document of the event is not the accepted one/)
  })
})

t.test('guard: shows, and fills only what is empty', async (t) => {
  const shown = await lodestone(['guard'], database)
  t.match(shown.out, /guard +\d+\ndatabase +\d+/)
  t.equal((await lodestone(['guard', '--adopt'], database)).code, exitCodes.refused)
  const elsewhere = { ...database, LODESTONE_GUARD_DIR: at('new-guard') }
  const adopted = await lodestone(['guard', '--adopt'], elsewhere)
  t.equal(adopted.code, exitCodes.ok, adopted.err)
  t.match(adopted.out, /guard +empty\ndatabase +\d+\nadopted +\d+/)
})

t.test('a command that PostgreSQL stops says with what words', async (t) => {
  const holder = await deps.db.pool.connect()
  const lock = 'lock table journal in access exclusive mode'
  await holder.query(`begin; set local idle_in_transaction_session_timeout = 0; ${lock}`)
  const impatient = { ...database, LODESTONE_LOCK_TIMEOUT_MS: '100' }
  const stopped = await lodestone(['fsck'], impatient)
  await holder.query('rollback')
  holder.release()
  t.equal(stopped.code, exitCodes.failed)
  t.match(
    stopped.err,
    /fsck failed: Others are .* again: canceling statement due to lock timeout$/m
  )
})
