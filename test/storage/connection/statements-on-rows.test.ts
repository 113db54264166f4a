import t from 'tap'
import { asOne } from '../../../src/storage/connection/one-statement.ts'
import {
  byItself,
  type Column,
  type Form,
  insertInto,
  StatementOnRows
} from '../../../src/storage/connection/statement.ts'
import type { Database } from '../../../src/storage/database.ts'
import { testDatabase } from '../../support/database.ts'

const FORMS: readonly Form[] = ['many', 'few', 'each']

const COLUMNS: readonly Column[] = [
  ['id', 'uuid'],
  ['n', 'int8'],
  ['word', 'text'],
  ['bytes', 'bytea'],
  ['at', 'timestamptz'],
  ['yes', 'bool'],
  ['twice', 'int8', (element) => `2 * ${element('n')}`]
]

const ID = '0191c7a0-0000-7000-8000-00000000000'

/** With what is hard to carry: quotes, braces, backslashes, nothing, no value. */
const ROWS = [
  [`${ID}1`, 1, 'plain', Buffer.from([0, 255]), '2026-05-01T00:00:00Z', true, 7],
  [
    `${ID}2`,
    '9007199254740993',
    `{"a":'\\,}`,
    Buffer.alloc(0),
    '2026-05-02T00:00:00Z',
    false,
    null
  ],
  [`${ID}3`, -3, '', null, null, null, undefined]
]

async function table(db: Database, name: string): Promise<string> {
  await db.query({
    text: `create table ${name} (id uuid, n int8, word text, bytes bytea, at timestamptz, yes bool, twice int8)`
  })
  return name
}

t.test('every form of a statement', async (t) => {
  for (const form of FORMS) {
    t.test(`writes the same rows: ${form}`, async (t) => {
      const db = await testDatabase(t)
      const insert = insertInto(await table(db, `rows_${form}`), COLUMNS)
      for (const rows of [ROWS.slice(0, 1), ROWS.slice(1)]) {
        const { text, values } = insert.said(form, rows)
        await db.query({ text, values })
      }
      const stored = await db.query({
        text: `select id, n::text, word, encode(bytes, 'hex') as bytes, at is null as never, yes, twice::text
          from rows_${form} order by id`
      })
      t.strictSame(stored, [
        { id: `${ID}1`, n: '1', word: 'plain', bytes: '00ff', never: false, yes: true, twice: '7' },
        {
          id: `${ID}2`,
          n: '9007199254740993',
          word: `{"a":'\\,}`,
          bytes: '',
          never: false,
          yes: false,
          twice: '18014398509481986'
        },
        { id: `${ID}3`, n: '-3', word: '', bytes: null, never: true, yes: null, twice: '-6' }
      ])
    })
  }
})

t.test('statements as one', async (t) => {
  const update = (name: string) =>
    new StatementOnRows(
      `raise_${name}`,
      [
        ['id', 'uuid'],
        ['n', 'int8']
      ],
      (source) =>
        `update ${name} set n = ${name}.n + d.n from ${source} where ${name}.id = d.id returning 1`
    )

  for (const lone of [true, false]) {
    t.test(`fail as a whole where a row is missing, lone: ${lone}`, async (t) => {
      const db = await testDatabase(t)
      const name = await table(db, `missing_${lone}`)
      await db.query(byItself(insertInto(name, COLUMNS).of(ROWS.slice(0, 1)) ?? fail()))
      const raise = (ids: readonly string[]) =>
        update(name).of(
          ids.map((id) => [id, 10]),
          ids.length
        ) ?? fail()
      const other = insertInto(name, COLUMNS).of(ROWS.slice(2)) ?? fail()
      const write = (ids: readonly string[]) =>
        db.transaction(async (tx) => tx.send(asOne([other, raise(ids)], { lone })))
      await t.rejects(write([`${ID}1`, `${ID}2`]), { code: '22012' }, 'division by zero')
      const [before] = await db.query<{ n: string; rows: string }>({
        text: `select sum(n)::text as n, count(*)::text as rows from ${name}`
      })
      t.strictSame(before, { n: '1', rows: '1' })
      await write([`${ID}1`])
      const [after] = await db.query<{ n: string; rows: string }>({
        text: `select sum(n)::text as n, count(*)::text as rows from ${name}`
      })
      t.strictSame(after, { n: '8', rows: '2' })
    })
  }

  t.test('are one plan for each number of rows of a lone event, up to a bound', async (t) => {
    const [one, other, third] = ['a', 'b', 'c'].map((name) => insertInto(name, COLUMNS))
    const rows = (count: number) => Array.from({ length: count }, () => ROWS[0] ?? [])
    const plans = new Map<string, string>()
    let arrays = 0
    for (let n = 0; n < 8 ** 3; n += 1) {
      const counts = [1 + (n % 8), 1 + (Math.floor(n / 8) % 8), 1 + Math.floor(n / 64)]
      const parts = [one, other, third].map((each, at) => each?.of(rows(counts[at] ?? 1)) ?? fail())
      const { name, text, values } = asOne(parts, { lone: true })
      if (text.includes('generate_series')) arrays += 1
      else t.equal(values.length, counts.reduce((sum, count) => sum + count) * COLUMNS.length)
      t.equal(plans.get(name ?? '') ?? text, text, 'a name always says the same')
      plans.set(name ?? '', text)
    }
    t.ok(plans.size <= 25, `${plans.size} plans`)
    t.ok(arrays > 480, 'beyond them elements are picked from arrays')
  })

  t.test('take one form for all, by the largest', async (t) => {
    const insert = insertInto('a', COLUMNS)
    const textOf = (count: number, lone: boolean) => {
      const rows = Array.from({ length: count }, () => ROWS[0] ?? [])
      return asOne([insert.of(ROWS.slice(0, 1)) ?? fail(), insert.of(rows) ?? fail()], { lone })
        .text
    }
    t.match(textOf(9, true), /generate_series.*generate_series/s, 'more than a lone event has')
    t.match(textOf(2, false), /generate_series.*generate_series/s)
    t.match(textOf(33, false), /unnest.*unnest/s)
  })
})

function fail(): never {
  throw new Error('there are rows')
}
