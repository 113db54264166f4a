import { numberKey } from '../../domain/custody/books.ts'
import type { BatchNumber } from '../../domain/custody/touched.ts'
import type { BookShelves } from './book-shelves.ts'
import type { TouchedByUnits } from './touched-by.ts'

/** Parts of the books, by what events call them. */
export interface NamedBooks {
  readonly batches: readonly string[]
  readonly numbers: readonly BatchNumber[]
  readonly shipments: readonly string[]
  readonly facilities: readonly string[]
  readonly organizations: readonly string[]
  /** Organizations that record events. */
  readonly actors: readonly string[]
}

/** What units touch and what is not on the shelves, but for what they declare; null where that is nothing. */
export function lackingOn(shelves: BookShelves, touched: TouchedByUnits): NamedBooks | null {
  const lacking = {
    batches: mentioned(shelves, touched).filter((id) => !shelves.batches.has(id)),
    numbers: touched.numbers.filter((ref) => {
      const key = numberKey(ref.organization, ref.number)
      return !touched.given.has(key) && !shelves.numbers.has(key)
    }),
    shipments: touched.shipments.filter((id) => !shelves.shipments.has(id)),
    facilities: touched.facilities.filter((id) => !shelves.facilities.has(id)),
    organizations: touched.organizations.filter((id) => !shelves.organizations.has(id)),
    actors: touched.actors.filter((id) => !shelves.flags.has(id))
  }
  return Object.values(lacking).some((each) => each.length > 0) ? lacking : null
}

/** Batches named by id, by a number or by a shipment, as far as the shelves tell which these are. */
function mentioned(shelves: BookShelves, touched: TouchedByUnits): readonly string[] {
  const { batches, numbers, shipments } = touched
  const declared = new Set(touched.outputs)
  return [
    ...batches.filter((id) => !declared.has(id)),
    ...numbers.flatMap((ref) => shelves.numbers.get(numberKey(ref.organization, ref.number)) ?? []),
    ...shipments.flatMap((id) => shelves.shipments.get(id)?.lines ?? []).map(({ batch }) => batch)
  ]
}

/** Several of them as one, each id once. */
export function allOf(named: readonly NamedBooks[]): NamedBooks {
  const ids = (of: (each: NamedBooks) => readonly string[]) => [...new Set(named.flatMap(of))]
  return {
    batches: ids(({ batches }) => batches),
    numbers: named.flatMap(({ numbers }) => numbers),
    shipments: ids(({ shipments }) => shipments),
    facilities: ids(({ facilities }) => facilities),
    organizations: ids(({ organizations }) => organizations),
    actors: ids(({ actors }) => actors)
  }
}
