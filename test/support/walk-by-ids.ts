import type { Direction } from '../../src/domain/lineage/walk.ts'
import { walkFrom } from '../../src/registry/trace/trace-walk.ts'
import type { BatchOutline } from '../../src/storage/batches/batch-outlines.ts'
import { readBatches } from '../../src/storage/batches/batches.ts'
import { askAhead } from '../../src/storage/batches/graph.ts'
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

/** What is told of a batch, as texts. */
function outlineOf(batch: BatchOutline): string {
  const { id, organization, number, position, event, productClass, productName, stage } = batch
  const { facility, producedAt, massUg, custodyModel, disclosure, status, voidedBy } = batch
  const declared = [
    productClass,
    productName,
    stage,
    facility,
    producedAt,
    custodyModel,
    disclosure
  ]
  return [id, organization, number, position, event, ...declared, massUg, status, voidedBy].join(
    ' '
  )
}

/** All that a walk found and was told, whatever came first. */
function textOf({ walk, batches, events }: Awaited<ReturnType<typeof walkFrom>>): string {
  const { depths, made, drawn, open, truncated } = walk
  const edges = [made, drawn].map((side) =>
    side.map(({ event, batch, massUg }) => `${event} ${batch} ${massUg}`).sort()
  )
  const told = [...batches.values()].map(outlineOf).sort()
  const levels = [...depths].map(([batch, depth]) => `${batch} ${depth}`).sort()
  return JSON.stringify([
    levels,
    edges,
    [...open].sort(),
    truncated,
    told,
    [...events.keys()].sort()
  ])
}

/**
 * Walks from every so many batches that find something else than by identifiers, or tell something else of a
 * batch than its row does, and how many there were.
 */
export async function comparedWalks(db: Database, every: number) {
  const roots = await db.query<{ id: string; maker: string; next: string }>({
    text: `select id, maker, next from (select id, organization as maker, row_number() over (order by id) as n,
        (select next from journal_head) as next from batch) numbered where n % $1 = 0`,
    values: [every]
  })
  const different: string[] = []
  let walked = 0
  for (const { id, maker, next } of roots) {
    for (const direction of ['upstream', 'downstream'] as const) {
      for (const asOf of [Number(next), Math.floor(Number(next) / 2)]) {
        const question = { depth: 64, limit: 20_000, direction }
        const root = { batch: id, maker }
        const facts = await db.transaction((tx) => walkFrom(tx, root, question, asOf))
        // After a level or two it is read part by part, as those that are large.
        const inParts = await db.transaction((tx) => {
          const ahead = askAhead(tx, id, direction, { ...question, asOf, limit: 1 })
          return walkFrom(tx, root, question, asOf, { ahead })
        })
        if (textOf(inParts) !== textOf(facts)) different.push(`${direction} of ${id} in parts`)
        const { depths } = facts.walk
        const stored = await readBatches(db, [...depths.keys()], asOf)
        const told = [...facts.batches.values()].map(outlineOf).sort()
        if (told.join() !== [...stored.values()].map(outlineOf).sort().join())
          different.push(`told ${direction} of ${id}`)
        const expected = await walkByIds(db, id, direction, asOf)
        if ([...depths.keys()].sort().join() !== expected.join())
          different.push(`${direction} of ${id}`)
        walked += depths.size
      }
    }
  }
  return { different, walked }
}
