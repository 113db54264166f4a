import type {
  BatchDeclaration,
  CustodyModel,
  Disclosure,
  Entry
} from '../../domain/custody/event.ts'
import type { Queryable } from '../database.ts'

/** A batch as one of its versions declares it. */
export interface StoredBatch {
  readonly id: string
  readonly organization: string
  readonly number: string | null
  /** Of this version, and when it was recorded. */
  readonly position: number
  readonly event: string
  readonly productClass: string
  readonly productName: string
  readonly stage: string | null
  readonly facility: string
  readonly producedAt: string
  readonly massUg: bigint
  readonly elements: ReadonlyMap<string, bigint>
  readonly custodyModel: CustodyModel
  readonly disclosure: Disclosure
  readonly status: BatchStatusText
  /** The correction that took it out of the books; what was made from it stays attached. */
  readonly voidedBy: string | null
  readonly epd: string | null
  readonly hsCode: string | null
  readonly declaration: StoredDeclaration
}

export type BatchStatusText = 'clear' | 'suspect' | 'contested'

/** What was submitted; a batch without recorded inputs also says how it came in. */
export type StoredDeclaration = BatchDeclaration & {
  readonly entry?: Entry
  readonly sourceCountry?: string
}

interface Row {
  readonly id: string
  readonly organization: string
  readonly number: string | null
  readonly position: string
  readonly event: string
  readonly product_class: string
  readonly product_name: string
  readonly stage: string | null
  readonly facility: string
  readonly produced_at: string
  readonly mass_ug: string
  readonly elements: string
  readonly custody_model: CustodyModel
  readonly disclosure: Disclosure
  readonly status: BatchStatusText
  readonly voided_by: string | null
  readonly epd: string | null
  readonly hs_code: string | null
  readonly declaration: string
}

/**
 * The disclosure is the one that was declared then: it is told. What may be seen follows from the
 * newest one, which `access.ts` reads.
 */
const OUTLINE = `b.id, b.organization, v.number, v.position, v.event, v.product_class,
  v.product_name, v.stage, v.facility, v.produced_at, v.mass_ug, v.custody_model, v.voided_by,
  v.disclosure`

const LONG = 'v.elements, v.epd, v.hs_code, v.declaration'

const STATUS = `coalesce(t.status, 'clear') as status`

/** $2 is the position that is asked about. */
const AS_OF = `cross join lateral (
    select * from batch_version where batch = b.id and position <= $2 order by position desc limit 1
  ) v
  left join lateral (
    select status from status_version where batch = b.id and position <= $2
     order by position desc limit 1
  ) t on true`

/** Batches as they were known at a position; those that were not yet known are missing. */
export async function readBatches(
  db: Queryable,
  ids: readonly string[],
  asOf: number
): Promise<ReadonlyMap<string, StoredBatch>> {
  if (ids.length === 0) return new Map()
  const rows = await db.query<Row>({
    name: 'batch_read',
    text: `select ${OUTLINE}, ${LONG}, ${STATUS} from batch b ${AS_OF} where b.id = any($1::uuid[])`,
    values: [ids, asOf]
  })
  return new Map(rows.map((row) => [row.id, stored(row)]))
}

/** Every version of a batch up to a position, oldest first; `status` is not read. */
export async function readBatchVersions(
  db: Queryable,
  id: string,
  asOf: number
): Promise<readonly StoredBatch[]> {
  const rows = await db.query<Row>({
    name: 'batch_versions',
    text: `select ${OUTLINE}, ${LONG}, 'clear' as status
      from batch b join batch_version v on v.batch = b.id and v.position <= $2
      where b.id = $1 order by v.position`,
    values: [id, asOf]
  })
  return rows.map(stored)
}

function stored(row: Row): StoredBatch {
  const elements = Object.entries(JSON.parse(row.elements) as Record<string, string>)
  return {
    id: row.id,
    organization: row.organization,
    number: row.number,
    position: Number(row.position),
    event: row.event,
    productClass: row.product_class,
    productName: row.product_name,
    stage: row.stage,
    facility: row.facility,
    producedAt: row.produced_at,
    massUg: BigInt(row.mass_ug),
    elements: new Map(elements.map(([element, ug]) => [element, BigInt(ug)])),
    custodyModel: row.custody_model,
    disclosure: row.disclosure,
    status: row.status,
    voidedBy: row.voided_by,
    epd: row.epd,
    hsCode: row.hs_code,
    declaration: JSON.parse(row.declaration) as StoredDeclaration
  }
}
