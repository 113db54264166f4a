import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { isAlive, readPidFile } from '../../src/storage/embedded/pid-file.ts'
import {
  checkCounted,
  dataDirectory,
  dataOf,
  isRoot,
  postmaster,
  runs,
  start,
  startGuest,
  startService,
  until,
  using
} from '../support/embedded.ts'

const onlyLinux = process.platform === 'linux' ? {} : { skip: 'told apart on Linux only' }

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
    const service = await startService(t, directory, { graceMs: 2_000 })
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

  t.test('whoever came by the address of the server from the end of its service', async (t) => {
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      const directory = dataDirectory(t)
      const service = await startService(t, directory, { graceMs: 100 })
      const pid = await postmaster(directory)
      const guest = await startGuest(t, service.url)
      await service.kill(signal)
      await sleep(2_000)
      const before = guest.counted()
      await until(() => guest.counted() > before || guest.process.exitCode !== null)
      t.equal(guest.process.exitCode, null, `${signal}: it goes on`)
      await guest.kill('SIGKILL')
      await until(async () => !(await runs(directory, pid)))
      t.equal(await readPidFile(dataOf(directory)), null, 'the server stops when it has left')
    }
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
