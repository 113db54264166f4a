import type { Database } from '../src/storage/database.ts'

const UPSTREAM_LEVELS = 8

/**
 * What PostgreSQL needs for a walk of which nothing is told: batches found by one recursive statement over
 * the same tables and indexes, and counted. No assay, status, right or edge is read, and nothing is sent.
 */
function bareSql(direction: 'upstream' | 'downstream'): string {
  const [near, far] =
    direction === 'upstream' ? ['event_output', 'event_input'] : ['event_input', 'event_output']
  const depth = direction === 'upstream' ? UPSTREAM_LEVELS : 64
  return `with recursive walk (birth, level) as (
      select birth, 0 from batch where id = $1
    union
      select f.birth, w.level + 1 from walk w
        join ${near} n on n.birth = w.birth and n.undone_position is null
        join ${far} f on f.position = n.position and f.undone_position is null
       where w.level < ${depth}
    )
    select count(distinct birth) from walk`
}

/** The 99th percentile over so many seconds, in ms, one statement after the other on a connection of the benchmark. */
export async function bareWalkMs(
  db: Database,
  direction: 'upstream' | 'downstream',
  batches: readonly string[],
  seconds: number
): Promise<number> {
  const statement = { name: `bare_${direction}`, text: bareSql(direction) }
  const took: number[] = []
  const end = performance.now() + seconds * 1000
  for (let turn = 0; performance.now() < end; turn += 1) {
    const begun = performance.now()
    await db.query({ ...statement, values: [batches[turn % batches.length]] })
    took.push(performance.now() - begun)
  }
  took.sort((a, b) => a - b)
  return took[Math.ceil(took.length * 0.99) - 1] ?? Number.NaN
}
