import type pg from 'pg'

/**
 * What is sent to the database in this turn of the event loop leaves in one write: `pg` makes one a
 * statement, and each wakes the server up.
 */
export function gatherWrites({ connection }: pg.PoolClient): void {
  const { stream } = connection
  stream.cork()
  process.nextTick(() => stream.uncork())
}

/** Sends what has been gathered now, where this turn goes on with what the server need not wait for. */
export function writeGathered({ connection }: pg.PoolClient): void {
  const { stream } = connection
  while (stream.writableCorked > 0) stream.uncork()
}
