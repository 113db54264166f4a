import type { Direction } from '../../src/domain/lineage/walk.ts'
import { walkGraph } from '../../src/storage/batches/graph.ts'
import type { Database } from '../../src/storage/database.ts'

/** Everything behind or before a batch by the identifiers of batches and events alone, as of a position. */
async function walkByIds(db: Database, root: string, direction: Direction, asOf: number) {
  const up = direction === 'upstream'
  const [near, far] = up ? ['event_output', 'event_input'] : ['event_input', 'event_output']
  const live = (side: string) =>
    `${side}.position <= $2 and (${side}.undone_position is null or ${side}.undone_position > $2)`
  const rows = await db.query<{ batch: string }>({
    text: `with recursive walk (batch) as (
        select $1::uuid
      union
        select met.batch from walk cross join lateral (
          with far as (
            select f.batch from ${near} n join ${far} f on f.event = n.event
             where n.batch = walk.batch and ${live('n')} and ${live('f')}
          )
          select batch from far
          union all
          select t.batch from far join campaign_step s on s.batch = far.batch
            join campaign_step t on t.campaign = s.campaign and t.number ${up ? '<' : '>'} s.number
           where t.position <= $2
        ) met
      ) select batch from walk order by batch`,
    values: [root, asOf]
  })
  return rows.map(({ batch }) => batch)
}

/** Walks from every so many batches that find something else than by identifiers, and how many there were. */
export async function comparedWalks(db: Database, every: number) {
  const roots = await db.query<{ id: string; next: string }>({
    text: `select id, next from (select id, row_number() over (order by id) as n,
        (select next from journal_head) as next from batch) numbered where n % $1 = 0`,
    values: [every]
  })
  const different: string[] = []
  let walked = 0
  for (const { id, next } of roots) {
    for (const direction of ['upstream', 'downstream'] as const) {
      for (const asOf of [Number(next), Math.floor(Number(next) / 2)]) {
        const limits = { depth: 64, limit: 20_000, asOf }
        const { depths } = await walkGraph(db, id, direction, limits)
        const expected = await walkByIds(db, id, direction, asOf)
        if ([...depths.keys()].sort().join() !== expected.join())
          different.push(`${direction} of ${id}`)
        walked += depths.size
      }
    }
  }
  return { different, walked }
}
