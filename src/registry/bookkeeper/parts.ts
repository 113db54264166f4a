import { effortOf, effortOfUnit, ONE_TURN } from './effort.ts'
import type { Submission, Unit } from './submission.ts'

/** What is written when all has been judged is waited for, so the last parts are short. */
const LAST = 16

/** What is judged in one turn of the process: units with those of their submissions that belong to it. */
export type Part = ReadonlyMap<Unit, readonly Submission[]>

/**
 * A group in parts that are judged one after the other, in order; mostly it is one. A strict unit is not cut
 * unless it has the group to itself.
 */
export function* partsOf(units: readonly Unit[]): Generator<Part> {
  let left = units.reduce((sum, unit) => sum + effortOfUnit(unit), 0)
  if (left <= ONE_TURN) {
    yield new Map(units.map((unit) => [unit, unit.submissions]))
    return
  }
  let part = new Map<Unit, Submission[]>()
  let effort = 0
  for (const [unit, submissions] of piecesOf(units)) {
    part.set(unit, [...(part.get(unit) ?? []), ...submissions])
    for (const { event } of submissions) effort += effortOf(event)
    if (effort < Math.min(ONE_TURN, Math.max(LAST, left / 2))) continue
    yield part
    left -= effort
    part = new Map()
    effort = 0
  }
  if (part.size > 0) yield part
}

function* piecesOf(units: readonly Unit[]): Generator<readonly [Unit, readonly Submission[]]> {
  for (const unit of units) {
    if (unit.strict && units.length > 1) yield [unit, unit.submissions]
    else for (const submission of unit.submissions) yield [unit, [submission]]
  }
}

/** The units of a part, as if they were no longer than that. */
export function unitsOf(part: Part): readonly Unit[] {
  return [...part].map(([unit, submissions]) => ({ ...unit, submissions }))
}
