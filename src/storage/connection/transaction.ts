import type pg from 'pg'
import { RegistryError } from '../../errors.ts'
import type { Database, Transaction, TransactionOptions } from '../database.ts'
import { gatherWrites } from './one-write.ts'
import { Session } from './session.ts'
import { asRegistryError, isAfterFailure, isConnectionLost } from './sql-error.ts'

/**
 * The connection ended between COMMIT and its answer: what the transaction wrote may be there or
 * not. Whoever retries must first look whether it is.
 */
export class CommitUnknown extends RegistryError {
  constructor(cause: unknown) {
    super('UNAVAILABLE', 'The connection ended during the commit; ask again with the same id', {
      cause
    })
  }
}

/** See Database.transaction. */
export async function inTransaction<T>(
  db: Pick<Database, 'pool' | 'history' | 'expected'>,
  work: (tx: Transaction) => Promise<T>,
  options: TransactionOptions = {}
): Promise<T> {
  const client = await connect(db.pool)
  const session = new Session(client, db, options.writer)
  let release = true
  let broken = false
  try {
    const result = await begun(client, session, work, options)
    // After a failure that nobody looked at, COMMIT tells of it.
    if (options.readOnly && client.getTransactionStatus() === 'T') {
      release = false
      void endReading(client, session)
      return result
    }
    await commitSent(client, session)
    session.committed()
    return result
  } catch (error) {
    // Work that still runs beside what failed must not ask on a connection that serves others by then.
    session.refuse(error)
    session.failed()
    broken = !(await rolledBack(client))
    throw causeOf(error, session)
  } finally {
    if (release) client.release(broken)
  }
}

/**
 * What was read is known, and no end of its transaction makes it less true: so nobody waits for that. The
 * connection goes back when the answer is there, and nowhere if it is not.
 */
async function endReading(client: pg.PoolClient, session: Session): Promise<void> {
  session.refuse(new Error('The transaction has ended.'))
  gatherWrites(client)
  try {
    await client.query('commit')
    client.release()
  } catch {
    client.release(true)
  }
}

/**
 * After a failure PostgreSQL refuses the next statements, and those may be awaited first: they are not the cause. What
 * was only sent nobody else looks at.
 */
export function causeOf(error: unknown, session: Session): unknown {
  if (error instanceof CommitUnknown) return error
  const cause = isAfterFailure(error) ? session.firstFailure : session.failure
  return asRegistryError(cause ?? error)
}

/**
 * BEGIN, and the work. Where the work reads first, its first statements follow BEGIN at once: were
 * BEGIN refused, they would have read outside of a transaction, so nothing else is let through then.
 */
async function begun<T>(
  client: pg.PoolClient,
  session: Session,
  work: (tx: Transaction) => Promise<T>,
  options: TransactionOptions
): Promise<T> {
  gatherWrites(client)
  const beginning = client.query(begin(options))
  if (!options.readsFirst) {
    await beginning
    return work(session)
  }
  beginning.catch((error) => session.refuse(error))
  const [result] = await Promise.all([work(session), beginning])
  return result
}

/** COMMIT follows what was sent last at once: after a failure PostgreSQL rolls back instead. */
export async function commitSent(client: pg.PoolClient, session: Session): Promise<void> {
  const [sent, committed] = await Promise.allSettled([session.sent(), commit(client)])
  if (committed.status === 'rejected' && committed.reason instanceof CommitUnknown) {
    throw committed.reason
  }
  if (sent.status === 'rejected') throw sent.reason
  if (committed.status === 'rejected') throw committed.reason
}

export async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect()
  } catch (error) {
    throw asRegistryError(error)
  }
}

export function begin(options: TransactionOptions): string {
  const { isolation = 'read committed', readOnly = false, byKey = false } = options
  // Without `read write`: where the operator or the provider of the server (a disk that runs full) lets
  // sessions only read, that holds for events as for everything else.
  const begin = `begin isolation level ${isolation}${readOnly ? ' read only' : ''}`
  const marked = readOnly ? begin : `${begin}; set local lodestone.begun = on`
  return byKey ? `${marked}; ${PLANNED_ONCE}` : marked
}

/**
 * True in a transaction that has begun and writes. What leaves together with BEGIN would be committed
 * statement by statement were that refused, as where the server stood still until a limit of time fell on it.
 */
export const BEGUN = `coalesce(current_setting('lodestone.begun', true), '') = 'on'`

/**
 * Planning costs more than a lookup by key. A plan that is kept must not depend on how small a table
 * was when it was made: so it takes an index wherever there is one.
 */
const PLANNED_ONCE =
  'set local plan_cache_mode = force_generic_plan; set local enable_seqscan = off; set local jit = off'

async function commit(client: pg.PoolClient): Promise<void> {
  let command: string
  try {
    gatherWrites(client)
    command = (await client.query('commit')).command
  } catch (error) {
    throw isConnectionLost(error) ? new CommitUnknown(error) : error
  }
  // PostgreSQL answers COMMIT of a failed transaction with ROLLBACK and without an error.
  if (command !== 'COMMIT') throw new Error('A failed statement was ignored: nothing was committed')
}

/** False where the connection is of no use any more and must not go back into the pool. */
export async function rolledBack(client: pg.PoolClient): Promise<boolean> {
  try {
    await client.query('rollback')
    return true
  } catch {
    return false
  }
}
