import type { BatchFacts, Doer, Named } from '../../domain/lineage/tree.ts'
import type { BatchOutline } from '../../storage/batches/batch-outlines.ts'
import type { EventFacts as StoredEventFacts } from '../../storage/books/event-facts.ts'
import type { Queryable } from '../../storage/database.ts'
import type { Directory, Parties, Site } from '../../storage/parties/directory.ts'
import { readDirectory } from '../../storage/parties/directory.ts'

/** Who did something, and at which facility. */
export interface Done {
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
  return readDirectory(db, partiesOf(done, organizations), asOf)
}

/** Who did something, and where: each once. */
export function partiesOf(done: Iterable<Done>, organizations: Iterable<string> = []): Parties {
  const named = new Set(organizations)
  const facilities = new Set<string>()
  for (const { organization, facility } of done) {
    named.add(organization)
    facilities.add(facility)
  }
  return { organizations: named, facilities }
}

export function organizationNamed(directory: Directory, id: string): Named {
  return { id, name: directory.organization(id) ?? null }
}

/** Who did something and where, by the facility's terms of that day. */
export function doerOf(
  done: Done & { readonly day: string; readonly knownAt: number },
  directory: Directory
): Doer {
  const { organization, facility } = done
  const site = directory.site(facility, done.day, done.knownAt)
  const known = site && doers.get(site)
  if (known?.organization.id === organization && known.facility.id === facility) return known
  const doer = {
    organization: organizationNamed(directory, organization),
    facility: { id: facility, name: site?.name ?? null },
    country: site?.country ?? null,
    region: site?.region ?? null
  }
  if (site) doers.set(site, doer)
  return doer
}

/** Who was last at a site of a directory: of thousands of batches most were made by the same few. */
const doers = new WeakMap<Site, Doer>()

/** Who made a batch, and where. */
export function batchDoer(batch: BatchOutline, directory: Directory): Doer {
  const day = batch.producedAt.slice(0, 10)
  const { organization, facility, position: knownAt } = batch
  return doerOf({ organization, facility, day, knownAt }, directory)
}

export function batchFacts(batch: BatchOutline, directory: Directory): BatchFacts {
  const doer = batchDoer(batch, directory)
  // Named one by one: there may be thousands, and copying what is left over costs ten times as much.
  return {
    id: batch.id,
    number: batch.number,
    productClass: batch.productClass,
    productName: batch.productName,
    stage: batch.stage,
    producedAt: batch.producedAt,
    massUg: batch.massUg,
    custodyModel: batch.custodyModel,
    status: batch.status,
    voidedBy: batch.voidedBy,
    organization: doer.organization,
    facility: doer.facility,
    country: doer.country,
    region: doer.region
  }
}

export function eventFacts(event: StoredEventFacts, directory: Directory) {
  const { id, type, organization, facility, at, position, stages, evidence } = event
  const doer = doerOf(
    { organization, facility, day: at.slice(0, 10), knownAt: position },
    directory
  )
  return { id, type, stages, at, position, evidence, ...doer }
}
