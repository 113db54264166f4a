import type { TransitionName, WrittenEpdState } from '../../domain/epd/lifecycle.ts'
import type { VersionKey } from '../../domain/epd/version.ts'
import type { Queryable, Transaction } from '../database.ts'

/** Where a version comes to stand, and what it came to on the way. */
export interface NewEpdState {
  readonly epd: string
  readonly versionKey: VersionKey
  readonly position: number
  readonly state: WrittenEpdState
  readonly transition: TransitionName | 'external' | 'supersede'
  readonly organization: string
  readonly client: string
  readonly reason: string | null
  /** The exact bytes of the request. */
  readonly request: Buffer | null
  readonly endsOn: string | null
  readonly verifier: string | null
  readonly verification: number | null
  readonly programme: string | null
  readonly registrationNumber: string | null
  readonly registration: number | null
}

export async function insertEpdState(tx: Transaction, state: NewEpdState): Promise<void> {
  await tx.query({
    name: 'epd_state_insert',
    text: `insert into epd_state_version
      (epd, version_key, position, state, transition, organization, client, reason, request,
       ends_on, verifier, verification, programme, registration_number, registration)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
    values: [
      state.epd,
      state.versionKey,
      state.position,
      state.state,
      state.transition,
      state.organization,
      state.client,
      state.reason,
      state.request,
      state.endsOn,
      state.verifier,
      state.verification,
      state.programme,
      state.registrationNumber,
      state.registration
    ]
  })
}

/** One step on the way of a version. */
export interface EpdStateRow {
  readonly position: string
  readonly recordedAt: string
  readonly state: WrittenEpdState
  readonly transition: NewEpdState['transition']
  readonly organization: string
  readonly reason: string | null
  readonly registrationNumber: string | null
  /** Exact bytes of the request; null where none of its own was made. */
  readonly request: Buffer | null
  /** Of its entry. */
  readonly statement: Buffer
}

/** Which steps of a version. */
export interface EpdStepsWanted {
  readonly epd: string
  readonly versionKey: VersionKey
  /** What was known at this position. */
  readonly asOf: number
  /** Only these, and none that a return undid; every one where it is null. */
  readonly transitions: readonly string[] | null
  /** Behind this position, no more than so many. */
  readonly page?: { readonly after: number; readonly limit: number }
}

/** Steps of a version, oldest first. */
export function epdStates(
  db: Queryable,
  { epd, versionKey, asOf, transitions, page }: EpdStepsWanted
): Promise<EpdStateRow[]> {
  return db.query<EpdStateRow>({
    name: 'epd_states',
    text: `select s.position, j.at as "recordedAt", s.state, s.transition, s.organization, s.reason,
        s.registration_number as "registrationNumber", s.request, j.statement
      from epd_state_version s join journal j on j.position = s.position
      where s.epd = $1 and s.version_key = $2 and s.position <= $3 and s.position > $4
        and ($5::text[] is null or s.transition = any($5) and s.position > coalesce((
          select max(position) from epd_state_version
           where epd = $1 and version_key = $2 and transition = 'return' and position <= $3), -1))
      order by s.position limit $6`,
    // Without a limit it is null, which PostgreSQL takes for all of them.
    values: [epd, versionKey, asOf, page?.after ?? -1, transitions, page?.limit ?? null]
  })
}

/**
 * True where an organization made the same request for a version before, whatever came of it; not
 * where another one made the same step after it, or who asks again would take that one for their own.
 */
export async function findRepeated(
  db: Queryable,
  asked: {
    readonly epd: string
    readonly versionKey: VersionKey
    readonly transition: TransitionName
    readonly organization: string
    readonly request: Buffer
  }
): Promise<boolean> {
  const rows = await db.query({
    name: 'epd_state_repeated',
    text: `select from epd_state_version s where epd = $1 and version_key = $2 and transition = $3
        and organization = $4 and (request = $5 or request is null and transition = 'submit')
        and not exists (select from epd_state_version later where later.epd = $1
          and later.version_key = $2 and later.transition = $3 and later.position > s.position
          and later.organization <> $4) limit 1`,
    values: [asked.epd, asked.versionKey, asked.transition, asked.organization, asked.request]
  })
  return rows.length > 0
}
