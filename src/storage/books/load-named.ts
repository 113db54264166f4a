import { parseArrivals } from '../../domain/custody/arrivals.ts'
import type { AccountState, Books, FacilityTerms } from '../../domain/custody/books.ts'
import { numberKey } from '../../domain/custody/books.ts'
import { arrayParameter } from '../connection/array-parameter.ts'
import type { Queryable } from '../database.ts'
import { CURRENT_SETTINGS } from '../parties/rule-settings.ts'
import { BATCHES, type BatchRow, batchState } from './batch-state.ts'

/** An event that was accepted before, with the answer that was given. */
export interface KnownEvent {
  readonly id: string
  readonly organization: string
  readonly contentHash: Buffer
  readonly position: number
  readonly answer: string
}

/** Ids that a group of events names, and what is looked up by them. */
export interface Named {
  /** Batches, which are read with their accounts. */
  readonly batches: readonly string[]
  readonly facilities: readonly string[]
  readonly organizations: readonly string[]
  /** Organizations that record the events: which rules they have flag. */
  readonly actors: readonly string[]
  readonly events: readonly string[]
  /** Numbers that organizations gave their batches. */
  readonly numbers: readonly { readonly organization: string; readonly number: string }[]
}

/** Ids of what was found; its state is on the books. */
export interface FoundNamed {
  readonly batches: ReadonlySet<string>
  readonly accounts: ReadonlySet<string>
  readonly events: ReadonlyMap<string, KnownEvent>
}

/**
 * One answer for seven questions, each a JSON text of arrays: a statement costs more than the rows
 * that it finds. Of the versions of a facility that are valid from the same day the last one counts.
 */
const SQL = `select
  (${BATCHES}) as batches,
  (select json_agg(json_build_array(a.id, a.batch, a.custodian, a.owner, a.place,
              a.balance_ug::text, a.deficit_ug::text, a.frozen, a.arrivals, a.last_left_ms) order by a.position, a.id)::text
     from account a where a.batch = any($1::uuid[])) as accounts,
  (select json_agg(json_build_array(v.id, v.organization, v.operator, v.country, v.region, v.stages,
              v.valid_from) order by v.id, v.valid_from desc)::text
     from (select distinct on (f.id, v.valid_from) f.id, f.organization, v.operator, v.country,
                  v.region, v.stages, v.valid_from
             from facility f join facility_version v on v.facility = f.id
            where f.id = any($2::uuid[])
            order by f.id, v.valid_from desc, v.position desc) v) as facilities,
  (select json_agg(o.id)::text from organization o where o.id = any($3::uuid[])) as organizations,
  (select json_agg(json_build_array(s.organization, s.rule))::text
     from (${CURRENT_SETTINGS.replace('$1', '$4')}) s where s.mode = 'flag') as flags,
  (select json_agg(json_build_array(e.id, e.organization, encode(e.content_hash, 'hex'), e.position,
              e.answer))::text
     from event e where e.id = any($5::uuid[])) as events,
  (select json_agg(json_build_array(b.id, b.organization, b.number))::text
     from unnest($6::uuid[], $7::text[]) as wanted(organization, number)
     join batch b on b.organization = wanted.organization and b.number = wanted.number) as numbers`

type Row = Readonly<
  Record<
    'batches' | 'accounts' | 'facilities' | 'organizations' | 'flags' | 'events' | 'numbers',
    string | null
  >
>

type Place = AccountState['place']
type Account = [
  ...[string, string, string, string, Place, string, string, boolean],
  ...[arrivals: string, lastLeftMs: number | null]
]
type Facility = [string, string, string, string, string | null, string[], string]
type Event = [string, string, string, number, string]

/** Puts batches, accounts, facilities, organizations, flags and numbers onto the books. */
export async function loadNamed(tx: Queryable, books: Books, named: Named): Promise<FoundNamed> {
  const { batches, facilities, organizations, actors, events, numbers } = named
  const [row] = await tx.query<Row>({
    name: 'books_named',
    text: SQL,
    values: [
      ...[batches, facilities, organizations, actors, events].map((ids) =>
        arrayParameter('uuid', ids)
      ),
      arrayParameter(
        'uuid',
        numbers.map(({ organization }) => organization)
      ),
      arrayParameter(
        'text',
        numbers.map(({ number }) => number)
      )
    ]
  })
  putFacilities(books, listIn<Facility>(row?.facilities))
  for (const id of listIn<string>(row?.organizations)) books.organizations.set(id, true)
  const flags = Map.groupBy(listIn<[string, string]>(row?.flags), ([organization]) => organization)
  for (const [id, rules] of flags) books.flags.set(id, new Set(rules.map(([, rule]) => rule)))
  for (const [id, organization, number] of listIn<[string, string, string]>(row?.numbers)) {
    books.numbers.set(numberKey(organization, number), id)
  }
  return {
    batches: putBatches(books, listIn<BatchRow>(row?.batches)),
    accounts: putAccounts(books, listIn<Account>(row?.accounts)),
    events: knownEvents(listIn<Event>(row?.events))
  }
}

function listIn<Item>(text: string | null | undefined): readonly Item[] {
  return text ? JSON.parse(text) : []
}

function putBatches(books: Books, rows: readonly BatchRow[]): ReadonlySet<string> {
  for (const row of rows) {
    books.batches.set(row.id, batchState(row))
    if (row.number !== null) books.numbers.set(numberKey(row.organization, row.number), row.id)
  }
  return new Set(rows.map(({ id }) => id))
}

function putAccounts(books: Books, accounts: readonly Account[]): ReadonlySet<string> {
  const found = new Set<string>()
  const ofBatch = new Map<string, string[]>()
  for (const [id, batch, custodian, owner, place, balance, deficit, frozen, ...times] of accounts) {
    const balanceUg = BigInt(balance)
    const deficitUg = BigInt(deficit)
    const key = { id, batch, custodian, owner, place }
    const [text, lastLeftMs] = times
    const arrivals = parseArrivals(text)
    found.add(id)
    books.accounts.set(id, { ...key, balanceUg, deficitUg, frozen, arrivals, lastLeftMs })
    const known = ofBatch.get(batch)
    if (known) known.push(id)
    else ofBatch.set(batch, [id])
  }
  for (const [batch, ids] of ofBatch) books.batchAccounts.set(batch, ids)
  return found
}

function putFacilities(books: Books, lines: readonly Facility[]): void {
  const facilities = new Map<string, { organization: string; versions: FacilityTerms[] }>()
  for (const [id, organization, operator, country, region, stages, validFrom] of lines) {
    const terms = { operator, country, region, stages, validFrom }
    const known = facilities.get(id)
    if (known) known.versions.push(terms)
    else facilities.set(id, { organization, versions: [terms] })
  }
  for (const [id, facility] of facilities) books.facilities.set(id, { id, ...facility })
}

function knownEvents(events: readonly Event[]): ReadonlyMap<string, KnownEvent> {
  return new Map(
    events.map(([id, organization, hash, position, answer]) => [
      id,
      { id, organization, contentHash: Buffer.from(hash, 'hex'), position, answer }
    ])
  )
}
