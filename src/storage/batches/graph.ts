import { LongMap } from '../../domain/lineage/long-map.ts'
import type { Direction, Edge, Truncation, Walk } from '../../domain/lineage/walk.ts'
import {
  type ArrayParameter,
  arrayParameter,
  numbersParameter
} from '../connection/array-parameter.ts'
import type { Queryable } from '../database.ts'
import type { Born, FarEdge, Level, MetEvent } from './graph-level.ts'
import { levelOf, readFirstLevels, readLevel } from './graph-level.ts'

/** How far a walk goes. */
export interface WalkLimits {
  /** Levels beyond the root, at least 1. */
  readonly depth: number
  /** Batches at most, the root included. */
  readonly limit: number
}

/**
 * A graph of so many batches is walked in one statement. Beyond that it is asked for level by level, so
 * that the service can look into one level while PostgreSQL reads what is known of it and then the next.
 */
const AT_ONCE = 500

/** What PostgreSQL finds of a walk in one statement. */
type FirstLevels = ReturnType<typeof readFirstLevels>

export interface WalkOptions extends WalkLimits {
  readonly asOf: number
  /** What was asked for before, by `askAhead`, of the same walk as of the same state. */
  readonly ahead?: FirstLevels | null
  /**
   * Told what has been met before more is waited for, so that what is stored about it can be asked
   * for meanwhile: of each batch and of each event once.
   */
  readonly onMet?: (met: Met) => void
}

/** What a walk has met since it told of others. */
export interface Met {
  readonly batches: readonly (Born | FarEdge)[]
  /** The births of the same as a parameter. */
  readonly births: ArrayParameter
  readonly events: readonly { readonly event: string; readonly position: number }[]
}

/** Asks for the first levels of a walk before anybody has to wait for them. */
export function askAhead(
  db: Queryable,
  root: string,
  direction: Direction,
  { depth, limit, asOf }: WalkLimits & { readonly asOf: number }
): FirstLevels {
  const levels = readFirstLevels(db, root, direction, {
    asOf,
    depth,
    batches: Math.min(limit, AT_ONCE)
  })
  // Whoever finds that there is nothing to walk does not wait for it.
  levels.catch(() => {})
  return levels
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
  const { birth, levels } = await (options.ahead ?? askAhead(db, root, direction, options))
  const found = new Findings(root, direction, limit)
  if (birth === null) return found.walk()
  const start = { batch: root, birth }
  found.meet(start)
  const readOn = (frontier: readonly Born[]): Promise<Level> => {
    const met = found.met()
    // After the first statement, what is new is what the next level lies behind.
    const isAll = met.batches.length === frontier.length
    const level = readLevel(db, isAll ? met.births : birthsOf(frontier), direction, asOf)
    onMet?.(met)
    return level
  }
  let frontier: readonly Born[] = [start]
  for (let depth = 1; frontier.length > 0; depth += 1) {
    // What is left out for the limit is decided here: the statement knows nothing of it.
    const row = found.truncated ? undefined : levels[depth - 1]
    const level = row ? levelOf(row) : await readOn(frontier)
    frontier = found.take(level, depth <= deepest ? depth : null)
  }
  onMet?.(found.met())
  return found.walk()
}

/** The batches one level behind some: made from them, or what they were made from. */
export async function readNeighbors(
  db: Queryable,
  batches: readonly string[],
  direction: Direction,
  asOf: number
): Promise<readonly string[]> {
  const rows = await db.query<{ birth: string }>({
    name: 'graph_births',
    text: 'select birth from batch where id = any($1::uuid[])',
    values: [arrayParameter('uuid', batches)]
  })
  const births = rows.map(({ birth }) => Number(birth))
  const { events, beyond } = await readLevel(db, numbersParameter(births), direction, asOf)
  return [...events.flatMap(({ far }) => far), ...beyond].map(({ batch }) => batch)
}

/** Births of batches as a parameter. */
export function birthsOf(batches: readonly Born[]): ArrayParameter {
  return numbersParameter(batches.map(({ birth }) => birth))
}

class Findings {
  readonly #root: string
  readonly #direction: Direction
  readonly #limit: number
  readonly #depths = new LongMap<string, number>()
  readonly #near: Edge[] = []
  /** By event: one that two levels meet is read twice and kept once. */
  readonly #far = new Map<string, readonly Edge[]>()
  readonly #open = new Set<string>()
  readonly #events = new Set<string>()
  #batchesMet: (Born | FarEdge)[] = []
  #eventsMet: Met['events'][number][] = []
  #truncated: Truncation | null = null

  constructor(root: string, direction: Direction, limit: number) {
    this.#root = root
    this.#direction = direction
    this.#limit = limit
    this.#depths.set(root, 0)
  }

  /** Keeps a level and returns the batches that are new; none beyond the last level (`null`). */
  take({ events, beyond, cut }: Level, depth: number | null): readonly Born[] {
    const fresh: Born[] = []
    for (const met of events) {
      this.#takeEvent(met)
      const isWhole = this.#addNew(met.far, depth, fresh)
      if (cut || !isWhole) for (const { batch } of met.near) this.#open.add(batch)
    }
    this.#addNew(beyond, depth, fresh)
    if (cut) this.#truncated ??= 'limit'
    return fresh
  }

  #takeEvent(met: MetEvent): void {
    for (const edge of met.near) this.#near.push(edge)
    if (met.far.length > 0) this.#far.set(met.event, met.far)
    if (this.#events.has(met.event)) return
    this.#events.add(met.event)
    this.#eventsMet.push(met)
  }

  /** To be told of: the root, and what `take` adds. */
  meet(batch: Born): void {
    this.#batchesMet.push(batch)
  }

  /** What was met since this was asked last. */
  met(): Met {
    const met = { batches: this.#batchesMet, events: this.#eventsMet }
    this.#batchesMet = []
    this.#eventsMet = []
    return { ...met, births: birthsOf(met.batches) }
  }

  get truncated(): Truncation | null {
    return this.#truncated
  }

  /** Adds those that are new to `fresh`; false where one was left out. */
  #addNew(met: readonly (Born | FarEdge)[], depth: number | null, fresh: Born[]): boolean {
    let isWhole = true
    for (const born of met) {
      if (this.#depths.has(born.batch)) continue
      if (depth !== null && this.#depths.size < this.#limit) {
        this.#depths.set(born.batch, depth)
        this.#batchesMet.push(born)
        fresh.push(born)
      } else {
        this.#truncated ??= depth === null ? 'depth' : 'limit'
        isWhole = false
      }
    }
    return isWhole
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
