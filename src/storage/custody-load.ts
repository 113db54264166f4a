import type { AssayClosure, BatchState, BatchStatus, Books } from '../domain/custody/books.ts'
import { emptyBooks, numberKey } from '../domain/custody/books.ts'
import type { CustodyModel, Disclosure } from '../domain/custody/event.ts'
import { unpackLineage } from '../domain/lineage/codec.ts'
import type { Rational } from '../domain/quantity/rational.ts'
import { arrayParameter } from './array-parameter.ts'
import { loadCampaigns, poolBatches } from './campaign-load.ts'
import type { Queryable } from './database.ts'
import { sourcesAmong } from './descent.ts'
import { type KnownEvent, loadNamed } from './load-named.ts'
import { loadShipments } from './load-shipments.ts'
import { readPool } from './pool-text.ts'

/** What a group of events names: everything that the fold may look up. */
export interface Touched {
  readonly events: readonly string[]
  readonly batches: readonly string[]
  /** Batches that the events declare. */
  readonly outputs: readonly string[]
  readonly numbers: readonly { readonly organization: string; readonly number: string }[]
  readonly shipments: readonly string[]
  readonly facilities: readonly string[]
  readonly organizations: readonly string[]
  /** Organizations that record the events. */
  readonly actors: readonly string[]
  readonly campaigns: readonly string[]
  /** Correct events that events of the group stand in for. */
  readonly corrections: readonly string[]
}

export interface LoadedBooks {
  readonly books: Books
  readonly events: ReadonlyMap<string, KnownEvent>
  /** Batches that exist, so that a write updates them instead of inserting. */
  readonly batches: ReadonlySet<string>
  readonly accounts: ReadonlySet<string>
  readonly shipments: ReadonlySet<string>
  readonly campaigns: ReadonlySet<string>
}

/** Ids of the batches named by id, by number, by a shipment or a campaign that holds them, in lock order. */
export async function namedBatches(tx: Queryable, touched: Touched): Promise<readonly string[]> {
  const [numbered, shipped, pooled] = await Promise.all([
    readNumbers(tx, touched),
    shippedBatches(tx, touched.shipments),
    poolBatches(tx, touched)
  ])
  const ids = [...numbered.map((row) => row.id), ...shipped.map((row) => row.batch)]
  return [...new Set([...touched.batches, ...pooled, ...ids])].sort()
}

/** The same from books that were loaded by ids alone, so that nothing is asked twice. */
export function batchesNamedIn(
  { books }: LoadedBooks,
  touched: Touched,
  pooled: readonly string[]
): readonly string[] {
  const numbered = touched.numbers.flatMap(
    ({ organization, number }) => books.numbers.get(numberKey(organization, number)) ?? []
  )
  const lines = touched.shipments.flatMap((id) => books.shipments.get(id)?.lines ?? [])
  const shipped = lines.map(({ batch }) => batch)
  return [...new Set([...touched.batches, ...numbered, ...shipped, ...pooled])].sort()
}

function shippedBatches(tx: Queryable, shipments: readonly string[]) {
  if (shipments.length === 0) return []
  return tx.query<{ batch: string }>({
    name: 'books_shipment_batches',
    text: 'select batch from shipment_line where shipment = any($1::uuid[])',
    values: [shipments]
  })
}

/**
 * Locks batches in id order and returns those that are locked; without `wait`, rows that another
 * transaction holds are left out. A batch's row stands for its accounts too: whoever changes an
 * account holds it. `for no key update` leaves the foreign-key checks of others alone.
 */
export async function lockBatches(
  tx: Queryable,
  ids: readonly string[],
  wait: boolean
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set()
  const rows = await tx.query<{ id: string }>({
    name: wait ? 'books_lock_wait' : 'books_lock',
    text: `select id from batch where id = any($1::uuid[]) order by id for no key update${wait ? '' : ' skip locked'}`,
    values: [arrayParameter('uuid', ids)]
  })
  return new Set(rows.map((row) => row.id))
}

function readNumbers(tx: Queryable, touched: Touched) {
  if (touched.numbers.length === 0) return []
  return tx.query<{ id: string }>({
    name: 'books_numbers',
    text: `select b.id
      from unnest($1::uuid[], $2::text[]) as wanted(organization, number)
      join batch b on b.organization = wanted.organization and b.number = wanted.number`,
    values: [
      touched.numbers.map((ref) => ref.organization),
      touched.numbers.map((ref) => ref.number)
    ]
  })
}

