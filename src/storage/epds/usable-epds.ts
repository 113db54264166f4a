import type { EpdCoverage } from '../../domain/epd/coverage.ts'
import type { WrittenEpdState } from '../../domain/epd/lifecycle.ts'
import type { Queryable } from '../database.ts'

/** A version of a declaration as it stood at a position. */
export interface EpdStanding {
  readonly epd: string
  /** The owner; of an external one whoever recorded it. */
  readonly organization: string
  readonly version: string
  readonly position: number
  readonly mediaType: string
  /** Calendar days; null where it states none. */
  readonly validFrom: string | null
  readonly validUntil: string | null
  readonly written: WrittenEpdState
  /** The first day for which it speaks no more. */
  readonly endsOn: string | null
  readonly covers: EpdCoverage
}

type Row = Omit<EpdStanding, 'position' | 'covers'> & {
  readonly position: string
  readonly coverage: string
}

/** Every version of the declarations that was known at a position, oldest first. */
export async function readEpdStandings(
  db: Queryable,
  ids: readonly string[],
  asOf: number
): Promise<readonly EpdStanding[]> {
  if (ids.length === 0) return []
  const rows = await db.query<Row>({
    name: 'epd_standings',
    text: `select v.epd, e.organization, v.version, v.position, v.media_type as "mediaType",
        v.valid_from::text as "validFrom", v.valid_until::text as "validUntil", s.state as written,
        s.ends_on::text as "endsOn", v.coverage
      from epd_version v join epd e on e.id = v.epd
      cross join lateral (
        select state, ends_on from epd_state_version
         where epd = v.epd and version_key = v.version_key and position <= $2
         order by position desc limit 1
      ) s
      where v.epd = any($1::uuid[]) and v.position <= $2
      order by v.epd, v.version_key`,
    values: [ids, asOf]
  })
  return rows.map(({ coverage, ...row }) => ({
    ...row,
    position: Number(row.position),
    covers: JSON.parse(coverage) as EpdCoverage
  }))
}
