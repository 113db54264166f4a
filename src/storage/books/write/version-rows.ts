import type { BatchState } from '../../../domain/custody/books.ts'
import type { PreparedStatement } from '../../connection/statement.ts'
import { elementsText } from '../../connection/statement.ts'
import { poolText } from '../pool-text.ts'
import { limitsText } from './batch-rows.ts'

/** A batch as it stands from a position on, when no new declaration of it came in. */
export interface VersionRow {
  readonly state: BatchState
  readonly position: number
  /** The event, correction or re-evaluation that says so. */
  readonly event: string
  readonly origins: string
  readonly steps: string
}

/** New versions of content and lineage; what was declared is carried over from the version before. */
export function versionStatements(rows: readonly VersionRow[]): PreparedStatement[] {
  if (rows.length === 0) return []
  const ids = rows.map((row) => row.state.id)
  const positions = rows.map((row) => row.position)
  const events = rows.map((row) => row.event)
  return [
    {
      name: 'version_batch',
      text: `insert into batch_version (batch, position, birth, event, number, product_class, product_name, stage,
          facility, produced_at, mass_ug, elements, assay_limits, custody_model, disclosure, epd,
          hs_code, voided_by, flagged, pool, declaration)
        select d.batch, d.position, p.birth, p.event, p.number, p.product_class, p.product_name, d.stage, p.facility,
          p.produced_at, p.mass_ug, d.elements, d.limits, d.custody_model, p.disclosure, p.epd,
          p.hs_code, d.voided_by, d.flagged, d.pool, p.declaration
        from unnest($1::uuid[], $2::int8[], $3::text[], $4::text[], $5::uuid[], $6::text[],
            $7::text[], $8::text[], $9::bool[])
          as d(batch, position, elements, limits, voided_by, pool, custody_model, stage, flagged)
        cross join lateral (
          select * from batch_version where batch = d.batch order by position desc limit 1) p`,
      values: [
        ids,
        positions,
        rows.map((row) => elementsText(row.state.elements)),
        rows.map((row) => limitsText(row.state)),
        rows.map((row) => row.state.voidedBy),
        rows.map((row) => (row.state.pool ? poolText(row.state.pool) : null)),
        rows.map((row) => row.state.custodyModel),
        rows.map((row) => row.state.stage),
        rows.map((row) => row.state.flagged)
      ]
    },
    body('origin_version', [ids, positions, events, rows.map((row) => row.origins)]),
    body('step_version', [ids, positions, events, rows.map((row) => row.steps)])
  ]
}

function body(table: string, values: readonly unknown[]): PreparedStatement {
  return {
    name: `version_${table}`,
    text: `insert into ${table} (batch, position, event, body)
      select * from unnest($1::uuid[], $2::int8[], $3::uuid[], $4::text[])`,
    values
  }
}

/** The status that comes with each version. */
export function statusVersions(rows: readonly VersionRow[]): PreparedStatement | null {
  if (rows.length === 0) return null
  return {
    name: 'version_status',
    text: `insert into status_version (batch, position, status, cause)
      select * from unnest($1::uuid[], $2::int8[], $3::text[], $4::text[])`,
    values: [
      rows.map((row) => row.state.id),
      rows.map((row) => row.position),
      rows.map((row) => row.state.status),
      rows.map((row) => row.event)
    ]
  }
}
