import type { EpdState, WrittenEpdState } from '../../domain/epd/lifecycle.ts'
import type { DatedVersion } from '../../domain/epd/usable-version.ts'
import type { VersionKey } from '../../domain/epd/version.ts'
import type { EpdViewer } from '../../domain/epd/viewer.ts'
import type { Queryable, Transaction } from '../database.ts'

/** A version with where it stood at a moment. */
export interface EpdVersionRow extends EpdProof {
  readonly epd: string
  /** The owner; of an external one whoever recorded it. */
  readonly organization: string
  readonly versionKey: VersionKey
  readonly version: string
  /** Of the version, as the driver gives int8. */
  readonly position: string
  readonly recordedAt: string
  readonly mediaType: string
  readonly sha256: Buffer
  readonly size: number
  readonly reportSha256: Buffer
  readonly operator: string | null
  readonly practitioner: string | null
  readonly practitionerName: string | null
  /** As the document names it. */
  readonly namedVerifier: string | null
  readonly summary: string
  /** JSON of what is known of its registration elsewhere. */
  readonly external: string | null
  readonly validFrom: string | null
  readonly validUntil: string | null
  /** By the clock of the moment: what was published may be expired. */
  readonly state: EpdState
  readonly written: WrittenEpdState
  readonly statePosition: string
  readonly stateAt: string
  readonly stateBy: string
  /** Of the entries: what they say of signatures is what counts. */
  readonly stateStatement: Buffer
  readonly reason: string | null
  readonly endsOn: string | null
  /** The operator that registered any version of the declaration: later ones are its as well. */
  readonly programmeOfAll: string | null
}

/** Who vouches for a version: what its signatures, verification and registration are known by. */
interface EpdProof {
  readonly statement: Buffer
  readonly verifier: string | null
  readonly verifiedPosition: string | null
  readonly verifiedAt: string | null
  /** Who said so: the verifier, or the operator that confirmed an editorial change of it. */
  readonly verifiedBy: string | null
  readonly verifiedStatement: Buffer | null
  /** The version whose bytes were verified: this one, or the one that it only edits. */
  readonly verifiedVersion: string | null
  readonly verifiedSha256: Buffer | null
  readonly verifiedReport: Buffer | null
  readonly programme: string | null
  readonly registrationNumber: string | null
  readonly registeredPosition: string | null
  readonly registeredAt: string | null
  readonly registeredStatement: Buffer | null
}

/** Whose eyes, and when: what was known at a position, with the calendar of that moment. */
export interface EpdView {
  readonly viewer: EpdViewer
  readonly asOf: number
  /** `YYYY-MM-DD`, UTC. */
  readonly today: string
}

/** `asOf` of whoever asks for what is known now. */
export const LATEST = Number.MAX_SAFE_INTEGER

