import type { Queryable, Transaction } from '../database.ts'

/** A version of an organization; the exact bytes carry what has no column. */
export interface OrganizationRow {
  readonly id: string
  /** Of this version, as the driver gives int8. */
  readonly position: string
  /** Of the first version: the order of lists. */
  readonly firstPosition: string
  readonly recordedAt: string
  readonly document: Buffer
  readonly contentHash: Buffer
  /** Of the entry that recorded the version; it says who signed. */
  readonly statement: Buffer
}

const COLUMNS = `o.id, v.position, o.position as "firstPosition", v.document,
  v.content_hash as "contentHash",
  j.at as "recordedAt", j.statement`

const LATEST = `from organization o
  cross join lateral (
    select * from organization_version where organization = o.id order by position desc limit 1
  ) v
  join journal j on j.position = v.position`

const VERSIONS = `from organization o join organization_version v on v.organization = o.id
  join journal j on j.position = v.position`

export async function findOrganization(
  db: Queryable,
  id: string
): Promise<OrganizationRow | undefined> {
  const [row] = await db.query<OrganizationRow>({
    name: 'organization_find',
    text: `select ${COLUMNS} ${LATEST} where o.id = $1`,
    values: [id]
  })
  return row
}

/** The first version, which a repeated request is compared with. */
export async function firstOrganizationVersion(
  db: Queryable,
  id: string
): Promise<OrganizationRow | undefined> {
  const [row] = await db.query<OrganizationRow>({
    text: `select ${COLUMNS} ${VERSIONS} where o.id = $1 and v.position = o.position`,
    values: [id]
  })
  return row
}

/** Latest versions in the order of registration. */
export function listOrganizations(
  db: Queryable,
  page: { country: string | null; after: number; limit: number }
): Promise<OrganizationRow[]> {
  return db.query<OrganizationRow>({
    name: 'organization_list',
    text: `select ${COLUMNS} ${LATEST}
      where o.position > $1 and ($2::text is null or v.country = $2) order by o.position limit $3`,
    values: [page.after, page.country, page.limit]
  })
}

/** Versions of one organization behind a position, oldest first. */
export function organizationVersions(
  db: Queryable,
  page: { readonly id: string; readonly after: number; readonly limit: number }
): Promise<OrganizationRow[]> {
  return db.query<OrganizationRow>({
    name: 'organization_versions',
    text: `select ${COLUMNS} ${VERSIONS}
      where o.id = $1 and v.position > $2 order by v.position limit $3`,
    values: [page.id, page.after, page.limit]
  })
}

/** The first version that was made of these bytes. */
export async function organizationVersionOf(
  db: Queryable,
  id: string,
  document: Buffer
): Promise<OrganizationRow | undefined> {
  const [row] = await db.query<OrganizationRow>({
    text: `select ${COLUMNS} ${VERSIONS} where o.id = $1 and v.document = $2
      order by v.position limit 1`,
    values: [id, document]
  })
  return row
}

/** Locks the organization so that its versions come one after the other; false when unknown. */
export async function lockOrganization(tx: Transaction, id: string): Promise<boolean> {
  const rows = await tx.query({
    text: 'select from organization where id = $1 for no key update',
    values: [id]
  })
  return rows.length > 0
}

export async function organizationExists(db: Queryable, id: string): Promise<boolean> {
  const rows = await db.query({ text: 'select from organization where id = $1', values: [id] })
  return rows.length > 0
}

export async function insertOrganization(
  tx: Transaction,
  id: string,
  position: number
): Promise<void> {
  await tx.query({
    text: 'insert into organization (id, position) values ($1, $2)',
    values: [id, position]
  })
}

export interface NewOrganizationVersion {
  readonly organization: string
  readonly position: number
  readonly name: string
  readonly country: string
  readonly document: Buffer
  readonly contentHash: Buffer
}

export async function insertOrganizationVersion(
  tx: Transaction,
  version: NewOrganizationVersion
): Promise<void> {
  await tx.query({
    text: `insert into organization_version
      (organization, position, name, country, document, content_hash)
      values ($1, $2, $3, $4, $5, $6)`,
    values: [
      version.organization,
      version.position,
      version.name,
      version.country,
      version.document,
      version.contentHash
    ]
  })
}
