import { randomUUID } from 'node:crypto'
import t from 'tap'
import { BookShelves } from '../../../src/registry/bookkeeper/book-shelves.ts'
import { lackingOn } from '../../../src/registry/bookkeeper/lacking.ts'

/** The list, and how often something was taken from it. */
function counted(list: readonly string[]) {
  let reads = 0
  const get = (target: readonly string[], key: string | symbol) => {
    if (typeof key === 'string' && /^\d+$/.test(key)) reads += 1
    return Reflect.get(target, key)
  }
  return { list: new Proxy(list, { get }), reads: () => reads }
}

t.test(
  'a unit of many outputs is looked through once, and not once for each of them',
  async (t) => {
    const ids = Array.from({ length: 1_000 }, () => randomUUID())
    const outputs = counted(ids)
    const nothing = {
      events: [],
      numbers: [],
      shipments: [],
      campaigns: [],
      corrections: [],
      epds: []
    }
    const nobody = { actors: [], facilities: [], organizations: [], given: new Set<string>() }
    const touched = { ...nothing, ...nobody, batches: ids, outputs: outputs.list }
    t.equal(
      lackingOn(new BookShelves(() => 0), touched),
      null,
      'what it declares is not looked for'
    )
    t.ok(outputs.reads() <= 2 * ids.length, `${outputs.reads()} reads`)
  }
)
