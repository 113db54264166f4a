import type { Direction, Edge } from '../../domain/lineage/walk.ts'
import { isBornAt } from '../books/birth.ts'
import { type Look, readMade } from '../books/made-text.ts'
import type { ArrayParameter } from '../connection/array-parameter.ts'
import type { Queryable } from '../database.ts'

/** Edges of one side of a level at most; beyond them the walk is truncated. */
export const MOST_EDGES = 50_000

/** An edge counts at a position when it was recorded by then and not undone yet. */
const LIVE = 'position <= $2 and (undone_position is null or undone_position > $2)'

/**
 * Each side comes as one text, because turning thousands of rows into objects costs more than finding
 * them: `FIELDS` of each edge in the order of the side, as one JSON array. Strings that are parsed as such
 * are texts of their own, which are read and written faster than parts of a long one. The far side need
 * not repeat what its events are called, and tells the births that the next level is looked up by.
 */
const NEAR = textOf('near', `position, ',"', event, '","', batch, '","', mass_ug, '"'`)
const FAR_FIELDS = `position, ',', birth, ',"', batch, '","', mass_ug, '"'`
const FAR = {
  upstream: textOf('far', FAR_FIELDS),
  // What an event was the first to make stands there as a text already: only of the rest is one written.
  downstream: textOf('far where position not in (select position from told)', FAR_FIELDS)
} as const
const MADE = `(select string_agg(body, ',') from told)`

/** Pools in the order of their ids. */
const BEYOND = textOf('(select * from beyond order by batch) pools', `birth, ',"', batch, '"'`)

function textOf(rows: string, pieces: string): string {
  return `(select '[' || string_agg(concat(${pieces}), ',') || ']' from ${rows})`
}

/**
 * A campaign is one place, however many events it has: the pool batches before (upstream) or after
 * (downstream) one of `met` are met in the same level.
 */
function poolsBeyond(order: '<' | '>', met = ''): string {
  return `select distinct t.batch, t.birth from (
       select campaign, number from campaign_step where birth = any(array(select birth from far)) ${met}
     ) s join campaign_step t on t.campaign = s.campaign and t.number ${order} s.number
     where t.position <= $2`
}

/** Texts that are read of a level at most, some 50,000 outputs; what events beyond made is read as rows. */
const MOST_TOLD_BYTES = 6_000_000

/** Of the events of a level, those that stand with all that they made in `event_made`. */
const TOLD = `select position, body from (
    select position, body, sum(octet_length(body)) over (order by position) as bytes from event_made
     where position = any(array(select distinct position from near)) and ${LIVE}
  ) made where bytes <= ${MOST_TOLD_BYTES}`
const POOLS_TOLD = `union all select s.campaign, s.number
    from told cross join lateral (
      select campaign, number from campaign_step where ${isBornAt('birth', 'told.position')}
    ) s`

/**
 * The level behind the batches whose births are `frontier`: the near side has its other end there, the
 * far side belongs to the same events. Both are found by births and positions, since what was recorded
 * together stands together there, and nowhere near each other by identifiers. Downstream `far` has all
 * edges where their births are needed, and else those that nothing stands for in `event_made`.
 */
function levelSql(direction: Direction, frontier: string, far: 'all' | 'untold'): string {
  const up = direction === 'upstream'
  const [near, beyond] = up ? ['event_output', 'event_input'] : ['event_input', 'event_output']
  const met = 'select distinct position from near'
  const [events, pools] =
    far === 'all' ? [met, ''] : [`${met} except select position from told`, POOLS_TOLD]
  return `with near as materialized (
      select position, line, event, batch, mass_ug from ${near}
       where birth = any(${frontier}) and ${LIVE} order by position, line limit ${MOST_EDGES}
    ), ${up ? '' : `told as materialized (${TOLD}), `}far as materialized (
      select position, line, birth, batch, mass_ug from ${beyond}
       where position = any(array(${events})) and ${LIVE} order by position, line limit ${MOST_EDGES}
    ), beyond as materialized (${poolsBeyond(up ? '<' : '>', pools)})
    select ${NEAR} as near, ${FAR[direction]} as far, ${up ? 'null::text' : MADE} as made, ${BEYOND} as beyond`
}

/**
 * All levels behind the batch $1 in one statement, which keeps one row a level: what was met there, and
 * what had been met by then; before them a row with the birth of $1. The levels end at the depth $3,
 * or after one that meets more than $4 batches.
 */
function walkSql(direction: Direction): string {
  return `with recursive walk (level, frontier, seen, near, far, made, beyond) as (
      select 0, born, born, null::text, null::text, null::text, null::text
        from (select array(select birth from batch where id = $1)) root (born)
    union all
      select w.level + 1, l.fresh, w.seen || l.fresh, l.near, l.far, l.made, l.beyond
        from walk w cross join lateral (
          ${levelSql(direction, 'w.frontier', 'all')}, array(
            select birth from far union all select birth from beyond except select unnest(w.seen)
          ) as fresh
        ) l
       where w.frontier <> '{}' and w.level <= $3 and cardinality(w.seen) <= $4
    )
    select case level when 0 then frontier[1]::text end as root, near, far, made, beyond
      from walk order by level`
}

