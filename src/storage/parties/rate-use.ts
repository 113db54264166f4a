import type { Queryable } from '../database.ts'

/** What one process has seen of one partition since it last told the others. */
export interface SeenUse {
  readonly key: Buffer
  readonly used: number
}

/**
 * Adds what this process has seen in a window and returns what all processes have seen, in the order
 * of the keys given; undefined where others are in the next window already. What was counted in a later one was
 * counted by a clock that was wrong, and would keep the others from sharing until then. Keys must differ. One
 * statement, in the order of the keys, so that processes never wait for each other crosswise.
 */
export async function addRateUse(
  db: Queryable,
  span: number,
  seen: readonly SeenUse[]
): Promise<(number | undefined)[]> {
  const rows = await db.query<{ key: Buffer; used: string }>({
    name: 'rate_use_add',
    text: `insert into rate_use as r (key, span, used)
      select key, $1::int8, used from unnest($2::bytea[], $3::int8[]) as seen (key, used) order by key
      on conflict (key) do update set
        used = excluded.used + case when r.span = excluded.span then r.used else 0 end,
        span = excluded.span
        where r.span <> excluded.span + 1
      returning key, used`,
    values: [span, seen.map(({ key }) => key), seen.map(({ used }) => used)]
  })
  const totals = new Map(rows.map(({ key, used }) => [key.toString('latin1'), Number(used)]))
  return seen.map(({ key }) => totals.get(key.toString('latin1')))
}

/** Forgets old windows, but not the one before: there may still be whose clocks are a little behind. */
export async function forgetRateUse(db: Queryable, span: number): Promise<void> {
  await db.query({
    name: 'rate_use_forget',
    text: 'delete from rate_use where span < $1::int8 - 1',
    values: [span]
  })
}
