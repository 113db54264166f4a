/**
 * A service as small as can be, for tests that kill it: runs the embedded PostgreSQL of a data
 * directory, counts up in a table of its own, and prints each number once it is durable. Stops on
 * SIGTERM. Arguments: the data directory, or the address of a server that somebody else looks after; the
 * grace of the watchdog in ms, the name of the table.
 */
import { openDatabase } from '../../src/storage/database.ts'
import { startEmbedded } from '../../src/storage/embedded/start-embedded.ts'
import { poolSettings } from './database.ts'

const [dataDir = '', graceMs, table] = process.argv.slice(2)
const say = (fact: object) => process.stdout.write(`${JSON.stringify(fact)}\n`)
const log = { info: () => {}, warn: () => {}, error: console.error }

let stopping = false
process.on('SIGTERM', () => {
  stopping = true
})

const guest = { url: dataDir, adopted: true, stop: async () => {} }
const server = dataDir.startsWith('postgres')
  ? guest
  : await startEmbedded(dataDir, log, { graceMs: Number(graceMs) })
const db = await openDatabase({ ...poolSettings, url: server.url })
await db.query({ text: `create table if not exists ${table} (n int primary key)` })
const [{ next } = { next: 0 }] = await db.query<{ next: number }>({
  text: `select coalesce(max(n) + 1, 0) as next from ${table}`
})
say({ adopted: server.adopted, url: server.url })
for (let n = next; !stopping; n += 1) {
  await db.query({ text: `insert into ${table} values ($1)`, values: [n] })
  say({ n })
}
await db.close()
await server.stop()
say({ stopped: true })
