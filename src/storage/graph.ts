import type { Direction, Drawn, Made, Truncation, Walk } from '../domain/lineage/walk.ts'
import type { Queryable } from './database.ts'

/** How far a walk goes. */
export interface WalkLimits {
  /** Levels beyond the root, at least 1. */
  readonly depth: number
  /** Batches at most, the root included. */
  readonly limit: number
}

interface EdgeRow {
  readonly side: 'made' | 'drawn'
  readonly event: string
  readonly line: number
  readonly batch: string
  readonly mass_ug: string
}

/** Edges read for one level at most; beyond them the walk is truncated. */
const MOST_EDGES = 50_000

/** An edge counts at a position when it was recorded by then and not undone yet. */
const LIVE = 'position <= $2 and (undone_position is null or undone_position > $2)'

const UPSTREAM = `
  with made as materialized (
    select event, line, batch, mass_ug from event_output where batch = any($1::uuid[]) and ${LIVE}
  )
  select 'made' as side, event, line, batch, mass_ug from made
  union all
  select 'drawn', event, line, batch, mass_ug from event_input
   where event = any(array(select distinct event from made)) and ${LIVE}
  order by side desc, event, line limit ${MOST_EDGES}`

const DOWNSTREAM = `
  with drawn as materialized (
    select event, line, batch, mass_ug from event_input where batch = any($1::uuid[]) and ${LIVE}
  )
  select 'drawn' as side, event, line, batch, mass_ug from drawn
  union all
  select 'made', event, line, batch, mass_ug from event_output
   where event = any(array(select distinct event from drawn)) and ${LIVE}
  order by side, event, line limit ${MOST_EDGES}`

/** One level of the graph behind a frontier: one indexed query. */
export interface Level {
  readonly made: readonly Made[]
  readonly drawn: readonly Drawn[]
  /** True when the level holds more edges than are read at once. */
  readonly cut: boolean
}

/**
 * What made the batches and what that drew (upstream), or what drew them and what that made
 * (downstream), as known at a position.
 */
export async function readLevel(
  db: Queryable,
  frontier: readonly string[],
  direction: Direction,
  asOf: number
): Promise<Level> {
  const rows = await db.query<EdgeRow>({
    name: `graph_${direction}`,
    text: direction === 'upstream' ? UPSTREAM : DOWNSTREAM,
    values: [frontier, asOf]
  })
  const made: Made[] = []
  const drawn: Drawn[] = []
  for (const { side, event, line, batch, mass_ug } of rows) {
    const massUg = BigInt(mass_ug)
    if (side === 'made') made.push({ event, batch, massUg })
    else drawn.push({ event, line, batch, massUg })
  }
  return { made, drawn, cut: rows.length === MOST_EDGES }
}

/**
 * Walks the graph level by level from a batch. Diamonds are met once, so the cost follows the
 * number of batches and never the number of paths.
 */
export async function walkGraph(
  db: Queryable,
  root: string,
  direction: Direction,
  options: WalkLimits & { readonly asOf: number }
): Promise<Walk> {
  const found = new Findings(root, direction, options.limit)
  let frontier: readonly string[] = [root]
  for (let depth = 1; frontier.length > 0; depth += 1) {
    const level = await readLevel(db, frontier, direction, options.asOf)
    frontier = found.take(level, depth <= options.depth ? depth : null)
  }
  return found.walk()
}

class Findings {
  readonly #root: string
  readonly #direction: Direction
  readonly #limit: number
  readonly #depths: Map<string, number>
  readonly #made = new Map<string, Made>()
  readonly #drawn = new Map<string, Drawn>()
  readonly #open = new Set<string>()
  #truncated: Truncation | null = null

  constructor(root: string, direction: Direction, limit: number) {
    this.#root = root
    this.#direction = direction
    this.#limit = limit
    this.#depths = new Map([[root, 0]])
  }

  /** Keeps a level and returns the batches that are new; none beyond the last level (`null`). */
  take(level: Level, depth: number | null): readonly string[] {
    for (const edge of level.made) this.#made.set(`${edge.event} ${edge.batch}`, edge)
    for (const edge of level.drawn) this.#drawn.set(`${edge.event} ${edge.line}`, edge)
    const [near, far] =
      this.#direction === 'upstream' ? [level.made, level.drawn] : [level.drawn, level.made]
    const fresh: string[] = []
    const cut = new Set<string>()
    for (const { event, batch } of far) {
      if (this.#depths.has(batch)) continue
      if (this.#add(batch, depth)) fresh.push(batch)
      else cut.add(event)
    }
    if (level.cut) this.#truncated ??= 'limit'
    const open = near.filter(({ event }) => level.cut || cut.has(event))
    for (const { batch } of open) this.#open.add(batch)
    return fresh
  }

  #add(batch: string, depth: number | null): boolean {
    if (depth !== null && this.#depths.size < this.#limit) {
      this.#depths.set(batch, depth)
      return true
    }
    this.#truncated ??= depth === null ? 'depth' : 'limit'
    return false
  }

  walk(): Walk {
    return {
      root: this.#root,
      direction: this.#direction,
      depths: this.#depths,
      made: [...this.#made.values()],
      drawn: [...this.#drawn.values()],
      open: this.#open,
      truncated: this.#truncated
    }
  }
}
