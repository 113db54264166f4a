/** A version is read in one snapshot, whatever is recorded between two of the statements that read it. */
import t from 'tap'
import type { Deps } from '../../../src/registry/deps.ts'
import { readEpd } from '../../../src/registry/epds/read-epd.ts'
import type { Database, Queryable } from '../../../src/storage/database.ts'
import { market } from '../../support/epd-market.ts'
import { epdDocument } from '../../support/epds.ts'

/** The same database, where something happens behind the first answer to a statement. */
function interrupted(db: Database, name: string, happens: () => Promise<unknown>): Database {
  let happened = false
  const watching = <Asked extends Queryable>(asked: Asked): Asked =>
    new Proxy(asked, {
      get(target, key) {
        if (key !== 'query') {
          const value: unknown = Reflect.get(target, key)
          return typeof value === 'function' ? value.bind(target) : value
        }
        return async (statement: { readonly name?: string; readonly text: string }) => {
          const rows = await target.query(statement)
          if (statement.name === name && !happened) {
            happened = true
            await happens()
          }
          return rows
        }
      }
    })
  return new Proxy(watching(db), {
    get(target, key) {
      if (key !== 'transaction') return Reflect.get(target, key)
      const transaction: Database['transaction'] = (work, options) =>
        db.transaction((tx) => work(watching(tx)), options)
      return transaction
    }
  })
}

t.test('of the day, while a later version is published', async (t) => {
  const { service, submit, publish } = await market(t)
  const first = epdDocument('magnet-n48h', (epd) => {
    Object.assign(epd, { version: '1.0', validFrom: '2026-01-01', validUntil: '2026-12-31' })
    delete epd['verification']
  })
  await submit(first)
  await publish(first)
  const { deps } = service
  const question = { principal: null, id: String(first['id']), validOn: '2026-11-23' }
  const before = await readEpd(deps, question)
  const second = { ...first, version: '2.0' }
  const meanwhile: Deps = {
    ...deps,
    db: interrupted(deps.db, 'epd_version_dates', async () => {
      await submit(second)
      await publish(second)
    })
  }
  const read = await readEpd(meanwhile, question)
  t.strictSame(read, before, 'as it stood when the question began')
  const after = await readEpd(deps, question)
  t.match(after.record, { version: '2.0', state: 'published' }, 'and then the later one does')
  t.ok(after.snapshot.position > read.snapshot.position)
  const asOf = String(read.snapshot.position)
  t.strictSame((await readEpd(deps, { ...question, asOf })).record, read.record)
})
