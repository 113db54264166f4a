import type { Queryable } from '../database.ts'

/** Where an event happened, as its facility was registered then. */
export interface Site {
  readonly name: string
  readonly country: string
  /** ISO 3166-2. */
  readonly region: string | null
}

/** Names of organizations and facilities, as registered at the time of what they did. */
export interface Directory {
  /** Undefined for an organization that was not asked for. */
  organization(id: string): string | undefined
  /** The facility on a day, by the versions recorded up to a position. */
  site(facility: string, day: string, knownAt: number): Site | undefined
}

/** A facility as it was registered in one of its versions. */
export type SiteRow = readonly [
  facility: string,
  position: number,
  name: string,
  country: string,
  region: string | null,
  validFrom: string
]

export type NameRow = readonly [id: string, name: string]

/** Ids of those who are named in an answer. */
export interface Parties {
  readonly organizations: Iterable<string>
  readonly facilities: Iterable<string>
}

interface SiteVersion extends Site {
  readonly position: number
  readonly validFrom: string
}

/** A directory of whom was asked for so far, as known at one position. */
export class GrowingDirectory implements Directory {
  readonly #names = new Map<string, string>()
  readonly #sites = new Map<string, readonly SiteVersion[]>()
  readonly #asOf: number

  constructor(asOf: number) {
    this.#asOf = asOf
  }

  organization(id: string): string | undefined {
    return this.#names.get(id)
  }

  site(facility: string, day: string, knownAt: number): Site | undefined {
    const versions = this.#sites.get(facility)
    return versions?.find((site) => site.position <= knownAt && site.validFrom <= day)
  }

  /** Whether both of them were read. */
  holds({ organization, facility }: { organization: string; facility: string }): boolean {
    return this.#names.has(organization) && this.#sites.has(facility)
  }

  /** Takes what was read of parties: of each facility all versions. */
  take(sites: readonly SiteRow[], organizations: readonly NameRow[]): void {
    for (const [id, name] of organizations) this.#names.set(id, name)
    for (const [facility, rows] of Map.groupBy(sites, ([facility]) => facility)) {
      if (!this.#sites.has(facility)) this.#sites.set(facility, rows.map(siteVersion))
    }
  }

  /** Reads those of the parties that are not in it. */
  async complete(db: Queryable, { organizations, facilities }: Parties): Promise<void> {
    const [sites, names] = await Promise.all([
      readSites(db, missingIn(this.#sites, facilities), this.#asOf),
      readNames(db, missingIn(this.#names, organizations), this.#asOf)
    ])
    this.take(sites, names)
  }
}

function missingIn(known: ReadonlyMap<string, unknown>, ids: Iterable<string>): readonly string[] {
  return [...new Set(ids)].filter((id) => !known.has(id))
}

function siteVersion([, position, name, country, region, validFrom]: SiteRow): SiteVersion {
  return { position, name, country, region, validFrom }
}

/** Reads what the parties of an answer are called; a question names few of them. */
export async function readDirectory(
  db: Queryable,
  parties: Parties,
  asOf: number
): Promise<Directory> {
  const directory = new GrowingDirectory(asOf)
  await directory.complete(db, parties)
  return directory
}

/** What parties are called that may be organizations or facilities. */
export async function readPartyNames(
  db: Queryable,
  ids: readonly string[],
  asOf: number
): Promise<ReadonlyMap<string, string>> {
  const [organizations, sites] = await Promise.all([
    readNames(db, ids, asOf),
    readSites(db, ids, asOf)
  ])
  const names = new Map(organizations)
  for (const [facility, [newest]] of Map.groupBy(sites, ([facility]) => facility)) {
    if (newest) names.set(facility, siteVersion(newest).name)
  }
  return names
}

async function readNames(
  db: Queryable,
  ids: readonly string[],
  asOf: number
): Promise<readonly NameRow[]> {
  if (ids.length === 0) return []
  const [row] = await db.query<{ names: string | null }>({
    name: 'directory_organizations',
    text: `select (${namesText('select unnest($1::uuid[])', '$2')}) as names`,
    values: [ids, asOf]
  })
  return JSON.parse(`[${row?.names ?? ''}]`)
}

async function readSites(
  db: Queryable,
  ids: readonly string[],
  asOf: number
): Promise<readonly SiteRow[]> {
  if (ids.length === 0) return []
  const [row] = await db.query<{ sites: string | null }>({
    name: 'directory_facilities',
    text: `select (${sitesText('select unnest($1::uuid[])', '$2')}) as sites`,
    values: [ids, asOf]
  })
  return JSON.parse(`[${row?.sites ?? ''}]`)
}

/**
 * Versions of the facilities that `which` selects, as known at `asOf`: `SiteRow`s with commas between them. Newest
 * first: by the day from which a version holds, then by when it was recorded.
 */
export function sitesText(which: string, asOf: string): string {
  return `select string_agg(json_build_array(facility, position, name, country, region, valid_from)::text, ','
             order by facility, valid_from desc, position desc)
     from facility_version where facility = any(array(${which})) and position <= ${asOf}`
}

/** What the organizations that `which` selects are called: `NameRow`s with commas between them. */
export function namesText(which: string, asOf: string): string {
  return `select string_agg(json_build_array(named.organization, named.name)::text, ',')
     from (${which}) asked (id) cross join lateral (
       select organization, name from organization_version
        where organization = asked.id and position <= ${asOf} order by position desc limit 1) named`
}
