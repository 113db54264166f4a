import { carbonFootprint } from '../../domain/epd/carbon-footprint.ts'
import type { Epd } from '../../domain/epd/epd.ts'
import type { IncludedContent, IncludedEpd, IncludedEpds } from '../../domain/epd/included.ts'
import type { WrittenEpdState } from '../../domain/epd/lifecycle.ts'
import type { Reference } from '../../domain/reference.ts'
import type { Queryable } from '../../storage/database.ts'
import { type EpdStanding, readEpdStandings } from '../../storage/epds/usable-epds.ts'
import { storedEpd } from './stored-epd.ts'

/** Far beyond any chain of declarations; what lies behind is not looked at. */
const MOST = 200
const NOW = Number.MAX_SAFE_INTEGER
/** What a declaration says that was published, or is registered elsewhere. */
const SPEAKING: readonly WrittenEpdState[] = ['published', 'external']

/** The declarations that one builds on, and those that they build on, as they stand now. */
export async function readIncluded(
  db: Queryable,
  reference: Reference,
  epd: Epd
): Promise<IncludedEpds> {
  const found = new Map<string, IncludedEpd>()
  let asked = namedIn(epd)
  while (asked.length > 0 && found.size < MOST) {
    const standings = await readEpdStandings(db, asked.slice(0, MOST - found.size), NOW)
    const next = new Set<string>()
    for (const [id, versions] of Map.groupBy(standings, (standing) => standing.epd)) {
      const content = await readContent(db, reference, versions)
      found.set(id, { id, versions, content })
      for (const each of content?.includes ?? []) next.add(each)
    }
    asked = [...next].filter((id) => !found.has(id))
  }
  return found
}

async function readContent(
  db: Queryable,
  reference: Reference,
  versions: readonly EpdStanding[]
): Promise<IncludedContent | null> {
  const newest = versions.findLast(({ written }) => SPEAKING.includes(written))
  if (!newest) return null
  const epd = await storedEpd(db, newest, reference)
  if (!epd) return null
  return {
    version: newest.version,
    stage: epd.product.stage,
    includes: namedIn(epd),
    footprint: carbonFootprint(epd, reference.epd, reference.units)
  }
}

function namedIn({ includes }: Epd): string[] {
  return [...new Set(includes.flatMap(({ epd }) => epd ?? []))]
}
