import { carbonFootprint } from '../../domain/epd/carbon-footprint.ts'
import type { Epd } from '../../domain/epd/epd.ts'
import type { IncludedContent, IncludedEpd, IncludedEpds } from '../../domain/epd/included.ts'
import { onceValidStates, type WrittenEpdState } from '../../domain/epd/lifecycle.ts'
import { sameVersion } from '../../domain/epd/version.ts'
import type { Reference } from '../../domain/reference.ts'
import type { Queryable } from '../../storage/database.ts'
import { type EpdStanding, readEpdStandings } from '../../storage/epds/usable-epds.ts'
import { storedEpd } from './stored-epd.ts'

/** Far beyond any chain of declarations, behind those that one names itself: what lies farther is not looked at. */
const MOST_BEHIND = 200
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
  const named = new Map(epd.includes.map(({ epd: id, version }) => [id, version]))
  let asked = namedIn(epd)
  const most = asked.length + MOST_BEHIND
  while (asked.length > 0 && found.size < most) {
    const standings = await readEpdStandings(db, asked.slice(0, most - found.size), NOW)
    const next = new Set<string>()
    for (const [id, versions] of Map.groupBy(standings, (standing) => standing.epd)) {
      const content = await readContent(db, reference, versions, named.get(id))
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
  versions: readonly EpdStanding[],
  named: string | undefined
): Promise<IncludedContent | null> {
  const once = versions.filter(({ written }) => onceValidStates.includes(written))
  const meant =
    once.find(({ version }) => named !== undefined && sameVersion(version, named)) ??
    once.findLast(({ written }) => SPEAKING.includes(written)) ??
    once.at(-1)
  const epd = meant && (await storedEpd(db, meant, reference))
  if (!epd) return null
  return {
    version: meant.version,
    stage: epd.product.stage,
    includes: namedIn(epd),
    footprint: carbonFootprint(epd, reference.epd, reference.units),
    declaredUnit: epd.declaredUnit
  }
}

function namedIn({ includes }: Epd): string[] {
  return [...new Set(includes.flatMap(({ epd }) => epd ?? []))]
}
