import type { KnownEpd } from '../../domain/custody/books.ts'
import { coverageOf, type EpdCoverage } from '../../domain/epd/coverage.ts'
import type { Reference } from '../../domain/reference.ts'
import type { LoadedBooks } from '../../storage/books/custody-load.ts'
import type { Queryable } from '../../storage/database.ts'
import type { EpdStanding } from '../../storage/epds/usable-epds.ts'
import { readEpdStandings } from '../../storage/epds/usable-epds.ts'
import { storedEpd } from '../epds/stored-epd.ts'

/** Puts the declarations that events name onto the books. */
export async function loadEpds(
  tx: Queryable,
  { books }: LoadedBooks,
  ids: readonly string[],
  reference: Reference
): Promise<void> {
  if (ids.length === 0) return
  for (const [id, versions] of await knownEpds(tx, ids, Number.MAX_SAFE_INTEGER, reference)) {
    books.epds.set(id, versions)
  }
}

/** The versions of declarations as they were known at a position, with what they cover. */
export async function knownEpds(
  tx: Queryable,
  ids: readonly string[],
  asOf: number,
  reference: Reference
): Promise<ReadonlyMap<string, readonly (KnownEpd & EpdStanding)[]>> {
  const found = new Map<string, (KnownEpd & EpdStanding)[]>()
  for (const standing of await readEpdStandings(tx, ids, asOf)) {
    const version = { ...standing, covers: await coverageAt(tx, standing, reference) }
    found.set(standing.epd, [...(found.get(standing.epd) ?? []), version])
  }
  return found
}

const NOTHING: EpdCoverage = {
  stage: null,
  productClass: null,
  facilities: [],
  countries: [],
  representsOthers: false
}

async function coverageAt(
  tx: Queryable,
  standing: EpdStanding,
  reference: Reference
): Promise<EpdCoverage> {
  const epd = await storedEpd(tx, standing, reference)
  return epd ? coverageOf(epd) : NOTHING
}
