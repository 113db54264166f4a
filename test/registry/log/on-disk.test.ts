/** A head that was signed over rows which a crash takes away would be the end of the log. */
import t from 'tap'
import type { Guard } from '../../../src/storage/journal/guard.ts'
import { testDatabase, testDatabaseUrl } from '../../support/database.ts'
import { accept, testGuard, testLog } from '../../support/log.ts'

t.test('what is signed is on disk, also where whoever wrote it did not wait', async (t) => {
  const url = await testDatabaseUrl()
  const db = await testDatabase(t, { url })
  const careless = await testDatabase(t, { url })
  const guard = testGuard(t)
  let written = '0/0'
  const kept: (boolean | undefined)[] = []
  const swap: Guard['swap'] = async (before, note) => {
    const text = 'select pg_current_wal_flush_lsn() >= $1::pg_lsn as kept'
    const [row] = await db.query<{ kept: boolean }>({ text, values: [written] })
    kept.push(row?.kept)
    return guard.swap(before, note)
  }
  const log = testLog(t, db, { place: guard.place, read: () => guard.read(), swap })
  await log.start()
  for (let n = 0; n < 20; n += 1) {
    const last = await accept(careless, 1, true, async (tx) => {
      await tx.query({ text: 'set local synchronous_commit = off' })
      const text = 'select pg_current_wal_insert_lsn() as lsn'
      const [row] = await tx.query<{ lsn: string }>({ text })
      written = row?.lsn ?? ''
    })
    t.equal(await log.covers(last, 5_000), true)
  }
  t.strictSame(kept, Array(20).fill(true))
})
