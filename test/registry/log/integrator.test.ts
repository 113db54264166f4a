import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openCheckpoint } from '../../../src/log/checkpoint.ts'
import { auditLog } from '../../../src/registry/audit/audit-log.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { connect } from '../../../src/storage/embedded/presence.ts'
import { socketUrl } from '../../../src/storage/embedded/socket-url.ts'
import { directoryGuard, type Guard } from '../../../src/storage/journal/guard.ts'
import { type Leadership, tryLead } from '../../../src/storage/journal/leadership.ts'
import { latestCheckpoint } from '../../../src/storage/journal/log-tree.ts'
import { poolSettings, testDatabase, testDatabaseUrl } from '../../support/database.ts'
import { eventually } from '../../support/eventually.ts'
import { accept, checkPublished, rebuiltRoot, testGuard, testLog } from '../../support/log.ts'
import { socketDirectory } from '../../support/test-cluster.ts'

t.test('signs what was committed', async (t) => {
  t.test('within a tenth of a second, as the tree of RFC 9162', async (t) => {
    const db = await testDatabase(t)
    const guard = testGuard(t)
    const log = testLog(t, db, guard)
    await log.start()
    t.match(log.state(), { role: 'leading', size: 0, refusal: null, trouble: null })
    const times: number[] = []
    for (const count of [1, 2, 5, 248, 1, 300]) {
      const last = await accept(db, count)
      const before = performance.now()
      t.equal(await log.covers(last, 5_000), true)
      times.push(performance.now() - before)
    }
    t.comment(`from commit to receipt: ${times.map((ms) => ms.toFixed(0)).join(', ')} ms`)
    const head = await latestCheckpoint(db)
    t.equal(head?.size, 557)
    t.strictSame(head?.root, await rebuiltRoot(db, 557))
    const guarded = await guard.read()
    t.equal(guarded?.note, head?.note, 'the guard holds what is published')
    t.equal(await checkPublished(t, db, log), 6)
  })

  t.test('with many writers at once, every head a prefix of the next', async (t) => {
    const db = await testDatabase(t)
    const log = testLog(t, db, testGuard(t))
    await log.start()
    const writers = Array.from({ length: 8 }, async (_, n) => {
      for (let i = 0; i < 20; i += 1) await log.covers(await accept(db, n + 1), 5_000)
    })
    await Promise.all(writers)
    const heads = await checkPublished(t, db, log)
    t.equal((await latestCheckpoint(db))?.size, 720)
    t.ok(heads > 5, `${heads} heads`)
  })

  t.test(
    'and an audit agrees, also where the tree is larger than what it reads at once',
    async (t) => {
      const db = await testDatabase(t)
      const log = testLog(t, db, testGuard(t))
      await log.start()
      const { verifier } = await log.key()
      for (let n = 0; n < 6; n += 1) await accept(db, 450)
      await log.stop()
      const { entries, problems } = await auditLog(db, verifier)
      t.strictSame([entries, problems], [2_700, []])
      await db.transaction(async (tx) => {
        await tx.query({ text: 'set local session_replication_role = replica' })
        const text = `update log_tile set hashes = hashes || sha256('more') where level = 1`
        await tx.query({ text })
      })
      const [found, ...more] = (await auditLog(db, verifier)).problems
      t.match(found?.message, /Tile 1\/0 does not follow/)
      t.strictSame(more, [])
    }
  )

  t.test('what waited for a signature gets it at the stop', async (t) => {
    const db = await testDatabase(t)
    const log = testLog(t, db, testGuard(t))
    await log.start()
    await accept(db, 3)
    await log.stop()
    t.equal((await latestCheckpoint(db))?.size, 3)
    t.equal(log.state().role, 'stopped')
  })
})

