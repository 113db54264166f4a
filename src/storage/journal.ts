import { randomBytes } from 'node:crypto'
import {
  blindLeaf,
  type EntryDocument,
  leafHash,
  plainLeaf,
  prepareStatement,
  SALT_BYTES
} from '../log/entry.ts'
import { arrayParameter } from './array-parameter.ts'
import type { Transaction } from './database.ts'
import { type ClaimedPlaces, drawMark, type MarkedPlaces, type Places } from './expected-head.ts'
import { BEGUN } from './transaction.ts'
import {
  byItself,
  type Form,
  type RowsStatement,
  type Said,
  type Statement,
  StatementOnRows,
  shifted
} from './write/statement.ts'

/** One accepted thing, as it enters the one order of everything (trust.md item 2). */
export interface JournalEntry {
  readonly kind: string
  readonly subject: string
  /** Lower-case UUID of the organization that it belongs to. */
  readonly organization: string | null
  readonly document: EntryDocument | null
  /** Everything but what is public by law enters the log as a salted hash. */
  readonly blind: boolean
  /** Ids, hashes and whole numbers; decimals as text. */
  readonly body: Readonly<Record<string, unknown>>
}

/**
 * Positions `first`, `first + 1`, …, all with the time `at`, to the millisecond and never before that
 * of an earlier position.
 */
export type Appended = Places

const TAKE_POSITIONS = `
  update journal_head set next = next + $1, at = greatest(at, $2::timestamptz), mark = $3
  returning next - $1 as first, at`

/**
 * Divides by zero, which ends the transaction, where the journal does not go on as was expected. A
 * condition instead would be looked at before whoever writes there now has committed. The mark behind
 * these places comes out only where the one before is that of the entries which they follow.
 */
const claimPositions = (where = '') => `
  update journal_head set next = next + $1, at = greatest(at, $2::timestamptz), mark = mark # $4::int8 # $5::int8
  ${where} returning 1 / (next - $1 = $3 and at = $2::timestamptz and mark = $5::int8
                 and ${BEGUN})::int`

const CLAIM_POSITIONS = claimPositions()

/**
 * The statements arrive as one run of bytes, which takes a third less than `bytea[]`. Divides by zero
 * where the places have not been taken.
 */
const insertFrom = (entries: string) => `
  insert into journal (position, at, kind, subject, organization, document_sha256, statement, salt,
                       blind, leaf)
  select $1::bigint + n - 1, $2::timestamptz, kind, subject, organization, document_sha256,
         substring($3::bytea from start for length), salt, salt is not null,
         substring($4::bytea from 32 * (n::int - 1) + 1 for 32)
    from ${entries}
   where 1 / (select (next >= $1::bigint + cardinality($5::text[]))::int from journal_head) = 1`

const COLUMNS = {
  kind: '$5::text[]',
  subject: '$6::text[]',
  organization: '$7::uuid[]',
  document_sha256: '$8::bytea[]',
  start: '$9::int[]',
  length: '$10::int[]',
  salt: '$11::bytea[]'
}

const INSERT = insertFrom(
  `unnest(${Object.values(COLUMNS).join(', ')}) with ordinality as entry (${Object.keys(COLUMNS).join(', ')}, n)`
)

/** The same where they are few: see `Form`. */
const INSERT_FEW = insertFrom(`(
  select ${Object.entries(COLUMNS).map(([name, array]) => `(${array})[n] as ${name}`)}, n
    from generate_series(1, cardinality($5::text[])) n) entry`)

/** The same of values of their own. */
const EACH = new StatementOnRows(
  'journal_insert',
  [
    ['position', 'int8'],
    ['at', 'timestamptz'],
    ['statement', 'bytea'],
    ['leaf', 'bytea'],
    ['kind', 'text'],
    ['subject', 'text'],
    ['organization', 'uuid'],
    ['document_sha256', 'bytea'],
    ['salt', 'bytea']
  ],
  (source) => `
  insert into journal (position, at, kind, subject, organization, document_sha256, statement, salt,
                       blind, leaf)
  select d.position, d.at, d.kind, d.subject, d.organization, d.document_sha256, d.statement, d.salt,
         d.salt is not null, d.leaf
    from ${source}
   where 1 / (select (next > d.position)::int from journal_head) = 1`
)

/**
 * Appends entries, in their order, at the end of the journal and says where they stand.
 *
 * The row of the journal head is locked until the transaction ends, so positions follow each other
 * in the order of commit, without gaps, and whoever sees a position sees everything before it.
 * Hence the rules for callers: `read committed`; lock and read what the transaction changes first,
 * call this once and last of all locks, then write the rows that carry the positions and commit.
 * At least one entry. `now` is the clock of the service; a clock that was set back is held still.
 * The entries themselves are sent with the statements that follow, at the latest with COMMIT.
 */
export async function appendEntries(
  tx: Transaction,
  entries: readonly JournalEntry[],
  now: Date
): Promise<Appended> {
  if (entries.length === 0) throw new RangeError('a transaction appends at least one entry')
  const made = prepared(entries)
  const { first, at } = await askForPositions(tx, entries.length, now)
  tx.send(byItself(writing(entries, made, { first, at })))
  return { first, at }
}

interface Placing {
  readonly now: Date
  readonly expecting: boolean
  /** Locks that are to be taken before the places, and are not yet. */
  readonly behind?: Statement
}

