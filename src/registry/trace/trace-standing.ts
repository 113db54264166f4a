import type { EntryPoint, Sight } from '../../domain/lineage/sight.ts'
import { RegistryError } from '../../errors.ts'
import type { Standpoint } from '../../identity/visibility.ts'
import { sightOf } from '../../identity/visibility.ts'
import type { Access, Asker } from '../../storage/batches/access.ts'
import { hasAnyEntry, readAccess, readEntries, strongest } from '../../storage/batches/access.ts'
import { readNeighbors } from '../../storage/batches/graph.ts'
import type { Queryable } from '../../storage/database.ts'

/** What the organization that asks is to the batch it asks about. */
export interface Standing extends Access {
  /** `whole`, or `nameless` where it holds the batch and may not know who made it. */
  readonly sight: Sight
  /** From where it sees the ancestors. */
  readonly from: EntryPoint | 'public'
}

/** How far the search for an entry point downstream of a batch goes. */
const SEARCH = { depth: 64, batches: 20_000 }

/**
 * What the organization is to a batch: holder, counterparty, grantee, or holder of something made
 * from it. Throws `NOT_FOUND` for everybody else, as for a batch that does not exist.
 */
export async function standingOf(db: Queryable, batch: string, asker: Asker): Promise<Standing> {
  const access = (await readAccess(db, [batch], asker)).get(batch)
  if (!access) throw noSuchBatch(batch)
  const own = entered(access)
  if (own === null) return downstreamOf(db, access, asker)
  if (own.from !== 'public') return own
  // Whoever holds something made from a public batch sees its ancestors better than a stranger.
  return { ...own, from: (await entryDownstream(db, batch, asker)) ?? 'public' }
}

/** The standing of an organization with an entry point of its own, or towards a public batch. */
export function entered(access: Access): Standing | null {
  const { entry, disclosure, knowsMaker } = access
  const standpoint: Standpoint =
    entry === null ? { at: 'elsewhere' } : { at: 'entry', entry, knowsMaker }
  const sight = sightOf(disclosure, standpoint)
  return sight === 'nothing' ? null : { ...access, sight, from: entry ?? 'public' }
}

/**
 * The standing of an organization that has an entry point somewhere downstream. Only what it sees
 * whole can be asked for by its id: an outline does not say which batch it is.
 */
async function downstreamOf(db: Queryable, access: Access, asker: Asker): Promise<Standing> {
  const from = await entryDownstream(db, access.batch, asker)
  const sight = from === null ? 'nothing' : sightOf(access.disclosure, { at: 'ancestor', of: from })
  if (from === null || sight !== 'whole') throw noSuchBatch(access.batch)
  return { ...access, sight, from }
}

/** The nearest entry point behind a batch that shows more than an outline, else any that exists. */
async function entryDownstream(
  db: Queryable,
  batch: string,
  asker: Asker
): Promise<EntryPoint | null> {
  if (!(await hasAnyEntry(db, asker))) return null
  const seen = new Set([batch])
  let frontier: readonly string[] = [batch]
  let weak: EntryPoint | null = null
  for (let depth = 0; frontier.length > 0 && depth < SEARCH.depth; depth += 1) {
    const met = await readNeighbors(db, frontier, 'downstream', Number.MAX_SAFE_INTEGER)
    const fresh = new Set(met.filter((id) => !seen.has(id)))
    for (const id of fresh) seen.add(id)
    frontier = [...fresh]
    const entry = strongest((await readEntries(db, frontier, asker)).values())
    if (entry !== null && entry !== 'grantee_batch') return entry
    weak ??= entry
    if (seen.size > SEARCH.batches) break
  }
  return weak
}

/** Unknown and invisible batches are told apart by nobody. */
export function noSuchBatch(batch: string): RegistryError {
  return new RegistryError('NOT_FOUND', `There is no batch ${batch}.`)
}