t.test('one of many processes', async (t) => {
  t.test('leads, and another takes over where it goes', async (t) => {
    const url = await testDatabaseUrl()
    const guard = testGuard(t)
    const [one, two] = [await testDatabase(t, { url }), await testDatabase(t, { url })]
    const first = testLog(t, one, guard)
    const second = testLog(t, two, guard)
    await first.start()
    await second.start()
    t.strictSame([first.state().role, second.state().role], ['leading', 'following'])
    t.equal(await second.covers(await accept(one, 4), 5_000), true, 'a follower waits as well')
    await first.stop()
    t.equal(await second.covers(await accept(two, 4), 5_000), true)
    t.equal(second.state().role, 'leading')
    t.equal(await checkPublished(t, two, second), 2)
  })

  t.test('takes over where the connection of the leader was cut', async (t) => {
    const url = await testDatabaseUrl()
    const guard = testGuard(t)
    const db = await testDatabase(t, { url })
    const log = testLog(t, db, guard)
    await log.start()
    await log.covers(await accept(db, 2), 5_000)
    const cut = await db.query<{ cut: boolean }>({
      text: `select pg_terminate_backend(pid) as cut from pg_locks
        where locktype = 'advisory' and database = (select oid from pg_database
          where datname = current_database())`
    })
    t.equal(cut.length, 1)
    t.equal(await log.covers(await accept(db, 2), 5_000), true)
    t.equal(log.state().role, 'leading')
    t.equal(await checkPublished(t, db, log), 2)
  })

  t.test('stands still between guard and database, and the others go on', async (t) => {
    const url = await testDatabaseUrl()
    const guard = testGuard(t)
    const standing = new AbortController()
    let signed = () => {}
    const hasSigned = new Promise<void>((resolve) => {
      signed = resolve
    })
    const first = testLog(t, await testDatabase(t, { url }), {
      place: guard.place,
      read: () => guard.read(),
      swap: async (before, note) => {
        const guarded = await guard.swap(before, note)
        if (guarded?.generation !== 2) return guarded
        signed()
        await once(standing.signal, 'abort')
        return guarded
      }
    })
    const db = await testDatabase(t, { url })
    await first.start()
    t.equal(await first.covers(await accept(db, 300), 5_000), true)
    await accept(db, 300)
    await hasSigned
    t.equal((await latestCheckpoint(db))?.size, 300, 'what was signed last is not stored')
    const second = testLog(t, db, guard)
    await second.start()
    t.match(second.state(), { role: 'following', size: 300, refusal: null, trouble: null })
    standing.abort()
    t.equal(await second.covers(599, 5_000), true)
    t.match(second.state(), { role: 'following', refusal: null })
  })

  t.test('without a guard never signs', async (t) => {
    const db = await testDatabase(t)
    const log = testLog(t, db, null)
    await log.start()
    t.equal(log.state().role, 'following')
    t.equal(await log.covers(await accept(db, 1), 200), false)
  })

  t.test('whose guard cannot be reached leaves the lead to others', async (t) => {
    const url = await testDatabaseUrl()
    const db = await testDatabase(t, { url })
    const broken: Guard = {
      place: '/nowhere',
      read: () => Promise.reject(new Error('the disk is gone')),
      swap: () => Promise.reject(new Error('the disk is gone'))
    }
    const ill = testLog(t, db, broken)
    await ill.start()
    t.match(ill.state(), { trouble: 'the disk is gone' })
    const well = testLog(t, await testDatabase(t, { url }), testGuard(t))
    await well.start()
    t.equal(well.state().role, 'leading')
  })

  t.test('tells once of each change, so that its log says why nothing is signed', async (t) => {
    const db = await testDatabase(t)
    const guard = testGuard(t)
    let full = false
    const swap: Guard['swap'] = async (before, note) => {
      if (full) throw new Error('no space left')
      return guard.swap(before, note)
    }
    const log = testLog(t, db, { place: guard.place, read: () => guard.read(), swap })
    const told: string[] = []
    await log.start(({ role, trouble }) => told.push(`${role} ${trouble}`))
    t.strictSame(told, ['leading null'])
    full = true
    const last = await accept(db, 1)
    t.ok(await eventually(() => told.length === 2))
    t.equal(await log.covers(last, 300), false, 'several turns fail the same way')
    full = false
    t.equal(await log.covers(last, 20_000), true)
    t.ok(await eventually(() => told.length === 3))
    t.strictSame(told, ['leading null', 'following no space left', 'leading null'])
  })

  t.test('accepts nothing before it has read its guard, and later without it', async (t) => {
    const kept = testGuard(t)
    let isGone = true
    const guard: Guard = {
      place: kept.place,
      read: () => (isGone ? Promise.reject(new Error('the disk is gone')) : kept.read()),
      swap: (before, note) =>
        isGone ? Promise.reject(new Error('the disk is gone')) : kept.swap(before, note)
    }
    const db = await testDatabase(t)
    const log = testLog(t, db, guard)
    await log.start()
    t.match(log.state(), {
      role: 'refusing',
      refusal: { reason: /could not be compared since the start: the disk is gone/ }
    })
    isGone = false
    t.equal(await log.covers(await accept(db, 2), 5_000), true)
    t.match(log.state(), { role: 'leading', refusal: null })
    isGone = true
    t.equal(await log.covers(await accept(db, 2), 300), false)
    t.match(log.state(), { refusal: null, trouble: 'the disk is gone' })
    isGone = false
    t.equal(await log.covers(3, 5_000), true, 'what was accepted meanwhile is signed')
  })
})