/**
 * Reads the books that a group touches, all statements in one round trip. They must come after the
 * statement of `lockBatches`, so that at READ COMMITTED they see what the previous holder of the
 * locks committed.
 */
export async function loadBooks(
  tx: Queryable,
  touched: Touched,
  ids: readonly string[]
): Promise<LoadedBooks> {
  const books = emptyBooks()
  const [batches, shipments, campaigns, named] = await Promise.all([
    loadBatches(tx, books, ids),
    loadShipments(tx, books, touched.shipments),
    loadCampaigns(tx, books, touched),
    loadNamed(tx, books, { ...touched, batches: ids })
  ])
  const again = touched.outputs.filter((id) => batches.has(id))
  for (const [batch, sources] of await sourcesAmong(tx, ids, again)) {
    books.sources.set(batch, sources)
  }
  return { books, batches, shipments, campaigns, ...named }
}

interface BatchRow {
  readonly id: string
  readonly organization: string
  readonly number: string | null
  readonly drawn_ug: string
  readonly found_ug: string
  readonly event: string
  readonly product_class: string
  readonly product_name: string
  readonly stage: string | null
  readonly facility: string
  readonly produced_at: string
  readonly mass_ug: string
  readonly elements: string
  readonly assay_limits: string
  readonly custody_model: string
  readonly disclosure: string
  readonly origins: string
  readonly steps: string
  readonly voided_by: string | null
  readonly flagged: boolean
  readonly pool: string | null
  readonly status: string | null
}

async function loadBatches(tx: Queryable, books: Books, ids: readonly string[]) {
  const found = new Set<string>()
  if (ids.length === 0) return found
  const rows = await tx.query<BatchRow>({
    name: 'books_batches',
    text: `select b.id, b.organization, b.number, b.drawn_ug, b.found_ug, v.event, v.product_class,
        v.product_name, v.stage, v.facility, v.produced_at, v.mass_ug, v.elements, v.assay_limits,
        v.custody_model, v.disclosure, v.voided_by, v.flagged, v.pool, o.body as origins, s.body as steps,
        t.status
      from batch b
      cross join lateral (select * from batch_version where batch = b.id order by position desc limit 1) v
      cross join lateral (select body from origin_version where batch = b.id order by position desc limit 1) o
      cross join lateral (select body from step_version where batch = b.id order by position desc limit 1) s
      left join lateral (select status from status_version where batch = b.id order by position desc limit 1) t on true
      where b.id = any($1::uuid[])`,
    values: [arrayParameter('uuid', ids)]
  })
  for (const row of rows) {
    found.add(row.id)
    books.batches.set(row.id, batchState(row))
    if (row.number !== null) books.numbers.set(numberKey(row.organization, row.number), row.id)
  }
  return found
}

/** What `assay_limits` holds. */
export interface AssayLimits {
  readonly closedFor: AssayClosure
  readonly unassayedUg: string
  /** Element -> relative uncertainty as `numerator/denominator`. */
  readonly uncertainty: Readonly<Record<string, string>>
}

function batchState(row: BatchRow): BatchState {
  const limits = JSON.parse(row.assay_limits) as AssayLimits
  const elements = Object.entries(JSON.parse(row.elements) as Record<string, string>)
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
    elements: new Map(elements.map(([element, ug]) => [element, BigInt(ug)])),
    uncertainty: new Map(
      Object.entries(limits.uncertainty).map(([element, text]) => [element, fraction(text)])
    ),
    closedFor: limits.closedFor,
    unassayedUg: BigInt(limits.unassayedUg),
    custodyModel: row.custody_model as CustodyModel,
    disclosure: row.disclosure as Disclosure,
    status: (row.status ?? 'clear') as BatchStatus,
    voidedBy: row.voided_by,
    flagged: row.flagged,
    lineage: unpackLineage({ origins: row.origins, steps: row.steps }),
    ...(row.pool === null ? {} : { pool: readPool(row.pool) })
  }
}

function fraction(text: string): Rational {
  const [n = '0', d = '1'] = text.split('/')
  return { n: BigInt(n), d: BigInt(d) }
}
