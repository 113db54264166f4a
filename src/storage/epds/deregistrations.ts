import type { Queryable } from '../database.ts'

/** A version that was withdrawn from a programme, for the public list. */
export interface DeregistrationRow {
  readonly epd: string
  readonly version: string
  readonly organization: string
  readonly programme: string
  readonly registrationNumber: string
  readonly sha256: Buffer
  readonly summary: string
  readonly position: string
  readonly recordedAt: string
  readonly reason: string
  readonly statement: Buffer
}

/** Withdrawn versions in the order of their withdrawal, as known at a position. */
export function listDeregistrations(
  db: Queryable,
  page: {
    readonly programme: string | null
    readonly asOf: number
    readonly after: number
    readonly limit: number
  }
): Promise<DeregistrationRow[]> {
  return db.query<DeregistrationRow>({
    name: 'deregistration_list',
    text: `select s.epd, v.version, e.organization, s.programme,
        s.registration_number as "registrationNumber", v.sha256, v.summary, s.position,
        j.at as "recordedAt", s.reason, j.statement
      from epd_state_version s
      join epd e on e.id = s.epd
      join epd_version v on v.epd = s.epd and v.version_key = s.version_key
      join journal j on j.position = s.position
      where s.state = 'deregistered' and s.position > $1 and s.position <= $2
        and ($3::uuid is null or s.programme = $3)
      order by s.position limit $4`,
    values: [page.after, page.asOf, page.programme, page.limit]
  })
}
