import type { Queryable, Transaction } from '../database.ts'

/** A version of a facility; the exact bytes carry what has no column. */
export interface FacilityRow {
  readonly id: string
  readonly organization: string
  /** Of this version, as the driver gives int8. */
  readonly position: string
  /** Of the first version: the order of lists. */
  readonly firstPosition: string
  readonly recordedAt: string
  readonly operator: string
  readonly attestation: string
  readonly document: Buffer
  readonly contentHash: Buffer
  /** Of the entry that recorded the version; it says who signed. */
  readonly statement: Buffer
}

export interface FacilityPage {
  readonly organization: string | null
  readonly country: string | null
  readonly stage: string | null
  readonly after: number
  readonly limit: number
}

const COLUMNS = `f.id, f.organization, v.position, f.position as "firstPosition", v.operator,
  v.attestation, v.document, v.content_hash as "contentHash",
  j.at as "recordedAt", j.statement`

const LATEST = `from facility f
  cross join lateral (
    select * from facility_version where facility = f.id order by position desc limit 1
  ) v
  join journal j on j.position = v.position`

const VERSIONS = `from facility f join facility_version v on v.facility = f.id
  join journal j on j.position = v.position`

export async function findFacility(db: Queryable, id: string): Promise<FacilityRow | undefined> {
  const [row] = await db.query<FacilityRow>({
    name: 'facility_find',
    text: `select ${COLUMNS} ${LATEST} where f.id = $1`,
    values: [id]
  })
  return row
}

/** The first version, which a repeated request is compared with. */
export async function firstFacilityVersion(
  db: Queryable,
  id: string
): Promise<FacilityRow | undefined> {
  const [row] = await db.query<FacilityRow>({
    text: `select ${COLUMNS} ${VERSIONS} where f.id = $1 and v.position = f.position`,
    values: [id]
  })
  return row
}

/** Latest versions in the order of registration. */
export function listFacilities(db: Queryable, page: FacilityPage): Promise<FacilityRow[]> {
  return db.query<FacilityRow>({
    name: 'facility_list',
    text: `select ${COLUMNS} ${LATEST}
      where f.position > $1 and ($2::uuid is null or f.organization = $2)
        and ($3::text is null or v.country = $3) and ($4::text is null or $4 = any(v.stages))
      order by f.position limit $5`,
    values: [page.after, page.organization, page.country, page.stage, page.limit]
  })
}

/** Versions of one facility behind a position, oldest first. */
export function facilityVersions(
  db: Queryable,
  page: { readonly id: string; readonly after: number; readonly limit: number }
): Promise<FacilityRow[]> {
  return db.query<FacilityRow>({
    name: 'facility_versions',
    text: `select ${COLUMNS} ${VERSIONS}
      where f.id = $1 and v.position > $2 order by v.position limit $3`,
    values: [page.id, page.after, page.limit]
  })
}

/** The first version that was made of these bytes. */
export async function facilityVersionOf(
  db: Queryable,
  id: string,
  document: Buffer
): Promise<FacilityRow | undefined> {
  const [row] = await db.query<FacilityRow>({
    text: `select ${COLUMNS} ${VERSIONS} where f.id = $1 and v.document = $2
      order by v.position limit 1`,
    values: [id, document]
  })
  return row
}

/** Locks the facility so that its versions come one after the other; false when unknown. */
export async function lockFacility(tx: Transaction, id: string): Promise<boolean> {
  const rows = await tx.query({
    text: 'select from facility where id = $1 for no key update',
    values: [id]
  })
  return rows.length > 0
}

export async function insertFacility(
  tx: Transaction,
  facility: { readonly id: string; readonly organization: string; readonly position: number }
): Promise<void> {
  await tx.query({
    text: 'insert into facility (id, organization, position) values ($1, $2, $3)',
    values: [facility.id, facility.organization, facility.position]
  })
}

export interface NewFacilityVersion {
  readonly facility: string
  readonly position: number
  readonly name: string
  readonly country: string
  readonly region: string | null
  readonly latitude: string | null
  readonly longitude: string | null
  readonly stages: readonly string[]
  readonly operator: string
  readonly validFrom: string
  readonly attestation: string
  readonly document: Buffer
  readonly contentHash: Buffer
}

export async function insertFacilityVersion(
  tx: Transaction,
  version: NewFacilityVersion
): Promise<void> {
  await tx.query({
    text: `insert into facility_version
      (facility, position, name, country, region, latitude, longitude, stages, operator,
       valid_from, attestation, document, content_hash)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    values: [
      version.facility,
      version.position,
      version.name,
      version.country,
      version.region,
      version.latitude,
      version.longitude,
      version.stages,
      version.operator,
      version.validFrom,
      version.attestation,
      version.document,
      version.contentHash
    ]
  })
}
