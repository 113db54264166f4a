import type { Books } from '../../domain/custody/books.ts'
import { numberKey } from '../../domain/custody/books.ts'
import { emptyBooks } from '../../domain/custody/shelves.ts'
import { arrayParameter } from '../connection/array-parameter.ts'
import type { PreparedStatement } from '../connection/statement.ts'
import type { Queryable, Transaction } from '../database.ts'
import { loadCampaigns, poolBatches } from './campaign-load.ts'
import { BOOKS } from './corrections.ts'
import { sourcesAmong } from './descent.ts'
import { type KnownEvent, loadNamed } from './load-named.ts'
import { loadShipments } from './load-shipments.ts'

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
 * Enters the books as `enterBooks` does, then locks batches in id order and
 * returns those that are locked; without `wait`, rows that another transaction holds are left out. A
 * batch's row stands for its accounts too: whoever changes an account holds it. `for no key update`
 * leaves the foreign-key checks of others alone.
 */
export async function lockBatches(
  tx: Queryable,
  ids: readonly string[],
  wait: boolean
): Promise<ReadonlySet<string>> {
  const rows = await tx.query<{ id: string }>(lockStatement(ids, wait))
  return new Set(rows.map((row) => row.id))
}

/** The same, waiting where it must: for whoever knows what is there and claims places behind the locks. */
export function locksOf(ids: readonly string[]): PreparedStatement {
  return lockStatement(ids, true)
}

/**
 * Locks batches that could not be seen before: to be sent behind the claim of places in the journal, when
 * the groups that made them are committed. Whoever holds one by then has not seen what this group does
 * to it and waits for the head of the journal, so nobody waits here: the transaction fails. Resolves
 * when they are locked, never otherwise.
 */
export function lockUnseen(tx: Transaction, ids: readonly string[]): Promise<void> {
  return new Promise((resolve) =>
    tx.send(
      {
        name: 'books_lock_unseen',
        text: `with held as materialized (
            select id from batch where id = any($1::uuid[]) order by id for no key update nowait)
          select 1 / (count(*) = $2)::int from held`,
        values: [arrayParameter('uuid', ids), ids.length]
      },
      resolve
    )
  )
}

function lockStatement(ids: readonly string[], wait: boolean): PreparedStatement {
  return {
    name: wait ? 'books_lock_wait' : 'books_lock',
    text: `with entered as materialized (select pg_advisory_xact_lock_shared($2))
      select b.id from batch b where b.id = any($1::uuid[]) and exists (select from entered)
       order by b.id for no key update of b${wait ? '' : ' skip locked'}`,
    values: [arrayParameter('uuid', ids), BOOKS]
  }
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
  const [shipments, campaigns, named] = await Promise.all([
    loadShipments(tx, books, touched.shipments),
    loadCampaigns(tx, books, touched),
    loadNamed(tx, books, { ...touched, batches: ids })
  ])
  // Who sends an event again gets the answer it got then: what it made is not looked at.
  const isSentAgain = (id: string) => named.events.has(books.batches.get(id)?.event ?? '')
  const again = touched.outputs.filter((id) => named.batches.has(id) && !isSentAgain(id))
  for (const [batch, sources] of await sourcesAmong(tx, ids, again)) {
    books.sources.set(batch, sources)
  }
  return { books, shipments, campaigns, ...named }
}