const LEVEL = {
  upstream: levelSql('upstream', '$1::int8[]', 'all'),
  downstream: levelSql('downstream', '$1::int8[]', 'untold')
} as const

const WALK = { upstream: walkSql('upstream'), downstream: walkSql('downstream') } as const

/** A level as it comes from PostgreSQL. */
export interface LevelRow {
  readonly near: string | null
  readonly far: string | null
  /** Bodies of `event_made`, downstream. */
  readonly made: string | null
  readonly beyond: string | null
}

/** A batch that a level leads to. */
export interface Born {
  readonly batch: string
  /** See storage/books/birth.ts. */
  readonly birth: number
}

export interface FarEdge extends Edge, Born {
  /** Of the output that made the batch first what its first version says beside event and mass, if it is told. */
  readonly number: string | null
  readonly look: Look | null
}

/** Whether the walk was told of the first version. */
export function isTold(born: Born | FarEdge): born is Told {
  return 'look' in born && born.look !== null
}

export type Told = FarEdge & { readonly look: Look }

/** What is met in an event: the edges on both of its sides. */
export interface MetEvent {
  readonly event: string
  readonly position: number
  /** Upstream what it made of the frontier, downstream what it drew. */
  readonly near: Edge[]
  /** Upstream what it drew, downstream what it made. */
  readonly far: FarEdge[]
}

/** One level of the graph behind a frontier. */
export interface Level {
  /** By id. */
  readonly events: readonly MetEvent[]
  /** Pool batches of the campaigns that the level meets. */
  readonly beyond: readonly Born[]
  /** On the side that has more of them. */
  readonly edges: number
  /** True when the level holds more edges than are read at once. */
  readonly cut: boolean
}

/** The level behind batches of these births (`int8[]`), as known at a position. */
export async function readLevel(
  db: Queryable,
  births: ArrayParameter,
  direction: Direction,
  asOf: number
): Promise<Level> {
  const [row] = await db.query<LevelRow>({
    name: `graph_${direction}_level`,
    text: LEVEL[direction],
    values: [births, asOf]
  })
  return levelOf(row)
}

/** The first levels behind a batch, and its birth: null for one that was never made. */
export async function readFirstLevels(
  db: Queryable,
  root: string,
  direction: Direction,
  to: { readonly asOf: number; readonly depth: number; readonly batches: number }
): Promise<{ readonly birth: number | null; readonly levels: readonly LevelRow[] }> {
  const [first, ...levels] = await db.query<LevelRow & { readonly root: string | null }>({
    name: `graph_${direction}`,
    text: WALK[direction],
    values: [root, to.asOf, to.depth, to.batches]
  })
  return { birth: first?.root ? Number(first.root) : null, levels }
}

const FIELDS = 4

export function levelOf(row: LevelRow | undefined): Level {
  const near = fieldsIn(row?.near)
  const far = fieldsIn(row?.far)
  const byPosition = new Map<number, MetEvent>()
  let met: MetEvent | undefined
  for (let n = 0; n < near.length; n += FIELDS) {
    const [position, event] = [near[n] as number, near[n + 1] as string]
    const [batch, mass] = [near[n + 2] as string, near[n + 3] as string]
    if (met?.position !== position) {
      met = { event, position, near: [], far: [] }
      byPosition.set(position, met)
    }
    // One text for all edges of an event: a map finds again at once what it has found before.
    met.near.push({ event: met.event, batch, massUg: BigInt(mass) })
  }
  for (let n = 0; n < far.length; n += FIELDS) {
    const [position, birth] = [far[n] as number, far[n + 1] as number]
    const [batch, mass] = [far[n + 2] as string, far[n + 3] as string]
    if (met?.position !== position) met = byPosition.get(position)
    met?.far.push({
      event: met.event,
      batch,
      massUg: BigInt(mass),
      birth,
      number: null,
      look: null
    })
  }
  let edges = far.length / FIELDS
  const eventAt = (position: number) => byPosition.get(position)?.event
  for (const { position, made } of readMade(row?.made ?? '', eventAt)) {
    const far = byPosition.get(position)?.far
    for (const edge of made) far?.push(edge)
    edges += made.length
  }
  edges = Math.max(edges, near.length / FIELDS)
  const events = [...byPosition.values()].sort((a, b) => (a.event < b.event ? -1 : 1))
  return { events, beyond: bornIn(fieldsIn(row?.beyond)), edges, cut: edges >= MOST_EDGES }
}

function fieldsIn(text: string | null | undefined): readonly (string | number)[] {
  return text ? JSON.parse(text) : []
}

function bornIn(fields: readonly (string | number)[]): Born[] {
  const born: Born[] = []
  for (let n = 0; n + 1 < fields.length; n += 2) {
    born.push({ birth: fields[n] as number, batch: fields[n + 1] as string })
  }
  return born
}
