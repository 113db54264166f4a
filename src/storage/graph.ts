import type { Direction, Edge, Truncation, Walk } from '../domain/lineage/walk.ts'
import { type ArrayParameter, arrayParameter } from './array-parameter.ts'
import type { Queryable } from './database.ts'

/** How far a walk goes. */
export interface WalkLimits {
  /** Levels beyond the root, at least 1. */
  readonly depth: number
  /** Batches at most, the root included. */
  readonly limit: number
}

/** Edges of one side of a level at most; beyond them the walk is truncated. */
const MOST_EDGES = 50_000

/**
 * A graph of so many batches is walked in one statement. Beyond that it is asked for level by level, so
 * that the service can look into one level while PostgreSQL reads what is known of it and then the next.
 */
const AT_ONCE = 500

/** An edge counts at a position when it was recorded by then and not undone yet. */
const LIVE = 'position <= $2 and (undone_position is null or undone_position > $2)'

/**
 * Each side comes as one text, because turning thousands of rows into objects costs more than finding
 * them: event, batch and micrograms of each edge, in the order of the side, as the strings of
 * a JSON array. Parsed as such they are texts of their own, which are read and written faster
 * than parts of a long one.
 */
const EDGES = `'["' || string_agg(concat_ws('","', event, batch, mass_ug), '","') || '"]'`

/**
 * A campaign is one place, however many events it has: the pool batches before (upstream) or after
 * (downstream) one that was met are met in the same level.
 */
function poolsBeyond(order: '<' | '>'): string {
  return `select distinct t.batch from far
      join campaign_step s on s.batch = far.batch
      join campaign_step t on t.campaign = s.campaign and t.number ${order} s.number
     where t.position <= $2`
}

/**
 * The level behind the batches of `frontier`: the near side has its other end there, the far side
 * belongs to the same events.
 */
function levelSql(direction: Direction, frontier: string): string {
  const [near, far, order] =
    direction === 'upstream'
      ? (['event_output', 'event_input', '<'] as const)
      : (['event_input', 'event_output', '>'] as const)
  return `with near as materialized (
      select event, line, batch, mass_ug from ${near}
       where batch = any(${frontier}) and ${LIVE} order by event, line limit ${MOST_EDGES}
    ), far as materialized (
      select event, line, batch, mass_ug from ${far}
       where event = any(array(select distinct event from near)) and ${LIVE}
       order by event, line limit ${MOST_EDGES}
    ), beyond as materialized (${poolsBeyond(order)})
    select (select ${EDGES} from near) as near, (select ${EDGES} from far) as far,
      (select string_agg(batch::text, ',') from beyond) as beyond`
}

/**
 * All levels behind $1 in one statement, which keeps one row a level: what was met there, and what
 * had been met by then. The levels end at the depth $3, or after one that meets more than $4 batches.
 */
function walkSql(direction: Direction): string {
  return `with recursive walk (level, frontier, seen, near, far, beyond) as (
      select 0, array[$1::uuid], array[$1::uuid], null::text, null::text, null::text
    union all
      select w.level + 1, l.fresh, w.seen || l.fresh, l.near, l.far, l.beyond
        from walk w cross join lateral (
          ${levelSql(direction, 'w.frontier')}, array(
            select batch from far union all select batch from beyond except select unnest(w.seen)
          ) as fresh
        ) l
       where w.frontier <> '{}' and w.level <= $3 and cardinality(w.seen) <= $4
    )
    select near, far, beyond from walk where level > 0 order by level`
}

const LEVEL = {
  upstream: levelSql('upstream', '$1::uuid[]'),
  downstream: levelSql('downstream', '$1::uuid[]')
} as const

const WALK = { upstream: walkSql('upstream'), downstream: walkSql('downstream') } as const

interface Row {
  readonly near: string | null
  readonly far: string | null
  readonly beyond: string | null
}

/** One level of the graph behind a frontier: one indexed query. */
export interface Level {
  /** Upstream what made the frontier, downstream what drew it. */
  readonly near: readonly Edge[]
  /** Upstream what those events drew, downstream what they made. */
  readonly far: readonly Edge[]
  /** Pool batches of the campaigns that the level meets. */
  readonly beyond: readonly string[]
  /** True when the level holds more edges than are read at once. */
  readonly cut: boolean
}

/** The level behind a frontier, as known at a position. */
export function readLevel(
  db: Queryable,
  frontier: readonly string[],
  direction: Direction,
  asOf: number
): Promise<Level> {
  return readListed(db, arrayParameter('uuid', frontier), direction, asOf)
}

async function readListed(
  db: Queryable,
  frontier: ArrayParameter,
  direction: Direction,
  asOf: number
): Promise<Level> {
  const [row] = await db.query<Row>({
    name: `graph_${direction}_level`,
    text: LEVEL[direction],
    values: [frontier, asOf]
  })
  return levelOf(row)
}

function levelOf(row: Row | undefined): Level {
  const near = edgesIn(row?.near ?? null)
  const far = edgesIn(row?.far ?? null)
  const beyond = row?.beyond?.split(',') ?? []
  return { near, far, beyond, cut: near.length === MOST_EDGES || far.length === MOST_EDGES }
}

