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

interface SiteRow extends Site {
  readonly facility: string
  readonly position: string
  readonly valid_from: string
}

/** Reads what the parties of an answer are called; a question names few of them. */
export async function readDirectory(
  db: Queryable,
  parties: { readonly organizations: Iterable<string>; readonly facilities: Iterable<string> },
  asOf: number
): Promise<Directory> {
  const [names, sites] = await Promise.all([
    readNames(db, [...new Set(parties.organizations)], asOf),
    readSites(db, [...new Set(parties.facilities)], asOf)
  ])
  return {
    organization: (id) => names.get(id),
    site: (facility, day, knownAt) =>
      sites.get(facility)?.find((row) => Number(row.position) <= knownAt && row.valid_from <= day)
  }
}

/** What parties are called that may be organizations or facilities. */
export async function readPartyNames(
  db: Queryable,
  ids: readonly string[],
  asOf: number
): Promise<ReadonlyMap<string, string>> {
  const [names, sites] = await Promise.all([readNames(db, ids, asOf), readSites(db, ids, asOf)])
  for (const [id, [newest]] of sites) if (newest) names.set(id, newest.name)
  return names
}

async function readNames(db: Queryable, ids: readonly string[], asOf: number) {
  if (ids.length === 0) return new Map<string, string>()
  const rows = await db.query<{ id: string; name: string }>({
    name: 'directory_organizations',
    text: `select o.id, v.name from organization o
      cross join lateral (
        select name from organization_version where organization = o.id and position <= $2
         order by position desc limit 1
      ) v where o.id = any($1::uuid[])`,
    values: [ids, asOf]
  })
  return new Map(rows.map((row) => [row.id, row.name]))
}

/** Newest first: by the day from which a version holds, then by when it was recorded. */
async function readSites(db: Queryable, ids: readonly string[], asOf: number) {
  const sites = new Map<string, SiteRow[]>()
  if (ids.length === 0) return sites
  const rows = await db.query<SiteRow>({
    name: 'directory_facilities',
    text: `select facility, position, name, country, region, valid_from from facility_version
      where facility = any($1::uuid[]) and position <= $2
      order by facility, valid_from desc, position desc`,
    values: [ids, asOf]
  })
  for (const row of rows) {
    const known = sites.get(row.facility)
    if (known) known.push(row)
    else sites.set(row.facility, [row])
  }
  return sites
}
