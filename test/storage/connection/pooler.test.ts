/** Between the service and PostgreSQL may be a pooler: one of sessions serves, one of transactions does not. */
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import type pg from 'pg'
import t, { type Test } from 'tap'
import { sharesSessions } from '../../../src/storage/connection/server-settings.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { poolSettings, testDatabase } from '../../support/database.ts'

t.test('a pooler', async (t) => {
  t.test(
    'is asked for nothing that PgBouncer does not know while a connection is made',
    async (t) => {
      const { port, packet } = await listenOnce(t)
      const url = `postgresql://lodestone@127.0.0.1:${port}/registry`
      const opening = openDatabase({ ...poolSettings, url, databaseSilenceMs: 500 })
      const words = (await packet).subarray(8).toString().split('\0')
      const names = words.filter((word, n) => n % 2 === 0 && word !== '')
      const known = ['user', 'database', 'application_name', 'client_encoding']
      t.strictSame(
        names.filter((name) => !known.includes(name)),
        []
      )
      await t.rejects(opening)
    }
  )

  t.test('that lends a session for one transaction is noticed', async (t) => {
    const { pool } = await testDatabase(t)
    t.equal(await sharesSessions(pool), false)
    const session = await pool.connect()
    const borrowed = { query: session.query.bind(session), release: () => {} } as pg.PoolClient
    t.equal(await sharesSessions({ connect: async () => borrowed }), true)
    const others = await pool.connect()
    t.equal(await sharesSessions({ connect: async () => takingTurns(session, others) }), true)
    session.release()
    others.release()
  })
})

/** Each statement goes to the session that was not asked last. */
function takingTurns(...sessions: readonly pg.PoolClient[]): pg.PoolClient {
  let turn = 0
  const query = (text: string) => sessions[turn++ % sessions.length]?.query(text)
  return { query, release: () => {} } as unknown as pg.PoolClient
}

/** A server that reads the first packet of a connection and hangs up. */
async function listenOnce(t: Test): Promise<{ port: number; packet: Promise<Buffer> }> {
  let arrived: (packet: Buffer) => void = () => {}
  const packet = new Promise<Buffer>((resolve) => {
    arrived = resolve
  })
  const server = createServer((socket: Socket) => {
    socket.on('error', () => {})
    socket.once('data', (bytes) => {
      arrived(bytes)
      socket.destroy()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const address = server.address()
  return { port: typeof address === 'object' && address ? address.port : 0, packet }
}
