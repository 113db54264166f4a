import { randomUUID } from 'node:crypto'
import t from 'tap'
import { touchedBy } from '../../../src/registry/bookkeeper/touched-by.ts'
import { loadBooks } from '../../../src/storage/books/custody-load.ts'
import type { Queryable } from '../../../src/storage/database.ts'
import { type Document, place, purchase, submit, unitOf } from '../../support/remembering.ts'

t.test('what an event made is not walked through when the event is sent again', async (t) => {
  const { service, by } = await place(t)
  const { db, bookkeeper } = service.deps
  const { document } = purchase(by)
  t.match(await submit(bookkeeper, by, document), { status: 'accepted', replayed: false })

  /** Names of the statements by which the books of a document are read. */
  const asked = async (document: Document) => {
    const names: unknown[] = []
    const listening: Queryable = {
      query(statement) {
        names.push(statement.name)
        return db.query(statement)
      }
    }
    const touched = touchedBy([unitOf(by, [document])])
    await loadBooks(listening, touched, touched.batches)
    return names
  }
  const WALK = 'books_descends'
  t.notOk((await asked(document)).includes(WALK))
  const other = { ...document, id: randomUUID() }
  t.ok((await asked(other)).includes(WALK), 'of another one that declares it as well it is')

  t.match(await submit(bookkeeper, by, document), { status: 'accepted', replayed: true })
  t.match(await submit(bookkeeper, by, other), { status: 'refused' })
})
