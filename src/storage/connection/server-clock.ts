import type pg from 'pg'

/**
 * What processes differ by more than this from the server cannot be mended afterwards: the time of an entry is
 * never before that of the entry before it, so one clock that is ahead moves what all record.
 */
const MOST_MS = 5_000

/** Milliseconds since 1970, by the clock of this process. */
export type Clock = () => number

/**
 * By how many milliseconds the clock of this process is ahead of that of the server, at least; negative where it is
 * behind, and 0 where they differ by no more than is harmless. However long the answer takes, it only gets less.
 */
export async function clockAhead(db: Pick<pg.ClientBase, 'query'>, now: Clock): Promise<number> {
  const before = now()
  const { rows } = await db.query<{ ms: string }>(
    'select trunc(extract(epoch from clock_timestamp()) * 1000) as ms'
  )
  const after = now()
  const server = Number(rows[0]?.ms)
  if (before - server > MOST_MS) return before - server
  if (server - after > MOST_MS) return after - server
  return 0
}

/** What is wrong with a clock, for whoever has to set it. */
export function clockProblem(aheadMs: number): string {
  const seconds = Math.round(Math.abs(aheadMs) / 1_000)
  const side = aheadMs > 0 ? 'ahead of' : 'behind'
  return `the clock of this machine is ${seconds} s ${side} that of the database; have both set by NTP`
}
