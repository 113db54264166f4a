import { randomUUID } from 'node:crypto'
import t from 'tap'
import { BookShelves } from '../../src/registry/book-shelves.ts'
import { lackingOn } from '../../src/registry/lacking.ts'

t.test('a long unit of events with many outputs is looked through at once', async (t) => {
  const outputs = Array.from({ length: 64 * 200 }, () => randomUUID())
  const nothing = {
    events: [],
    numbers: [],
    shipments: [],
    campaigns: [],
    corrections: [],
    epds: []
  }
  const nobody = { actors: [], facilities: [], organizations: [], given: new Set<string>() }
  const touched = { ...nothing, ...nobody, batches: outputs, outputs }
  const started = performance.now()
  t.equal(lackingOn(new BookShelves(() => 0), touched), null, 'what it declares is not looked for')
  t.ok(performance.now() - started < 250, `${Math.round(performance.now() - started)} ms`)
})
