import { createHash, randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import type { Database } from '../../../src/storage/database.ts'
import { appendEntries, type JournalEntry } from '../../../src/storage/journal/journal.ts'
import { testDatabase, testDatabaseUrl } from '../../support/database.ts'

const AT = new Date('2026-11-23T20:38:50.123Z')
const ORGANIZATION = '0192aa00-0000-7000-8000-000000000001'

function entry(fields: Partial<JournalEntry> = {}): JournalEntry {
  const document = { sha256: sha256('document'), size: 8, mediaType: 'application/json' }
  return {
    kind: 'event',
    subject: 'event/1',
    organization: ORGANIZATION,
    document,
    blind: true,
    body: { type: 'commission' },
    ...fields
  }
}

interface Row {
  readonly position: string
  readonly at: string
  readonly statement: Buffer
  readonly salt: Buffer | null
  readonly leaf: Buffer
  readonly blind: boolean
}

function rows(db: Database): Promise<Row[]> {
  return db.query<Row>({
    text: 'select position, at, statement, salt, leaf, blind from journal order by position'
  })
}

function append(db: Database, entries: readonly JournalEntry[], now = AT) {
  return db.transaction((tx) => appendEntries(tx, entries, now))
}

t.test('journal accepts', async (t) => {
  t.test('entries in their order, from position 0 on, all with one time', async (t) => {
    const db = await testDatabase(t)
    const first = await append(db, [entry({ subject: 'a' }), entry({ subject: 'b' })])
    const second = await append(db, [entry({ subject: 'c' })], new Date('2026-11-23T20:39:00Z'))
    t.strictSame(first, { first: 0, at: '2026-11-23T20:38:50.123Z' })
    t.strictSame(second, { first: 2, at: '2026-11-23T20:39:00.000Z' })
    const stored = await rows(db)
    t.strictSame(
      stored.map(({ position, statement }) => [position, JSON.parse(statement.toString()).subject]),
      [
        ['0', 'a'],
        ['1', 'b'],
        ['2', 'c']
      ]
    )
  })

  t.test(
    'a plain entry as the statement in fixed bytes, hashed as RFC 6962 hashes a leaf',
    async (t) => {
      const db = await testDatabase(t)
      const body = { z: '1.50', a: { y: 2, b: ['é', null, true] } }
      await append(db, [entry({ kind: 'key', blind: false, body })])
      const [row] = await rows(db)
      const hash = sha256('document').toString('base64url')
      const expected =
        `{"v":1,"kind":"key","subject":"event/1","organization":"${ORGANIZATION}",` +
        `"at":"2026-11-23T20:38:50.123Z",` +
        `"document":{"sha256":"${hash}","size":8,"mediaType":"application/json"},` +
        `"body":{"a":{"b":["é",null,true],"y":2},"z":"1.50"}}`
      t.equal(row!.statement.toString('utf8'), expected)
      t.strictSame(row!.leaf, sha256('\x00\x01', expected))
      t.match(row, { salt: null, blind: false, at: '2026-11-23T20:38:50.123Z' })
    }
  )

  t.test('a blind entry as a commitment that only its own salt opens', async (t) => {
    const db = await testDatabase(t)
    await append(db, [entry(), entry()])
    const [one, two] = await rows(db)
    t.equal(one!.salt?.length, 32)
    t.notSame(one!.salt, two!.salt, 'every entry has a salt of its own')
    t.strictSame(one!.statement, two!.statement)
    t.strictSame(one!.leaf, sha256('\x00\x02', sha256(one!.salt!, one!.statement)))
    t.notSame(one!.leaf, two!.leaf, 'equal statements cannot be recognized in the log')
  })

  t.test('entries without document or organization, and 1,000 of them at once', async (t) => {
    const db = await testDatabase(t)
    const bare = entry({ document: null, organization: null, body: {} })
    await append(db, [bare, ...Array.from({ length: 999 }, (_, n) => entry({ subject: `${n}` }))])
    const stored = await rows(db)
    t.equal(stored.length, 1_000)
    t.match(stored[0]!.statement.toString(), /"organization":null,.*"document":null,"body":\{\}\}$/)
    t.ok(stored.every(({ statement }) => JSON.parse(statement.toString()).v === 1))
    t.match(stored[999]!.statement.toString(), /"subject":"998"/)
  })
})

