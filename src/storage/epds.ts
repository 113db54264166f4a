import type { EpdState } from '../domain/epd/lifecycle.ts'
import type { VersionKey } from '../domain/epd/version.ts'
import type { EpdViewer } from '../domain/epd/viewer.ts'
import type { Queryable, Transaction } from './database.ts'

/** A version with where it stands now. */
export interface EpdVersionRow {
  readonly epd: string
  /** The owner. */
  readonly organization: string
  readonly versionKey: VersionKey
  readonly version: string
  /** Of the version, as the driver gives int8. */
  readonly position: string
  readonly recordedAt: string
  readonly mediaType: string
  readonly sha256: Buffer
  readonly contentHash: Buffer
  readonly size: number
  readonly operator: string | null
  readonly practitioner: string | null
  readonly summary: string
  readonly state: EpdState
  readonly statePosition: string
  readonly stateAt: string
  readonly stateBy: string
  readonly reason: string | null
}

const RFC3339 = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`

/** What every statement about versions selects. */
export const EPD_COLUMNS = `e.id as epd, e.organization, v.version_key as "versionKey", v.version, v.position,
  to_char(j.at at time zone 'UTC', ${RFC3339}) as "recordedAt", v.media_type as "mediaType",
  v.sha256, v.content_hash as "contentHash", length(v.document) as size, v.operator,
  v.practitioner, v.summary, s.state, s.position as "statePosition",
  to_char(sj.at at time zone 'UTC', ${RFC3339}) as "stateAt", s.organization as "stateBy", s.reason`

/** A version, the newest of its states, and when both were recorded. */
export const EPD_VERSIONS = `epd_version v
  cross join lateral (
    select * from epd_state_version
     where epd = v.epd and version_key = v.version_key order by position desc limit 1
  ) s
  join journal j on j.position = v.position
  join journal sj on sj.position = s.position`

/** $1 is the viewer's organization, $2 whether unpublished versions of others are shown. */
export const EPD_VISIBLE = `(s.state in ('published', 'deregistered') or $2::boolean or e.organization = $1::uuid)`

/** Every visible version of a declaration, oldest first; of one number where a key is given. */
export function epdVersions(
  db: Queryable,
  viewer: EpdViewer,
  id: string,
  key: VersionKey | null = null
): Promise<EpdVersionRow[]> {
  return db.query<EpdVersionRow>({
    name: 'epd_versions',
    text: `select ${EPD_COLUMNS} from epd e join ${EPD_VERSIONS} on v.epd = e.id
      where e.id = $3 and ($4::int[] is null or v.version_key = $4) and ${EPD_VISIBLE}
      order by v.version_key`,
    values: [viewer.organization, viewer.seesUnpublished, id, key]
  })
}

/** The exact bytes of the version at a position. */
export async function epdDocument(db: Queryable, position: number): Promise<Buffer> {
  const [row] = await db.query<{ document: Buffer }>({
    name: 'epd_document',
    text: 'select document from epd_version where position = $1',
    values: [position]
  })
  if (row === undefined) throw new Error(`no version of a declaration is at position ${position}`)
  return row.document
}

/** The owner of a declaration; undefined where none was submitted under the id. */
export async function epdOwner(db: Queryable, id: string): Promise<string | undefined> {
  const [row] = await db.query<{ organization: string }>({
    name: 'epd_owner',
    text: 'select organization from epd where id = $1',
    values: [id]
  })
  return row?.organization
}

/** Those of the organizations and facilities that are registered. */
export async function knownParties(
  db: Queryable,
  organizations: readonly string[],
  facilities: readonly string[]
): Promise<{ organizations: Set<string>; facilities: Set<string> }> {
  const rows = await db.query<{ id: string; facility: boolean }>({
    name: 'epd_known_parties',
    text: `select id, false as facility from organization where id = any($1::uuid[])
      union all select id, true from facility where id = any($2::uuid[])`,
    values: [organizations, facilities]
  })
  const ids = (facility: boolean) =>
    new Set(rows.filter((row) => row.facility === facility).map(({ id }) => id))
  return { organizations: ids(false), facilities: ids(true) }
}

export async function insertEpd(
  tx: Transaction,
  epd: { readonly id: string; readonly organization: string; readonly position: number }
): Promise<void> {
  await tx.query({
    name: 'epd_insert',
    text: 'insert into epd (id, organization, position) values ($1, $2, $3)',
    values: [epd.id, epd.organization, epd.position]
  })
}

export interface NewEpdState {
  readonly epd: string
  readonly versionKey: VersionKey
  readonly position: number
  readonly state: EpdState
  readonly organization: string
  readonly client: string
  readonly reason: string | null
}

export async function insertEpdState(tx: Transaction, state: NewEpdState): Promise<void> {
  await tx.query({
    name: 'epd_state_insert',
    text: `insert into epd_state_version
      (epd, version_key, position, state, organization, client, reason)
      values ($1, $2, $3, $4, $5, $6, $7)`,
    values: [
      state.epd,
      state.versionKey,
      state.position,
      state.state,
      state.organization,
      state.client,
      state.reason
    ]
  })
}
