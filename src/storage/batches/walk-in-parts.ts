import type { Born, Level } from './graph-level.ts'
import { MOST_EDGES } from './graph-level.ts'
import type { Findings, Met } from './walk-findings.ts'

/** Batches of a level whose neighbors are asked for in one statement. */
const PART = 500
/** Statements that are under way. */
const MOST_ASKED = 4

/** Part of a level, by the distance of what lies behind it. */
interface Part {
  readonly batches: readonly Born[]
  readonly depth: number
}

/**
 * Walks on level by level, and each level part by part: while PostgreSQL reads one part, the service looks into
 * the one before. Answers come in the order of the questions, so whatever is met first is met on a
 * shortest way, as if whole levels were read.
 */
export async function walkInParts(
  found: Findings,
  from: { readonly frontier: readonly Born[]; readonly depth: number; readonly deepest: number },
  read: (batches: readonly Born[]) => Promise<Level>,
  onMet: (met: Met) => void
): Promise<void> {
  const waiting = partsOf(from.frontier, from.depth)
  const asked: { readonly level: Promise<Level>; readonly depth: number }[] = []
  const ask = (): void => {
    for (const { batches, depth } of waiting.splice(0, MOST_ASKED - asked.length)) {
      const level = read(batches)
      // Where an earlier one fails, nobody waits for this one any more.
      level.catch(() => {})
      asked.push({ level, depth })
    }
  }
  let fresh: readonly Born[] = []
  let edges = 0
  for (const met of found.met(true)) onMet(met)
  ask()
  for (let next = asked.shift(); next !== undefined; next = asked.shift()) {
    const { depth } = next
    const level = await next.level
    fresh = [...fresh, ...found.take(level, depth <= from.deepest ? depth : null)]
    edges += level.edges
    // As many as would be read of a level that is read at once.
    if (edges >= MOST_EDGES) found.leave(withdrawn(waiting, depth))
    const isEnd = asked[0]?.depth !== depth && waiting[0]?.depth !== depth
    const whole = isEnd ? fresh.length : fresh.length - (fresh.length % PART)
    waiting.push(...partsOf(fresh.slice(0, whole), depth + 1))
    fresh = fresh.slice(whole)
    if (isEnd) edges = 0
    ask()
    for (const met of found.met(isEnd)) onMet(met)
  }
}

function partsOf(batches: readonly Born[], depth: number): Part[] {
  const parts: Part[] = []
  for (let at = 0; at < batches.length; at += PART) {
    parts.push({ batches: batches.slice(at, at + PART), depth })
  }
  return parts
}

/** Takes out what waits of a level, and says which batches that is. */
function withdrawn(waiting: Part[], depth: number): readonly Born[] {
  const end = waiting.findIndex((part) => part.depth !== depth)
  return waiting.splice(0, end === -1 ? waiting.length : end).flatMap(({ batches }) => batches)
}
