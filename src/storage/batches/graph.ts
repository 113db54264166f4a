import type { Direction, Walk } from '../../domain/lineage/walk.ts'
import { arrayParameter, numbersParameter } from '../connection/array-parameter.ts'
import type { Queryable } from '../database.ts'
import type { Born } from './graph-level.ts'
import { levelOf, readFirstLevels, readLevel } from './graph-level.ts'
import { birthsOf, Findings, type Met } from './walk-findings.ts'
import { walkInParts } from './walk-in-parts.ts'

/** How far a walk goes. */
export interface WalkLimits {
  /** Levels beyond the root, at least 1. */
  readonly depth: number
  /** Batches at most, the root included. */
  readonly limit: number
}

/**
 * A graph of so many batches is walked in one statement. Beyond that it is asked for part by part, so that
 * the service can look into one while PostgreSQL reads what is known of it and then the next.
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
  const { depth: deepest, limit, asOf } = options
  const { birth, levels } = await (options.ahead ?? askAhead(db, root, direction, options))
  const found = new Findings(root, direction, limit)
  if (birth === null) return found.walk()
  const start = { batch: root, birth }
  found.meet(start, 0)
  let frontier: readonly Born[] = [start]
  let depth = 1
  for (const row of levels) {
    // What is left out for the limit is decided here: the statement knows nothing of it.
    if (frontier.length === 0 || found.truncated) break
    frontier = found.take(levelOf(row), depth <= deepest ? depth : null)
    depth += 1
  }
  const read = (batches: readonly Born[]) => readLevel(db, birthsOf(batches), direction, asOf)
  const onMet = options.onMet ?? (() => {})
  await walkInParts(found, { frontier, depth, deepest }, read, onMet)
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