function edgesIn(text: string | null): Edge[] {
  if (text === null) return []
  const texts: readonly string[] = JSON.parse(text)
  const edges: Edge[] = []
  let event = ''
  for (let at = 0; at + 2 < texts.length; at += 3) {
    const [of, batch, mass] = [texts[at], texts[at + 1], texts[at + 2]] as [string, string, string]
    // One text for all edges of an event: a map finds again at once what it has found before.
    if (of !== event) event = of
    edges.push({ event, batch, massUg: BigInt(mass) })
  }
  return edges
}

export interface WalkOptions extends WalkLimits {
  readonly asOf: number
  /**
   * Told what has been met before more is waited for, so that what is stored about it can be asked
   * for meanwhile: of each batch and of each event once.
   */
  readonly onMet?: (met: Met) => void
}

/** What a walk has met since it told of others. */
export interface Met {
  readonly batches: readonly string[]
  /** The same as a parameter: thousands of identifiers are made into bytes once. */
  readonly listed: ArrayParameter
  readonly events: readonly string[]
}

/**
 * Walks the graph from a batch, level by level. Diamonds are met once, so the cost follows the
 * number of batches and never the number of paths.
 */
export async function walkGraph(
  db: Queryable,
  root: string,
  direction: Direction,
  options: WalkOptions
): Promise<Walk> {
  const { depth: deepest, limit, asOf, onMet } = options
  const rows = await db.query<Row>({
    name: `graph_${direction}`,
    text: WALK[direction],
    values: [root, asOf, deepest, Math.min(limit, AT_ONCE)]
  })
  const found = new Findings(root, direction, limit)
  const readOn = (frontier: readonly string[]): Promise<Level> => {
    const met = found.met()
    // After the first statement, what is new is what the next level lies behind.
    const isAll = met.batches.length === frontier.length
    const listed = isAll ? met.listed : arrayParameter('uuid', frontier)
    const level = readListed(db, listed, direction, asOf)
    onMet?.(met)
    return level
  }
  let frontier: readonly string[] = [root]
  for (let depth = 1; frontier.length > 0; depth += 1) {
    // What is left out for the limit is decided here: the statement knows nothing of it.
    const row = found.truncated ? undefined : rows[depth - 1]
    const level = row ? levelOf(row) : await readOn(frontier)
    frontier = found.take(level, depth <= deepest ? depth : null)
  }
  onMet?.(found.met())
  return found.walk()
}

class Findings {
  readonly #root: string
  readonly #direction: Direction
  readonly #limit: number
  readonly #depths: Map<string, number>
  readonly #near: Edge[] = []
  /** By event: one that two levels meet is read twice and kept once. */
  readonly #far = new Map<string, readonly Edge[]>()
  readonly #open = new Set<string>()
  readonly #events = new Set<string>()
  #met: { readonly batches: string[]; readonly events: string[] }
  #truncated: Truncation | null = null

  constructor(root: string, direction: Direction, limit: number) {
    this.#root = root
    this.#direction = direction
    this.#limit = limit
    this.#depths = new Map([[root, 0]])
    this.#met = { batches: [root], events: [] }
  }

  /** Keeps a level and returns the batches that are new; none beyond the last level (`null`). */
  take({ near, far, beyond, cut }: Level, depth: number | null): readonly string[] {
    for (const edge of near) {
      this.#near.push(edge)
      if (this.#events.has(edge.event)) continue
      this.#events.add(edge.event)
      this.#met.events.push(edge.event)
    }
    for (const [event, edges] of Map.groupBy(far, (edge) => edge.event)) this.#far.set(event, edges)
    const fresh: string[] = []
    const left = new Set<string>()
    for (const { event, batch } of far) {
      if (this.#depths.has(batch)) continue
      if (this.#add(batch, depth)) fresh.push(batch)
      else left.add(event)
    }
    const pools = beyond.filter((batch) => !this.#depths.has(batch))
    fresh.push(...pools.filter((batch) => this.#add(batch, depth)))
    if (cut) this.#truncated ??= 'limit'
    for (const { event, batch } of near) if (cut || left.has(event)) this.#open.add(batch)
    return fresh
  }

  /** What was met since this was asked last. */
  met(): Met {
    const met = this.#met
    this.#met = { batches: [], events: [] }
    return { ...met, listed: arrayParameter('uuid', met.batches) }
  }

  get truncated(): Truncation | null {
    return this.#truncated
  }

  #add(batch: string, depth: number | null): boolean {
    if (depth !== null && this.#depths.size < this.#limit) {
      this.#depths.set(batch, depth)
      this.#met.batches.push(batch)
      return true
    }
    this.#truncated ??= depth === null ? 'depth' : 'limit'
    return false
  }

  walk(): Walk {
    const far = [...this.#far.values()].flat()
    const [made, drawn] = this.#direction === 'upstream' ? [this.#near, far] : [far, this.#near]
    return {
      root: this.#root,
      direction: this.#direction,
      depths: this.#depths,
      made,
      drawn,
      open: this.#open,
      truncated: this.#truncated
    }
  }
}
