import type { FacilityTerms } from '../../domain/custody/books.ts'
import type { Queryable } from '../database.ts'

/** An accepted event with everything that was stored of it as a document. */
export interface JournaledEvent {
  readonly id: string
  readonly recordedAt: string
  readonly organization: string
  readonly document: Buffer
  readonly sha256: Buffer
  readonly contentHash: Buffer
  readonly answer: string
}

/** An entry of the journal that wrote to the books. */
export interface JournaledEntry {
  readonly position: number
  readonly at: string
  readonly kind: 'event' | 'reevaluation'
  readonly subject: string
  readonly organization: string | null
  readonly documentSha256: string | null
  /** Null for a re-evaluation, and where the row of an event is gone. */
  readonly event: JournaledEvent | null
}

const PAGE = 500

/** A replay computes longer between two pages than a writer of the books may. */
export async function thinkLonger(tx: Queryable): Promise<void> {
  await tx.query({ text: `set local idle_in_transaction_session_timeout = '10min'` })
}

/** Entries in position order, page by page. */
export async function* journaledEntries(
  db: Queryable
): AsyncGenerator<{ readonly entries: readonly JournaledEntry[]; readonly last: boolean }> {
  let after = -1
  for (;;) {
    const rows = await db.query<EntryRow>({
      name: 'books_journaled_entries',
      text: `select j.position, j.at, j.kind, j.subject, j.organization,
          encode(j.document_sha256, 'hex') as "documentSha256", e.id, e.organization as recorder,
          e.recorded_at as "recordedAt", e.document, e.sha256, e.content_hash as "contentHash", e.answer
        from journal j left join event e on e.position = j.position
        where j.position > $1 and j.kind in ('event', 'reevaluation')
        order by j.position limit ${PAGE}`,
      values: [after]
    })
    const last = rows.length < PAGE
    yield { entries: rows.map(entryOf), last }
    if (last) return
    after = Number(rows.at(-1)?.position)
  }
}

type EntryRow = Omit<JournaledEntry, 'position' | 'event'> & {
  readonly position: string
  readonly recorder: string
  readonly id: string | null
} & Omit<JournaledEvent, 'id' | 'organization'>

function entryOf(row: EntryRow): JournaledEntry {
  const { position, at, kind, subject, organization, documentSha256, id, recorder, ...stored } = row
  const event = id === null ? null : { ...stored, id, organization: recorder }
  return { position: Number(position), at, kind, subject, organization, documentSha256, event }
}

export interface FacilityHistory {
  readonly id: string
  readonly organization: string
  /** With the position from which each version was known. */
  readonly versions: readonly (FacilityTerms & { readonly position: number })[]
}

export async function facilityHistories(db: Queryable): Promise<readonly FacilityHistory[]> {
  const rows = await db.query<{
    id: string
    organization: string
    position: string
    operator: string
    country: string
    region: string | null
    stages: string[]
    valid_from: string
  }>({
    text: `select f.id, f.organization, v.position, v.operator, v.country, v.region, v.stages,
        v.valid_from::text as valid_from
      from facility f join facility_version v on v.facility = f.id
      order by f.id, v.valid_from desc, v.position desc`
  })
  const histories = new Map<string, { id: string; organization: string; versions: Version[] }>()
  for (const { id, organization, position, valid_from, ...terms } of rows) {
    const history = histories.get(id) ?? { id, organization, versions: [] }
    history.versions.push({ ...terms, validFrom: valid_from, position: Number(position) })
    histories.set(id, history)
  }
  return [...histories.values()]
}

type Version = FacilityHistory['versions'][number]

/** What is stored of a batch beside its versions. */
export interface StoredBatch {
  readonly id: string
  readonly number: string | null
  readonly drawn_ug: string
  readonly found_ug: string
  readonly found_parts: string
  readonly pending: boolean
}

