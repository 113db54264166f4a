import { RegistryError } from '../errors.ts'
import type { Queryable, Transaction } from '../storage/database.ts'
import type { Moment } from '../storage/journal/moments.ts'
import { momentAt, momentBy, newestMoment } from '../storage/journal/moments.ts'
import type { Deps } from './deps.ts'
import { momentToWrite, statedMoment } from './stated-moment.ts'

const POSITION = /^(0|[1-9]\d{0,15})$/

/** What every answer about the books carries. */
export interface Stamp {
  /** The last entry of the books that could be seen. */
  readonly position: number
  /** The time asked about; without one, the time of that entry. RFC 3339, UTC. */
  readonly asOf: string
}

/** Everything that is read belongs to the same state of the books. */
export const SNAPSHOT = {
  isolation: 'repeatable read',
  readOnly: true,
  readsFirst: true
} as const

/**
 * Answers a question in one snapshot: everything `work` reads belongs to the same state of the
 * books. `asOf` is a position or an RFC 3339 time, by default the newest. Throws `REQUEST_INVALID`
 * where it is neither, or lies ahead: an answer about the future would change.
 */
export function inSnapshot<T>(
  deps: Pick<Deps, 'db' | 'now'>,
  asOf: string | undefined,
  work: (tx: Transaction, stamp: Stamp) => Promise<T>
): Promise<T> {
  const told = async (tx: Transaction) => work(tx, await stampOf(tx, asOf, deps.now()))
  return deps.db.transaction(told, SNAPSHOT)
}

/** The position that a question is about. Throws as `inSnapshot`. */
export async function stampOf(db: Queryable, asOf: string | undefined, now: Date): Promise<Stamp> {
  if (asOf === undefined) return stampFrom(await newestMoment(db))
  if (POSITION.test(asOf)) {
    const moment = await momentAt(db, Number(asOf))
    if (moment) return stampFrom(moment)
    throw wrong(`Nothing was accepted at position ${asOf} yet.`)
  }
  const time = statedMoment(asOf)
  if (time === null) {
    throw wrong('asOf is neither a position nor an RFC 3339 time.', momentToWrite(asOf))
  }
  if (time > now && !(await isRecorded(db, time))) throw wrong('asOf lies in the future.')
  const moment = await momentBy(db, time.toISOString())
  if (!moment) throw wrong('Nothing had been accepted by then.')
  return { position: moment.position, asOf: time.toISOString() }
}

/** Clocks of processes differ a little: what one has just told is the past for all. */
async function isRecorded(db: Queryable, time: Date): Promise<boolean> {
  const newest = await newestMoment(db)
  return newest !== undefined && time <= new Date(newest.at)
}

function stampFrom(moment: Moment | undefined): Stamp {
  if (!moment) throw new RegistryError('NOT_FOUND', 'The books are empty.')
  return { position: moment.position, asOf: moment.at }
}

function wrong(message: string, time = momentToWrite('')): RegistryError {
  return new RegistryError('REQUEST_INVALID', message, {
    details: [{ pointer: 'asOf', message: `a position such as 1207, or ${time}` }]
  })
}
