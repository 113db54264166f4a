import type { BatchFacts, Doer, Named } from '../domain/lineage/tree.ts'
import type { BatchOutline } from '../storage/batches.ts'
import type { Queryable } from '../storage/database.ts'
import type { Directory } from '../storage/directory.ts'
import { readDirectory } from '../storage/directory.ts'
import type { EventFacts as StoredEventFacts } from '../storage/event-facts.ts'

interface Done {
  readonly organization: string
  readonly facility: string
}

/** The names behind everything that an answer may show. */
export function namesOf(
  db: Queryable,
  done: Iterable<Done>,
  asOf: number,
  organizations: Iterable<string> = []
): Promise<Directory> {
  const all = [...done]
  return readDirectory(
    db,
    {
      organizations: [...all.map(({ organization }) => organization), ...organizations],
      facilities: all.map(({ facility }) => facility)
    },
    asOf
  )
}

export function organizationNamed(directory: Directory, id: string): Named {
  return { id, name: directory.organization(id) ?? null }
}

/** Who did something and where, by the facility's terms of that day. */
export function doerOf(
  done: Done & { readonly day: string; readonly knownAt: number },
  directory: Directory
): Doer {
  const site = directory.site(done.facility, done.day, done.knownAt)
  return {
    organization: organizationNamed(directory, done.organization),
    facility: { id: done.facility, name: site?.name ?? null },
    country: site?.country ?? null,
    region: site?.region ?? null
  }
}

export function batchFacts(batch: BatchOutline, directory: Directory): BatchFacts {
  const { organization, facility, producedAt, position, ...rest } = batch
  const day = producedAt.slice(0, 10)
  return {
    ...rest,
    producedAt,
    ...doerOf({ organization, facility, day, knownAt: position }, directory)
  }
}

export function eventFacts(event: StoredEventFacts, directory: Directory) {
  const { organization, facility, at, position, ...rest } = event
  const day = at.slice(0, 10)
  return {
    ...rest,
    at,
    position,
    ...doerOf({ organization, facility, day, knownAt: position }, directory)
  }
}