/** Every batch, page by page. */
export async function* storedBatches(db: Queryable): AsyncGenerator<readonly StoredBatch[]> {
  let after: string | null = null
  for (;;) {
    const rows: StoredBatch[] = await db.query<StoredBatch>({
      name: `books_stored_batches_${after === null ? 'first' : 'next'}`,
      text: `select b.id, b.number, b.drawn_ug, b.found_ug, b.found_parts,
          exists (select 1 from suspect u where u.batch = b.id) as pending
        from batch b ${after === null ? '' : 'where b.id > $1'} order by b.id limit ${PAGE}`,
      values: after === null ? [] : [after]
    })
    yield rows
    const last = rows.at(-1)
    if (!last || rows.length < PAGE) return
    after = last.id
  }
}

export interface StoredAccount {
  readonly id: string
  readonly batch: string
  readonly balance_ug: string
  readonly deficit_ug: string
  readonly frozen: boolean
  readonly arrivals: string
  readonly last_left_ms: string | null
}

export function storedAccounts(
  db: Queryable,
  batches: readonly string[]
): Promise<readonly StoredAccount[]> {
  return db.query({
    name: 'books_stored_accounts',
    text: `select id, batch, balance_ug, deficit_ug, frozen, arrivals, last_left_ms
      from account where batch = any($1::uuid[]) order by batch, id`,
    values: [batches]
  })
}

/** Every registered organization. */
export async function organizationIds(db: Queryable): Promise<readonly string[]> {
  const rows = await db.query<{ id: string }>({ text: 'select id from organization' })
  return rows.map((row) => row.id)
}

export interface StoredShipmentLine {
  readonly shipment: string
  readonly batch: string
  readonly status: string
  readonly closed_position: string | null
  readonly line: number
  readonly open_ug: string
  readonly received_ug: string
  readonly returned_ug: string
  readonly lost_ug: string
  readonly disputed: boolean
}

/** Before the first of all lines. */
const FIRST = { shipment: '00000000-0000-0000-0000-000000000000', line: -1 }

/** Every line of every shipment, page by page. */
export async function* storedShipmentLines(db: Queryable): AsyncGenerator<StoredShipmentLine> {
  let after = FIRST
  for (;;) {
    const rows = await db.query<StoredShipmentLine>({
      name: 'books_stored_shipment_lines',
      text: `select l.shipment, l.batch, s.status, s.closed_position, l.line, l.open_ug,
          l.received_ug, l.returned_ug, l.lost_ug, l.disputed
        from shipment_line l join shipment s on s.id = l.shipment
        where (l.shipment, l.line) > ($1::uuid, $2::int2)
        order by l.shipment, l.line limit ${PAGE}`,
      values: [after.shipment, after.line]
    })
    yield* rows
    const last = rows.at(-1)
    if (!last || rows.length < PAGE) return
    after = last
  }
}

export interface UndoneEvent {
  readonly event: string
  readonly position: string
  readonly undone_position: string | null
  /** Of the row that tells what it made; null too where there is none. */
  readonly made_undone_position: string | null
  readonly is_told: boolean
}

/** Every event with the position that took it back, where one did. */
export async function* undoneEvents(db: Queryable): AsyncGenerator<UndoneEvent> {
  let after = '-1'
  for (;;) {
    const rows = await db.query<UndoneEvent>({
      name: 'books_undone_events',
      text: `select e.id as event, e.position, e.undone_position,
          m.undone_position as made_undone_position, m.position is not null as is_told
        from event e left join event_made m on m.position = e.position
        where e.position > $1 order by e.position limit ${PAGE}`,
      values: [after]
    })
    yield* rows
    const last = rows.at(-1)
    if (!last || rows.length < PAGE) return
    after = last.position
  }
}

const CARRIERS = ['posting', 'event_input', 'event_output'] as const

/** Lines of these events, and all lines that say they were taken back. */
export async function* undoneLines(
  db: Queryable,
  events: readonly string[]
): AsyncGenerator<{
  readonly table: string
  readonly event: string
  readonly batch: string
  readonly undone_position: string | null
}> {
  for (const table of CARRIERS) {
    const rows = await db.query<{ event: string; batch: string; undone_position: string | null }>({
      text: `select event, batch, undone_position from ${table}
        where event = any($1::uuid[]) or undone_position is not null`,
      values: [events]
    })
    for (const row of rows) yield { table, ...row }
  }
}
