/** Arrays as PostgreSQL reads them: what goes in comes out, in the binary format as in the textual. */
import fc from 'fast-check'
import t from 'tap'
import {
  arrayParameter,
  numbersParameter
} from '../../../src/storage/connection/array-parameter.ts'
import type { Database } from '../../../src/storage/database.ts'
import { testDatabase } from '../../support/database.ts'
import { SEED } from '../../support/seed.ts'

/** PostgreSQL stores neither U+0000 nor half of a surrogate pair. */
const text = fc.string({ unit: 'binary' }).map((value) => value.replaceAll('\0', '0'))

const columns: readonly (readonly [string, fc.Arbitrary<unknown>])[] = [
  ['text', text],
  ['bytea', fc.uint8Array().map((bytes) => Buffer.from(bytes))],
  ['uuid', fc.uuid()],
  ['int8', fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String)],
  ['int4', fc.integer()],
  ['bool', fc.boolean()]
]

t.test('what is written as an array is read as the same values', async (t) => {
  const db = await testDatabase(t)
  for (const [type, value] of columns) {
    t.comment(`${type}: seed ${SEED}`)
    const values = fc.array(fc.option(value, { freq: 5 }), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(values, async (sent) => {
        t.strictSame(await echoed(db, type, sent), sent)
      }),
      { seed: SEED, numRuns: 40 }
    )
  }
})

t.test('whole numbers travel in binary, as exact as a number holds them', async (t) => {
  const db = await testDatabase(t)
  const values = fc.array(fc.maxSafeInteger(), { maxLength: 12 })
  const edges = [0, -1, 2 ** 32, -(2 ** 32), 2 ** 31, Number.MAX_SAFE_INTEGER]
  await fc.assert(
    fc.asyncProperty(values, async (sent) => {
      const rows = await db.query<{ value: string }>({
        text: 'select value from unnest($1::int8[]) with ordinality as given (value, n) order by n',
        values: [numbersParameter([...sent, ...edges])]
      })
      t.strictSame(
        rows.map(({ value }) => Number(value)),
        [...sent, ...edges]
      )
    }),
    { seed: SEED, numRuns: 40 }
  )
  const empty = { text: 'select cardinality($1::int8[]) as size', values: [numbersParameter([])] }
  t.strictSame(await db.query(empty), [{ size: 0 }])
})

t.test('what is neither text nor bytes is no element of a binary array', async (t) => {
  t.throws(() => arrayParameter('text', [1]), { name: 'TypeError' })
  t.throws(() => arrayParameter('bytea', [{}]), { name: 'TypeError' })
})

t.test('identifiers that are not written as ours are judged by PostgreSQL', async (t) => {
  const db = await testDatabase(t)
  const own = '0b7f6a5e-8d21-4c3f-9a10-00ff00ff00ff'
  const forms = [own.toUpperCase(), own.replaceAll('-', '')]
  for (const form of forms) t.strictSame(await echoed(db, 'uuid', [own, form]), [own, own], form)
  for (const wrong of ['', own.slice(1), own.replace('-', '0'), own.replace('b', 'g'), `é${own}`]) {
    await t.rejects(echoed(db, 'uuid', [own, wrong]), { code: '22P02' }, wrong)
  }
})

async function echoed(db: Database, type: string, values: readonly unknown[]) {
  const rows = await db.query<{ value: unknown }>({
    text: `select value from unnest($1::${type}[]) with ordinality as given (value, n) order by n`,
    values: [arrayParameter(type, values)]
  })
  return rows.map(({ value }) => value)
}