t.test('refuses to sign another history', async (t) => {
  t.test(
    'a stale backup (F8): says so, signs nothing, and heals with the newer database',
    async (t) => {
      const guard = testGuard(t)
      const url = await testDatabaseUrl()
      const original = await openDatabase({ ...poolSettings, url })
      const first = testLog(t, original, guard)
      await first.start()
      await first.covers(await accept(original, 10), 5_000)
      await first.stop()
      await original.close()
      const backup = await copyOf(url)

      const again = await openDatabase({ ...poolSettings, url })
      const second = testLog(t, again, guard)
      await second.start()
      await second.covers(await accept(again, 1_000), 5_000)
      await second.stop()

      const restored = await testDatabase(t, { url: backup })
      const third = testLog(t, restored, guard)
      await third.start()
      t.match(third.state(), {
        role: 'refusing',
        refusal: { reason: /holds 10 entries, but 1010 were signed/, remedy: /newer backup/ }
      })
      // Others write on as if nothing had happened: the same number of entries is not the same history.
      await accept(restored, 1_000)
      t.equal(await third.covers(1_005, 1_500), false)
      const isOther = () =>
        /are not those that were signed/.test(`${third.state().refusal?.reason}`)
      t.equal(await eventually(isOther), true)
      t.equal((await latestCheckpoint(restored))?.size, 10, 'nothing was signed')
      t.equal(third.state().size, 10, 'and what was signed is still told')

      // Another process of the same registry, while somebody who refuses as well holds the lead.
      // The first one holds it as well, for a moment at each of its turns, to compare again.
      const leads: Leadership[] = []
      const isTaken = async () => {
        const lead = await tryLead(restored)
        if (lead) leads.push(lead)
        return lead !== null
      }
      t.equal(await eventually(isTaken), true)
      const follower = testLog(t, await testDatabase(t, { url: backup }), guard)
      await follower.start()
      t.match(follower.state(), { role: 'refusing', refusal: { reason: /are not those/ } })
      t.equal(await third.covers(1_005, 1_200), false)
      t.equal(third.state().role, 'refusing', 'nor does the first one follow it')
      await leads[0]?.end()
      await follower.stop()

      const healed = testLog(t, again, guard)
      await healed.start()
      t.equal(healed.state().role, 'leading')
      await healed.stop()
      await again.close()
    }
  )

  t.test('a lost or foreign guard', async (t) => {
    const db = await testDatabase(t)
    const guard = testGuard(t)
    const log = testLog(t, db, guard)
    await log.start()
    await log.covers(await accept(db, 3), 5_000)
    await log.stop()
    rmSync(guard.place, { recursive: true })
    const blank = testLog(t, db, directoryGuard(guard.place))
    await blank.start()
    t.match(blank.state().refusal, { reason: /guard is empty/, remedy: /guard --adopt/ })
    await blank.stop()

    const other = await testDatabase(t)
    const foreign = testGuard(t)
    const elsewhere = testLog(t, other, foreign)
    await elsewhere.start()
    await elsewhere.covers(await accept(other, 3), 5_000)
    await elsewhere.stop()
    const mixed = testLog(t, db, foreign)
    await mixed.start()
    t.match(mixed.state().refusal, { reason: /no checkpoint that this log signed/ })
  })

  t.test('an entry that was changed since', async (t) => {
    const db = await testDatabase(t)
    const guard = testGuard(t)
    const log = testLog(t, db, guard)
    await log.start()
    await log.covers(await accept(db, 5), 5_000)
    await log.stop()
    await db.query({ text: 'alter table log_tile disable trigger user' })
    await db.query({
      text: `update log_tile set hashes = set_byte(hashes, 40, 255 - get_byte(hashes, 40))`
    })
    const again = testLog(t, db, guard)
    await again.start()
    t.match(again.state().refusal?.reason, /first 5 entries of the database are not/)
  })
})