/** Entries that have their places; the statement that writes them is still to be sent. */
export interface Placed extends Appended {
  readonly statement: RowsStatement
  /** Resolves when the places are those of the transaction; never where somebody else was first. */
  readonly taken: Promise<void>
}

/**
 * `appendEntries` for a caller that writes the entries together with other rows, in a transaction that
 * is tried again where it fails. With `expecting` it may name the places that it expects to get
 * instead of asking for them (expected-head.ts). Whoever has the head already knows what follows.
 */
export async function placeEntries(
  tx: Transaction,
  entries: readonly JournalEntry[],
  { now, expecting, behind }: Placing
): Promise<Placed> {
  const made = prepared(entries)
  const { length } = entries
  const known = tx.goesOnAt(length) ?? (expecting ? tx.expectsAt(length, now) : null)
  if (behind && !known) tx.send(behind)
  const taken = known ? claim(tx, length, known, behind) : Promise.resolve()
  const { first, at } = known ?? (await askForPositions(tx, length, now))
  return { first, at, statement: writing(entries, made, { first, at }), taken }
}

/** At once, so that whoever asks for positions meanwhile waits behind. */
function claim(
  tx: Transaction,
  count: number,
  { first, at, follows, mark }: ClaimedPlaces,
  behind?: Statement
): Promise<void> {
  const values = [count, at, first, `${follows}`, `${mark}`]
  const claiming = { name: 'journal_claim_positions', text: CLAIM_POSITIONS, values }
  const statement = behind ? claimBehind(claiming, behind) : claiming
  return new Promise((resolve) => tx.send(statement, resolve))
}

/** In one statement: a condition that concerns no row is looked at before any row is locked. */
function claimBehind(claiming: Statement, { name, text, values }: Statement): Statement {
  const by = claiming.values.length
  return {
    name: `${claiming.name}_behind_${name}`,
    text: `with locked as materialized (${shifted(text, by)})
      ${claimPositions('where (select count(*) from locked) >= 0')}`,
    values: [...claiming.values, ...values]
  }
}

/** What can be done before the places are known. */
function prepared(entries: readonly JournalEntry[]) {
  return { statements: entries.map(prepareStatement), salts: drawSalts(entries) }
}

function writing(
  entries: readonly JournalEntry[],
  { statements: unfinished, salts }: ReturnType<typeof prepared>,
  { first, at }: Places
): RowsStatement {
  const statements = unfinished.map((finish) => finish(at))
  const leaves = statements.map((statement, n) => {
    const salt = salts[n] ?? null
    return leafHash(salt === null ? plainLeaf(statement) : blindLeaf(statement, salt))
  })
  const said = (form: Form) => {
    if (form === 'each') return eachOf(entries, { first, at, statements, leaves, salts })
    return {
      text: form === 'few' ? INSERT_FEW : INSERT,
      values: [
        first,
        at,
        Buffer.concat(statements),
        Buffer.concat(leaves),
        column('text', entries, (entry) => entry.kind),
        column('text', entries, (entry) => entry.subject),
        column('uuid', entries, (entry) => entry.organization),
        column('bytea', entries, (entry) => entry.document?.sha256 ?? null),
        arrayParameter('int4', starts(statements)),
        column('int4', statements, (statement) => statement.length),
        arrayParameter('bytea', salts)
      ]
    }
  }
  return { name: 'journal_insert', rows: entries.length, said }
}

interface Finished extends Places {
  readonly statements: readonly Buffer[]
  readonly leaves: readonly Buffer[]
  readonly salts: readonly (Buffer | null)[]
}

function eachOf(entries: readonly JournalEntry[], finished: Finished): Said {
  const { first, at, statements, leaves, salts } = finished
  const rows = entries.map(({ kind, subject, organization, document }, n) => [
    first + n,
    at,
    statements[n],
    leaves[n],
    kind,
    subject,
    organization,
    document?.sha256 ?? null,
    salts[n] ?? null
  ])
  return EACH.said('each', rows)
}

function column<Item>(type: string, items: readonly Item[], of: (item: Item) => unknown) {
  return arrayParameter(type, items.map(of))
}

async function askForPositions(tx: Transaction, count: number, now: Date): Promise<MarkedPlaces> {
  const mark = drawMark()
  const [head] = await tx.query<{ first: string; at: string }>({
    name: 'journal_take_positions',
    text: TAKE_POSITIONS,
    values: [count, now.toISOString(), `${mark}`]
  })
  if (head === undefined) throw new Error('journal_head has no row: the migration did not finish')
  const places = { first: Number(head.first), at: head.at, mark }
  tx.appendsAt(places, count)
  return places
}

/** One draw from the system's generator for all; null for a plain entry. */
function drawSalts(entries: readonly JournalEntry[]): (Buffer | null)[] {
  const random = randomBytes(SALT_BYTES * entries.length)
  return entries.map(({ blind }, n) =>
    blind ? random.subarray(n * SALT_BYTES, (n + 1) * SALT_BYTES) : null
  )
}

/** Where each part begins in the concatenation, counted from 1 as SQL does. */
function starts(parts: readonly Buffer[]): number[] {
  let next = 1
  return parts.map(({ length }) => {
    const start = next
    next += length
    return start
  })
}
