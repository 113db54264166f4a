import {
  type ClaimedPlaces,
  drawMark,
  type MarkedPlaces,
  type Places
} from '../connection/expected-head.ts'
import {
  byItself,
  type PreparedStatement,
  type RowsStatement,
  shifted
} from '../connection/statement.ts'
import { BEGUN } from '../connection/transaction.ts'
import type { Transaction } from '../database.ts'
import { type JournalEntry, prepared, writing } from './journal-rows.ts'

export type { JournalEntry } from './journal-rows.ts'

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
  readonly behind?: PreparedStatement
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
  behind?: PreparedStatement
): Promise<void> {
  const values = [count, at, first, `${follows}`, `${mark}`]
  const claiming = { name: 'journal_claim_positions', text: CLAIM_POSITIONS, values }
  const statement = behind ? claimBehind(claiming, behind) : claiming
  return new Promise((resolve) => tx.send(statement, resolve))
}

/** In one statement: a condition that concerns no row is looked at before any row is locked. */
function claimBehind(
  claiming: PreparedStatement,
  { name, text, values }: PreparedStatement
): PreparedStatement {
  const by = claiming.values.length
  return {
    name: `${claiming.name}_behind_${name}`,
    text: `with locked as materialized (${shifted(text, by)})
      ${claimPositions('where (select count(*) from locked) >= 0')}`,
    values: [...claiming.values, ...values]
  }
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
