import type { AssayClosure, BatchState, BatchStatus } from '../../domain/custody/books.ts'
import type { CustodyModel, Disclosure } from '../../domain/custody/event.ts'
import type { PackedOrigins, PackedSteps } from '../../domain/lineage/codec.ts'
import { lineageOf } from '../../domain/lineage/codec.ts'
import type { Rational } from '../../domain/quantity/rational.ts'
import { readPool } from './pool-text.ts'

/** A batch with the newest version of everything, as `BATCHES` answers. */
export interface BatchRow {
  readonly id: string
  readonly organization: string
  readonly number: string | null
  readonly drawn_ug: string
  readonly found_ug: string
  readonly found_parts: string
  readonly event: string
  readonly product_class: string
  readonly product_name: string
  readonly stage: string | null
  readonly facility: string
  readonly produced_at: string
  readonly mass_ug: string
  readonly elements: Readonly<Record<string, string>>
  readonly assay_limits: AssayLimits
  readonly custody_model: CustodyModel
  readonly disclosure: Disclosure
  readonly origins: PackedOrigins
  readonly steps: PackedSteps
  readonly voided_by: string | null
  readonly flagged: boolean
  readonly pool: string | null
  readonly status: BatchStatus | null
}

/** What `assay_limits` holds. */
interface AssayLimits {
  readonly closedFor: AssayClosure
  readonly unassayedUg: string
  /** Element -> micrograms; absent where no bound is stated. */
  readonly bounds?: Readonly<Record<string, string>>
  /** Element -> micrograms; absent where nothing was gained. */
  readonly gained?: Readonly<Record<string, string>>
  /** Element -> relative uncertainty as `numerator/denominator`. */
  readonly uncertainty: Readonly<Record<string, string>>
}

/** The batches of the ids $1 as one JSON array of `BatchRow`; null where there are none. */
export const BATCHES = `
  select json_agg(row)::text from (
    select b.id, b.organization, b.number, b.drawn_ug::text, b.found_ug::text, b.found_parts::text,
           v.event, v.product_class, v.product_name, v.stage, v.facility, v.produced_at, v.mass_ug::text, v.elements::json,
           v.assay_limits::json, v.custody_model, v.disclosure, v.voided_by, v.flagged, v.pool,
           o.body::json as origins, s.body::json as steps, t.status
      from batch b
      cross join lateral (select * from batch_version where batch = b.id order by position desc limit 1) v
      cross join lateral (select body from origin_version where batch = b.id order by position desc limit 1) o
      cross join lateral (select body from step_version where batch = b.id order by position desc limit 1) s
      left join lateral (select status from status_version where batch = b.id order by position desc limit 1) t on true
     where b.id = any($1::uuid[])) row`

export function batchState(row: BatchRow): BatchState {
  const { assay_limits: limits, pool } = row
  return {
    id: row.id,
    organization: row.organization,
    number: row.number,
    event: row.event,
    productClass: row.product_class,
    productName: row.product_name,
    stage: row.stage,
    facility: row.facility,
    producedAt: Date.parse(row.produced_at),
    massUg: BigInt(row.mass_ug),
    drawnUg: BigInt(row.drawn_ug),
    foundUg: BigInt(row.found_ug),
    foundParts: BigInt(row.found_parts),
    elements: new Map(Object.entries(row.elements).map(([element, ug]) => [element, BigInt(ug)])),
    uncertainty: new Map(
      Object.entries(limits.uncertainty).map(([element, text]) => [element, fraction(text)])
    ),
    bounds: new Map(
      Object.entries(limits.bounds ?? {}).map(([element, ug]) => [element, BigInt(ug)])
    ),
    gained: new Map(
      Object.entries(limits.gained ?? {}).map(([element, ug]) => [element, BigInt(ug)])
    ),
    closedFor: limits.closedFor,
    unassayedUg: BigInt(limits.unassayedUg),
    custodyModel: row.custody_model,
    disclosure: row.disclosure,
    status: row.status ?? 'clear',
    voidedBy: row.voided_by,
    flagged: row.flagged,
    lineage: lineageOf(row.origins, row.steps),
    ...(pool === null ? {} : { pool: readPool(pool) })
  }
}

function fraction(text: string): Rational {
  const [n = '0', d = '1'] = text.split('/')
  return { n: BigInt(n), d: BigInt(d) }
}
