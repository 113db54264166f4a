import type { LoadedBooks } from '../../storage/books/custody-load.ts'
import type { Queryable } from '../../storage/database.ts'
import { type EpdStanding, readEpdStandings } from '../../storage/epds/usable-epds.ts'

/**
 * Puts the declarations that events name onto the books. Their documents are not read: everybody's events
 * wait meanwhile, and one event may name hundreds, each in hundreds of versions.
 */
export async function loadEpds(
  tx: Queryable,
  { books }: LoadedBooks,
  ids: readonly string[]
): Promise<void> {
  for (const [id, versions] of await knownEpds(tx, ids, Number.MAX_SAFE_INTEGER)) {
    books.epds.set(id, versions)
  }
}

/** The versions of declarations as they were known at a position, oldest first. */
export async function knownEpds(
  tx: Queryable,
  ids: readonly string[],
  asOf: number
): Promise<ReadonlyMap<string, readonly EpdStanding[]>> {
  return Map.groupBy(await readEpdStandings(tx, ids, asOf), ({ epd }) => epd)
}