t.test('journal refuses', async (t) => {
  t.test('a transaction that accepts nothing', async (t) => {
    const db = await testDatabase(t)
    await t.rejects(append(db, []), RangeError)
  })

  t.test('what JSON cannot say, without using up a position', async (t) => {
    const db = await testDatabase(t)
    await t.rejects(append(db, [entry({ body: { mass: 1n } })]), TypeError)
    t.equal((await append(db, [entry()])).first, 0)
  })
})

t.test('journal protects', async (t) => {
  t.test('the positions of a transaction that fails: they are given again', async (t) => {
    const db = await testDatabase(t)
    const failed = db.transaction(async (tx) => {
      await appendEntries(tx, [entry(), entry()], AT)
      throw new Error('later rule')
    })
    await t.rejects(failed, { message: 'later rule' })
    t.equal((await append(db, [entry()])).first, 0)
  })

  t.test('time from running backwards when the clock does', async (t) => {
    const db = await testDatabase(t)
    const clock = ['12:00:00', '12:00:05', '11:00:00', '12:00:04.999', '12:00:05.001', '03:00:00']
    for (const time of clock) {
      const now = new Date(`2026-11-23T${time}Z`)
      const { at, first } = await append(db, [entry()], now)
      const [stored] = (await rows(db)).slice(first)
      t.equal(stored!.at, at, 'the entry carries the time that was answered')
      t.match(stored!.statement.toString(), `"at":"${at}"`)
    }
    const times = (await rows(db)).map(({ at }) => at.slice(11))
    const held = '12:00:05.000Z'
    t.strictSame(times, ['12:00:00.000Z', held, held, held, '12:00:05.001Z', '12:00:05.001Z'])
  })

  t.test('the one order: 20 writers in two pools, and nobody ever sees a gap', async (t) => {
    const url = await testDatabaseUrl()
    const pools = [await testDatabase(t, { url }), await testDatabase(t, { url })] as const
    const reader = await testDatabase(t, { url })
    const accepted: { first: number; count: number }[] = []
    let writing = true
    const writers = Array.from({ length: 20 }, async (_, writer) => {
      for (let round = 0; round < 10; round += 1) {
        const count = 1 + ((writer + round) % 4)
        const fails = (writer + round) % 7 === 0
        const db = pools[(writer % 2) as 0 | 1]
        const work = db.transaction(async (tx) => {
          await tx.query({ text: 'select pg_sleep(random() * 0.003)' })
          const entries = Array.from({ length: count }, () => entry({ subject: randomUUID() }))
          const { first } = await appendEntries(tx, entries, new Date())
          await tx.query({ text: 'select pg_sleep(random() * 0.003)' })
          if (fails) throw new Error('refused')
          return first
        })
        const first = await work.catch((error) =>
          error.message === 'refused' ? null : Promise.reject(error)
        )
        if (first !== null) accepted.push({ first, count })
      }
    })
    const snapshots = watch(reader, () => writing)
    await Promise.all(writers)
    writing = false
    const seen = await snapshots
    t.ok(seen.length > 20, `looked ${seen.length} times while they wrote`)
    t.strictSame(
      seen.filter(({ next, count, last }) => next !== count || last !== count - 1),
      []
    )
    t.strictSame(
      seen.map(({ next }) => next),
      seen.map(({ next }) => next).toSorted((a, b) => a - b)
    )
    accepted.sort((a, b) => a.first - b.first)
    let next = 0
    for (const { first, count } of accepted) {
      if (first !== next) t.fail(`a group begins at ${first}, not at ${next}`)
      next = first + count
    }
    const [end] = await reader.query<{ next: string }>({ text: 'select next from journal_head' })
    t.equal(Number(end!.next), next)
    const times = (await rows(reader)).map(({ at }) => at)
    t.strictSame(times, times.toSorted(), 'time follows position')
  })
})

/** What single snapshots show, taken as fast as one connection can. */
async function watch(db: Database, go: () => boolean) {
  const seen: { next: number; count: number; last: number }[] = []
  while (go()) {
    const [row] = await db.query<{ next: number; count: number; last: number }>({
      text: `select (select next::int from journal_head) as next, count(*)::int as count,
                    coalesce(max(position)::int, -1) as last from journal`
    })
    seen.push(row!)
    await setImmediate()
  }
  return seen
}

function sha256(...parts: readonly (string | Buffer)[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