t.test('protects', async (t) => {
  t.test('a crash between guard and database: the signed head is adopted', async (t) => {
    const db = await testDatabase(t)
    const guard = testGuard(t)
    let crash = false
    const crashing: Guard = {
      place: guard.place,
      read: () => (crash ? Promise.reject(new Error('killed')) : guard.read()),
      swap: async (before, note) => {
        const guarded = await guard.swap(before, note)
        if (crash) throw new Error('killed after the guard was written')
        return guarded
      }
    }
    const log = testLog(t, db, crashing)
    await log.start()
    await log.covers(await accept(db, 3), 5_000)
    crash = true
    await accept(db, 3)
    t.equal(await log.covers(5, 400), false)
    await log.stop()
    const signed = await guard.read()
    t.equal((await latestCheckpoint(db))?.size, 3, 'the database does not know it yet')

    await accept(db, 4)
    const next = testLog(t, db, guard)
    await next.start()
    t.equal(await next.covers(9, 5_000), true)
    const notes = await db.query<{ note: string }>({
      text: 'select note from log_checkpoint where size = 6'
    })
    t.equal(notes[0]?.note, signed?.note, 'the head that was signed is the one that is published')
    t.equal(await checkPublished(t, db, next), 3)
  })

  t.test('of twenty writers to a guard one wins, whoever is killed', async (t) => {
    const guard = testGuard(t)
    let before = await guard.swap(null, 'note 0')
    for (let round = 1; round <= 5; round += 1) {
      const attempts = Array.from({ length: 20 }, (_, n) =>
        directoryGuard(guard.place).swap(before, `note ${round}.${n}`)
      )
      const won = (await Promise.all(attempts)).filter((result) => result !== null)
      t.equal(won.length, 1)
      t.strictSame(await guard.read(), won[0])
      before = won[0] ?? null
    }
    t.equal(await guard.swap(null, 'from the beginning'), null)
    t.equal(await guard.swap({ generation: 3, note: '' }, 'from long ago'), null)
    writeFileSync(join(guard.place, 'draft.left-by-a-crash'), 'half')
    t.strictSame(await guard.read(), before)
  })

  t.test('what was signed from the hands of the service', async (t) => {
    const db = await testDatabase(t)
    const log = testLog(t, db, testGuard(t))
    await log.start()
    await log.covers(await accept(db, 3), 5_000)
    const refused = [
      'delete from log_tile',
      'truncate log_tile',
      'update log_tile set level = 7',
      `update log_tile set hashes = ''`,
      `update log_tile set hashes = sha256('x')`,
      'delete from log_checkpoint',
      'update log_checkpoint set size = 9',
      `update log_checkpoint set note = ''`,
      'truncate log_checkpoint',
      `update journal set leaf = sha256('x')`,
      'update journal set salt = null',
      'delete from journal'
    ]
    for (const text of refused) await t.rejects(db.query({ text }), { code: '23001' }, text)
    await log.covers(await accept(db, 3), 5_000)
    t.equal(await checkPublished(t, db, log), 2)
    const note = (await latestCheckpoint(db))?.note ?? ''
    t.equal(openCheckpoint(note, [(await log.key()).verifier])?.size, 6n)
  })
})

/** A second database with the content of one that nobody is connected to. */
async function copyOf(url: string): Promise<string> {
  const name = new URL(url).pathname.slice(1)
  const admin = await connect(socketDirectory, 'lodestone-test')
  try {
    await admin.query(`create database ${name}_backup template ${name}`)
  } finally {
    await admin.end()
  }
  return socketUrl(socketDirectory, `${name}_backup`)
}
