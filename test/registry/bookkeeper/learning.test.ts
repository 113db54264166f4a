import { randomUUID } from 'node:crypto'
import t from 'tap'
import { emptyBooks } from '../../../src/domain/custody/shelves.ts'
import { RememberedBooks } from '../../../src/registry/bookkeeper/remembered-books.ts'
import type { TouchedByUnits } from '../../../src/registry/bookkeeper/touched-by.ts'
import type { WrittenGroup } from '../../../src/registry/bookkeeper/written-group.ts'
import type { AcceptedEvent } from '../../../src/storage/books/write/accepted.ts'
import { ExpectedHead } from '../../../src/storage/connection/expected-head.ts'
import { KnownHistory } from '../../../src/storage/connection/known-history.ts'

/** A shipment without lines, told apart by whether it is void. */
const shipmentThatIs = (id: string, voided: boolean) => ({ id, voided, lines: [] }) as never

/** A group that changed a shipment, as `keep` is told of it. */
function receiving(id: string, voided: boolean): WrittenGroup {
  const books = emptyBooks()
  books.shipments.set(id, shipmentThatIs(id, voided))
  const effect = { newBatches: [], draws: [], postings: [] }
  const nothing = { facilities: [], organizations: [], actors: [] }
  return {
    touched: { ...nothing, shipments: [id] } as unknown as TouchedByUnits,
    loaded: { books, accounts: new Set<string>() } as never,
    read: new Set(),
    accepted: [
      { event: { id: randomUUID() }, effect, booked: [], position: 0 }
    ] as unknown as AcceptedEvent[],
    packed: new Map(),
    inLine: true
  }
}

const touching = (shipment: string) =>
  ({
    ...{ events: [], batches: [], outputs: [], numbers: [], facilities: [], organizations: [] },
    ...{ actors: [], campaigns: [], corrections: [], epds: [], given: new Set() },
    shipments: [shipment]
  }) as unknown as TouchedByUnits

t.test(
  'a group whose places are taken and that cannot be kept makes everything forgotten',
  async (t) => {
    const head = new ExpectedHead()
    const books = new RememberedBooks({ expected: head, history: new KnownHistory() })
    let next = 0
    const places = (by: object | null) => head.given({ first: next++, at: '', mark: 0n }, 1, by)
    for (let n = 0; n < 10; n += 1) places(books)
    const shipment = randomUUID()
    // One reads the books and waits long for locks.
    const { generation: early } = books
    // Somebody registers a facility meanwhile.
    places(null)
    places(books)
    // Another group has been read since, also the shipment before the first has locked it.
    places(books)
    books.keep(receiving(shipment, false), books.generation)
    t.equal(books.recall(touching(shipment))?.books.shipments.get(shipment)?.voided, false)
    // Now the first has its locks, finds the shipment as the other left it, and takes its places.
    places(books)
    books.keep(receiving(shipment, true), early)
    const recalled = books.recall(touching(shipment))
    t.not(recalled?.books.shipments.get(shipment)?.voided, false, 'not as it was before')
  }
)

/** Books that hold, and a shipment that nobody remembers; everything is durable. */
function holding() {
  const head = new ExpectedHead()
  const history = new KnownHistory()
  const books = new RememberedBooks({ expected: head, history }, 8)
  let next = 0
  function write(group: WrittenGroup): void {
    const { generation } = books
    head.given({ first: next++, at: '', mark: 0n }, 1, books)
    history.reaches(next)
    books.keep(group, generation)
  }
  for (let n = 0; n < 12; n += 1) write(receiving(randomUUID(), false))
  const shipment = randomUUID()
  const reading = books.beforeReading()
  if (!reading) throw new Error('it does not hold')
  return {
    head,
    books,
    shipment,
    write,
    others: () => head.given({ first: next++, at: '', mark: 0n }, 1, null),
    learn: () =>
      books.learn(shipmentsOnly(shipment), receiving(shipment, false).loaded.books, reading),
    knows: () => books.recall(touching(shipment)) !== null
  }
}

/** What a question for one shipment that leads to nothing has found. */
const shipmentsOnly = (id: string) => {
  const nothing = { batches: [], meant: [], numbers: [], facilities: [], organizations: [] }
  return { ...nothing, actors: [], shipments: [id] }
}

t.test('what was read is learned', async (t) => {
  const { learn, knows } = holding()
  t.equal(knows(), false)
  learn()
  t.ok(knows())
})

t.test('not where what was put meanwhile may have made room already', async (t) => {
  const { learn, knows, write, shipment } = holding()
  write(receiving(shipment, true))
  for (let n = 0; n < 12; n += 1) write(receiving(randomUUID(), false))
  learn()
  t.equal(knows(), false)
})

t.test('not where somebody else has written meanwhile', async (t) => {
  const { learn, knows, write, others } = holding()
  others()
  for (let n = 0; n < 2; n += 1) write(receiving(randomUUID(), false))
  learn()
  t.equal(knows(), false)
})

t.test('not while a group is judged by what it has read', async (t) => {
  const { learn, knows, books } = holding()
  const kept = books.judging()
  learn()
  t.equal(knows(), false)
  kept()
  learn()
  t.ok(knows())
})
