import { type Books, numberKey } from '../../domain/custody/books.ts'
import { emptyBooks } from '../../domain/custody/shelves.ts'
import { loadNamed } from '../../storage/books/load-named.ts'
import { loadShipments } from '../../storage/books/load-shipments.ts'
import type { Database, Transaction } from '../../storage/database.ts'
import { effortOfUnit, ONE_TURN } from './effort.ts'
import { allOf, type NamedBooks } from './lacking.ts'
import type { RememberedBooks } from './remembered-books.ts'
import type { Unit } from './submission.ts'
import { type TouchedByUnits, touchedBy } from './touched-by.ts'

/** What is asked for together, next. */
interface Question {
  readonly touched: TouchedByUnits[]
  readonly answered: Promise<void>
  readonly resolve: () => void
}

/**
 * Reads what units need and what is not remembered, while they wait for their turn: then their group is
 * judged by memory as a whole. One question at a time; who comes meanwhile is asked for together.
 */
export class ReadAhead {
  readonly #db: Database
  readonly #remembered: RememberedBooks
  #next: Question | null = null
  #reading: Promise<void> | null = null

  constructor(db: Database, remembered: RememberedBooks) {
    this.#db = db
    this.#remembered = remembered
  }

  /**
   * Null where nothing has to be read, or where that would be in vain. Otherwise resolves, and never rejects,
   * when the database has been asked: what was not read then, or cannot be kept, the group reads itself.
   */
  read(unit: Unit): Promise<void> | null {
    if (effortOfUnit(unit) > ONE_TURN) return null
    const touched = touchedBy([unit])
    if (this.#remembered.lacks(touched) === null) return null
    this.#next ??= question()
    this.#next.touched.push(touched)
    const { answered } = this.#next
    this.#reading ??= this.#readOn()
    return answered
  }

  /** Resolves when nothing is being read. */
  async settled(): Promise<void> {
    await this.#reading
  }

  async #readOn(): Promise<void> {
    // What arrives in the same turn of the event loop is asked for together.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#next) {
      const { touched, resolve } = this.#next
      this.#next = null
      await this.#learn(touched).catch(() => {})
      resolve()
    }
    // In the same turn as the last look at what is next, or who comes in between would wait forever.
    this.#reading = null
  }

  async #learn(touched: readonly TouchedByUnits[]): Promise<void> {
    const reading = this.#remembered.beforeReading()
    const lacking = touched.flatMap((each) => this.#remembered.lacks(each) ?? [])
    if (reading === null || lacking.length === 0) return
    const books = emptyBooks()
    const named = await this.#db.transaction((tx) => readNamed(tx, books, allOf(lacking)), {
      readOnly: true,
      readsFirst: true,
      byKey: true
    })
    await this.#remembered.judged()
    this.#remembered.learn(named, books, reading)
  }
}

function question(): Question {
  const { promise: answered, resolve } = Promise.withResolvers<void>()
  return { touched: [], answered, resolve }
}

/** Reads parts of the books, and the batches that shipments and numbers lead to. Returns what was looked for. */
async function readNamed(
  tx: Transaction,
  books: Books,
  named: NamedBooks
): Promise<NamedBooks & { readonly meant: readonly string[] }> {
  await Promise.all([
    loadNamed(tx, books, { ...named, events: [] }),
    loadShipments(tx, books, named.shipments)
  ])
  const shipped = named.shipments.flatMap((id) => books.shipments.get(id)?.lines ?? [])
  const numbered = named.numbers.flatMap(
    ({ organization, number }) => books.numbers.get(numberKey(organization, number)) ?? []
  )
  const meant = new Set([...shipped.map(({ batch }) => batch), ...numbered])
  const batches = [...meant].filter((id) => !books.batches.get(id))
  if (batches.length > 0) {
    const nothingElse = { facilities: [], organizations: [], actors: [], events: [], numbers: [] }
    await loadNamed(tx, books, { ...nothingElse, batches })
  }
  return { ...named, meant: batches }
}
