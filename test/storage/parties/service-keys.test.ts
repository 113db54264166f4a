import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { newLogKey } from '../../../src/log/log-key.ts'
import { insertServiceKey, readServiceKeys } from '../../../src/storage/parties/service-keys.ts'
import { testDatabase, testDatabaseUrl } from '../../support/database.ts'
import { socketDirectory } from '../../support/test-cluster.ts'

const NOW = new Date('2026-11-30T08:00:00Z')

t.test('a key of the service', async (t) => {
  const key = { ...newLogKey('registry.example/log'), retiredAt: null }

  t.test('is kept as it is, whatever signs are in it', async (t) => {
    const db = await testDatabase(t)
    const odd = { ...key, publicJwk: 'a "quoted", one\nof \\two\\ lines, \\. and \\N' }
    const terms = { purpose: 'log', algorithm: 'Ed25519' }
    await db.transaction((tx) => insertServiceKey(tx, { ...odd, ...terms }, NOW))
    const { id, privateJwk, publicJwk, retiredAt } = odd
    t.strictSame(await readServiceKeys(db, 'log'), [{ id, privateJwk, publicJwk, retiredAt }])
    const [row] = await db.query({ text: 'select algorithm, created_at as at from service_key' })
    t.strictSame(row, { algorithm: 'Ed25519', at: '2026-11-30T08:00:00.000Z' })
  })

  t.test('stays out of the log of a server that writes down every statement', async (t) => {
    const url = new URL(await testDatabaseUrl())
    const options = '-c log_statement=all -c log_min_duration_statement=0'
    url.searchParams.set('options', options)
    const db = await testDatabase(t, { url: url.href })
    const log = { ...key, purpose: 'log', algorithm: 'Ed25519' }
    await db.transaction(async (tx) => {
      await insertServiceKey(tx, log, NOW)
      await tx.query({ text: 'select $1::text as told', values: [`beside ${key.publicJwk}`] })
    })
    const written = readFileSync(join(socketDirectory, '../log'), 'utf8')
    t.match(written, `beside ${key.publicJwk}`, 'this server does write down values')
    t.match(written, 'copy service_key')
    const { d } = JSON.parse(key.privateJwk) as { d: string }
    t.equal(d.length, 43)
    t.notMatch(written, d)
  })
})
