import type { AssayClosure } from '../../domain/custody/books.ts'
import type { DeclaredStep, Entry } from '../../domain/custody/event.ts'
import type { Queryable } from '../database.ts'

/** SHA-256 in hex of the exact bytes of events, by their ids. */
export async function readEventHashes(
  db: Queryable,
  ids: readonly string[]
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db.query<{ readonly id: string; readonly sha256: Buffer }>({
    name: 'evidence_hashes',
    text: 'select id, sha256 from event where id = any($1::uuid[])',
    values: [ids]
  })
  return new Map(rows.map(({ id, sha256 }) => [id, sha256.toString('hex')]))
}

/** What a batch holds and what its commission told of its history. */
export interface BatchEvidence {
  readonly id: string
  /** The event of this version. */
  readonly event: string
  readonly organization: string
  readonly productClass: string
  /** Elements that it was assayed for. */
  readonly elements: ReadonlySet<string>
  /** For which elements the assay speaks even where it does not list them. */
  readonly closedFor: AssayClosure
  /** Element -> the most micrograms that bounds of the assay leave open. */
  readonly bounds: ReadonlyMap<string, bigint>
  /** How it came in; null for a batch with recorded inputs. */
  readonly entry: Entry | null
  /** Where scrap arose, where that was told. */
  readonly sourceCountry: string | null
  readonly declared: readonly DeclaredStep[]
}

interface AssayLimits {
  readonly closedFor: AssayClosure
  readonly bounds?: Readonly<Record<string, string>>
}

interface Row {
  readonly id: string
  readonly event: string
  readonly organization: string
  readonly product_class: string
  readonly elements: string
  readonly assay_limits: string
  readonly declaration: string
}

/** Batches as they were known at a position; those that were not yet known are missing. */
export async function readBatchEvidence(
  db: Queryable,
  ids: readonly string[],
  asOf: number
): Promise<ReadonlyMap<string, BatchEvidence>> {
  if (ids.length === 0) return new Map()
  const rows = await db.query<Row>({
    name: 'evidence_batches',
    text: `select b.id, b.organization, v.event, v.product_class, v.elements, v.assay_limits,
        v.declaration
      from batch b
      cross join lateral (
        select * from batch_version where batch = b.id and position <= $2
         order by position desc limit 1
      ) v
      where b.id = any($1::uuid[])`,
    values: [ids, asOf]
  })
  return new Map(rows.map((row) => [row.id, evidenceOf(row)]))
}

function evidenceOf({ product_class, elements, assay_limits, declaration, ...row }: Row) {
  const { closedFor, bounds = {} } = JSON.parse(assay_limits) as AssayLimits
  const {
    entry = null,
    sourceCountry = null,
    declared = []
  } = JSON.parse(declaration) as {
    readonly entry?: Entry
    readonly sourceCountry?: string
    readonly declared?: readonly DeclaredStep[]
  }
  return {
    ...row,
    productClass: product_class,
    elements: new Set(Object.keys(JSON.parse(elements) as object)),
    closedFor,
    bounds: new Map(Object.entries(bounds).map(([element, ug]) => [element, BigInt(ug)])),
    entry,
    sourceCountry,
    declared
  }
}