const RFC3339 = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`
const utc = (journal: string) => `to_char(${journal}.at at time zone 'UTC', ${RFC3339})`

/** Where a version stands by the calendar of $4: expired from the day after its last day on. */
export const EPD_STATE = `(case when s.state = 'published' and v.valid_until < $4::date
  then 'expired' else s.state end)`

/** What every statement about versions selects. */
export const EPD_COLUMNS = `e.id as epd, e.organization, v.version_key as "versionKey", v.version, v.position,
  ${utc('j')} as "recordedAt", v.media_type as "mediaType",
  v.sha256, length(v.document) as size,
  v.report_sha256 as "reportSha256", v.operator, v.practitioner,
  v.practitioner_name as "practitionerName", v.verifier as "namedVerifier", v.summary, v.external,
  v.valid_from::text as "validFrom", v.valid_until::text as "validUntil",
  j.statement, s.state as written,
  ${EPD_STATE} as state,
  s.position as "statePosition", ${utc('sj')} as "stateAt", s.organization as "stateBy",
  sj.statement as "stateStatement", s.reason, s.ends_on::text as "endsOn", s.verifier,
  s.verification as "verifiedPosition", ${utc('vj')} as "verifiedAt", vs.organization as "verifiedBy",
  vj.statement as "verifiedStatement", vv.version as "verifiedVersion", vv.sha256 as "verifiedSha256",
  vv.report_sha256 as "verifiedReport", s.programme, s.registration_number as "registrationNumber",
  s.registration as "registeredPosition", ${utc('rj')} as "registeredAt",
  rj.statement as "registeredStatement", (
    select programme from epd_state_version
     where epd = e.id and programme is not null and position <= $3 order by position limit 1
  ) as "programmeOfAll"`

/** A version, the newest of its states by $3, and when both were recorded. */
export const EPD_VERSIONS = `epd_version v
  cross join lateral (
    select * from epd_state_version
     where epd = v.epd and version_key = v.version_key and position <= $3::int8
     order by position desc limit 1
  ) s
  join journal j on j.position = v.position
  join journal sj on sj.position = s.position
  left join epd_state_version vs on vs.position = s.verification
  left join epd_version vv on vv.epd = vs.epd and vv.version_key = vs.version_key
  left join journal vj on vj.position = s.verification
  left join journal rj on rj.position = s.registration`

/**
 * $1 is the viewer's organization, $2 whether unpublished versions of others are shown. Judged by
 * where a version stood then, so that an answer about then never changes.
 */
export const EPD_VISIBLE = `(s.state in ('published', 'superseded', 'deregistered', 'external')
  or $2::boolean or e.organization = $1::uuid or v.practitioner = $1::uuid)`

/** The first four parameters of every statement made of these parts. */
export function viewValues({ viewer, asOf, today }: EpdView): unknown[] {
  return [viewer.organization, viewer.seesUnpublished, asOf, today]
}

/** Every visible version of a declaration, oldest first; of one number where a key is given. */
export function epdVersions(
  db: Queryable,
  view: EpdView,
  id: string,
  key: VersionKey | null = null
): Promise<EpdVersionRow[]> {
  return db.query<EpdVersionRow>({
    name: 'epd_versions',
    text: `select ${EPD_COLUMNS} from epd e join ${EPD_VERSIONS} on v.epd = e.id
      where e.id = $5 and ($6::int[] is null or v.version_key = $6) and ${EPD_VISIBLE}
      order by v.version_key`,
    values: [...viewValues(view), id, key]
  })
}

/** Some of the visible versions of a declaration behind one of them, oldest first. */
export function epdVersionPage(
  db: Queryable,
  view: EpdView,
  page: { readonly id: string; readonly after: VersionKey | null; readonly limit: number }
): Promise<EpdVersionRow[]> {
  return db.query<EpdVersionRow>({
    name: 'epd_version_page',
    text: `select ${EPD_COLUMNS} from epd e join ${EPD_VERSIONS} on v.epd = e.id
      where e.id = $5 and ($6::int[] is null or v.version_key > $6) and ${EPD_VISIBLE}
      order by v.version_key limit $7`,
    values: [...viewValues(view), page.id, page.after, page.limit]
  })
}

/** The visible version of a declaration with the highest number. */
export async function newestEpdVersion(
  db: Queryable,
  view: EpdView,
  id: string
): Promise<EpdVersionRow | undefined> {
  const [row] = await db.query<EpdVersionRow>({
    name: 'epd_version_newest',
    text: `select ${EPD_COLUMNS} from epd e join ${EPD_VERSIONS} on v.epd = e.id
      where e.id = $5 and ${EPD_VISIBLE} order by v.version_key desc limit 1`,
    values: [...viewValues(view), id]
  })
  return row
}

/** When each visible version of a declaration speaks, oldest first. */
export function epdVersionDates(
  db: Queryable,
  view: EpdView,
  id: string
): Promise<(DatedVersion & Pick<EpdVersionRow, 'versionKey'>)[]> {
  return db.query({
    name: 'epd_version_dates',
    text: `select v.version_key as "versionKey", s.state as written, v.valid_from::text as "validFrom",
        v.valid_until::text as "validUntil", s.ends_on::text as "endsOn"
      from epd e join ${EPD_VERSIONS} on v.epd = e.id
      where e.id = $4 and ${EPD_VISIBLE} order by v.version_key`,
    values: [view.viewer.organization, view.viewer.seesUnpublished, view.asOf, id]
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
