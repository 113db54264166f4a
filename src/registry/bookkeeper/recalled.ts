import type { Books } from '../../domain/custody/books.ts'
import { numberKey } from '../../domain/custody/books.ts'
import { emptyBooks } from '../../domain/custody/shelves.ts'
import type { LoadedBooks } from '../../storage/books/custody-load.ts'
import type { BookShelves } from './book-shelves.ts'
import type { TouchedByUnits } from './touched-by.ts'

/** The books as they are put together here. */
interface Recalled extends LoadedBooks {
  readonly batches: Set<string>
  readonly accounts: Set<string>
}

/**
 * The books as far as units touch them; null where part of that is not on the shelves, or where one of the
 * events has been accepted before. What the units declare counts as new.
 */
export function recalledFrom(shelves: BookShelves, touched: TouchedByUnits): LoadedBooks | null {
  if (touched.events.some((id) => shelves.events.get(id))) return null
  const recalled: Recalled = {
    books: emptyBooks(),
    events: new Map(),
    batches: new Set(),
    accounts: new Set(),
    shipments: new Set(touched.shipments),
    campaigns: new Set()
  }
  const { shipments } = recalled.books
  const complete =
    recallParties(recalled.books, shelves, touched) &&
    touched.shipments.every((id) => put(shipments, id, shelves.shipments.get(id))) &&
    recallBatches(recalled, shelves, touched)
  return complete ? recalled : null
}

function recallParties(
  { facilities, organizations, flags }: Books,
  shelves: BookShelves,
  touched: TouchedByUnits
): boolean {
  return (
    touched.facilities.every((id) => put(facilities, id, shelves.facilities.get(id))) &&
    touched.organizations.every((id) => put(organizations, id, shelves.organizations.get(id))) &&
    touched.actors.every((id) => put(flags, id, shelves.flags.get(id)))
  )
}

function recallBatches(recalled: Recalled, shelves: BookShelves, touched: TouchedByUnits): boolean {
  const declared = new Set(touched.outputs)
  const shipped = touched.shipments.flatMap((id) => recalled.books.shipments.get(id)?.lines ?? [])
  const named = [
    ...touched.batches.filter((id) => !declared.has(id)),
    ...shipped.map(({ batch }) => batch)
  ]
  for (const { organization, number } of touched.numbers) {
    const key = numberKey(organization, number)
    const id = shelves.numbers.get(key)
    if (touched.given.has(key) ? id !== undefined : id === undefined) return false
    if (id !== undefined) named.push(id)
  }
  return (
    touched.outputs.every((id) => !shelves.batches.get(id)) &&
    named.every((id) => recallBatch(recalled, shelves, id))
  )
}

function recallBatch({ books, ...found }: Recalled, shelves: BookShelves, id: string): boolean {
  const known = shelves.batches.get(id)
  if (known === undefined) return false
  const { state, accounts } = known
  found.batches.add(id)
  books.batches.set(id, state)
  if (state.number !== null) books.numbers.set(numberKey(state.organization, state.number), id)
  if (accounts.length > 0) {
    books.batchAccounts.set(
      id,
      accounts.map((account) => account.id)
    )
  }
  for (const account of accounts) {
    found.accounts.add(account.id)
    books.accounts.set(account.id, account)
  }
  return true
}

function put<Value>(
  shelf: { set(key: string, value: Value): void },
  key: string,
  value: Value | undefined
): boolean {
  if (value === undefined) return false
  shelf.set(key, value)
  return true
}
