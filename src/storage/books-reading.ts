import type { FacilityTerms } from '../domain/custody/books.ts'
import type { Queryable } from './database.ts'

/** Everything that the books were made from, in position order. */
export interface JournaledEvent {
  readonly id: string
  readonly position: number
  readonly recordedAt: string
  readonly organization: string
  readonly document: Buffer
  readonly sha256: Buffer
}

const PAGE = 500

/** Accepted events in position order, page by page. */
export async function* journaledEvents(db: Queryable): AsyncGenerator<JournaledEvent> {
  let after = -1
  for (;;) {
    const rows = await db.query<Omit<JournaledEvent, 'position' | 'recordedAt'> & Row>({
      name: 'books_journaled_events',
      text: `select id, position, recorded_at, organization, document, sha256
        from event where position > $1 order by position limit ${PAGE}`,
      values: [after]
    })
    for (const { recorded_at, position, ...event } of rows) {
      yield { ...event, recordedAt: recorded_at, position: Number(position) }
    }
    const last = rows.at(-1)
    if (!last || rows.length < PAGE) return
    after = Number(last.position)
  }
}

interface Row {
  readonly position: string
  readonly recorded_at: string
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

/** One stored batch with everything that is derived about it now. */
export interface StoredBatch {
  readonly id: string
  readonly number: string | null
  readonly organization: string
  readonly drawn_ug: string
  readonly found_ug: string
  readonly mass_ug: string
  readonly product_class: string
  readonly custody_model: string
  readonly elements: string
  readonly assay_limits: string
  readonly voided_by: string | null
  readonly pool: string | null
  readonly origins: string
  readonly steps: string
  readonly status: string | null
  readonly pending: boolean
}

/** The newest version of every batch, page by page. */
export async function* storedBatches(db: Queryable): AsyncGenerator<StoredBatch> {
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const rows = await db.query<StoredBatch>({
      name: 'books_stored_batches',
      text: `select b.id, b.number, b.organization, b.drawn_ug, b.found_ug, v.mass_ug, v.product_class,
          v.custody_model, v.elements, v.assay_limits, v.voided_by, v.pool, o.body as origins,
          s.body as steps, t.status, exists (select 1 from suspect u where u.batch = b.id) as pending
        from batch b
        cross join lateral (select * from batch_version where batch = b.id order by position desc limit 1) v
        cross join lateral (select body from origin_version where batch = b.id order by position desc limit 1) o
        cross join lateral (select body from step_version where batch = b.id order by position desc limit 1) s
        left join lateral (select status from status_version where batch = b.id order by position desc limit 1) t on true
        where b.id > $1 order by b.id limit ${PAGE}`,
      values: [after]
    })
    yield* rows
    const last = rows.at(-1)
    if (!last || rows.length < PAGE) return
    after = last.id
  }
}

export interface StoredAccount {
  readonly id: string
  readonly batch: string
  readonly custodian: string
  readonly owner: string
  readonly place: string
  readonly balance_ug: string
  readonly deficit_ug: string
}

export function storedAccounts(
  db: Queryable,
  batches: readonly string[]
): Promise<readonly StoredAccount[]> {
  return db.query({
    name: 'books_stored_accounts',
    text: `select id, batch, custodian, owner, place, balance_ug, deficit_ug
      from account where batch = any($1::uuid[]) order by batch, id`,
    values: [batches]
  })
}

export interface StoredPosting {
  readonly line: number
  readonly account: string
  readonly batch: string
  readonly mass_ug: string
  readonly balance_ug: string
  readonly elements: string | null
  readonly undone_position: string | null
}

export function storedPostings(db: Queryable, position: number): Promise<readonly StoredPosting[]> {
  return db.query({
    name: 'books_stored_postings',
    text: `select line, account, batch, mass_ug, balance_ug, elements, undone_position
      from posting where position = $1 order by line`,
    values: [position]
  })
}

export interface StoredEdge {
  readonly batch: string
  readonly mass_ug: string
}

export function storedInputs(db: Queryable, event: string): Promise<readonly StoredEdge[]> {
  return db.query({
    name: 'books_stored_inputs',
    text: 'select batch, mass_ug from event_input where event = $1 order by line',
    values: [event]
  })
}

/** Every registered organization. */
export async function organizationIds(db: Queryable): Promise<readonly string[]> {
  const rows = await db.query<{ id: string }>({ text: 'select id from organization' })
  return rows.map((row) => row.id)
}

export interface StoredShipmentLine {
  readonly shipment: string
  readonly status: string
  readonly line: number
  readonly open_ug: string
  readonly received_ug: string
  readonly returned_ug: string
  readonly lost_ug: string
  readonly disputed: boolean
}

/** Every line of every shipment, page by page. */
export async function* storedShipmentLines(db: Queryable): AsyncGenerator<StoredShipmentLine> {
  let after = { shipment: '00000000-0000-0000-0000-000000000000', line: -1 }
  for (;;) {
    const rows = await db.query<StoredShipmentLine>({
      name: 'books_stored_shipment_lines',
      text: `select l.shipment, s.status, l.line, l.open_ug, l.received_ug, l.returned_ug, l.lost_ug,
          l.disputed
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
