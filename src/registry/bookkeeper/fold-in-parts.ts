import { fork } from '../../domain/custody/shelves.ts'
import type { Reference } from '../../domain/reference.ts'
import type { LoadedBooks } from '../../storage/books/custody-load.ts'
import { nextTurn } from '../breath.ts'
import { foldGroup, stops, type Verdict, withheld } from './fold-group.ts'
import { partsOf, unitsOf } from './parts.ts'
import { needsBooksAlone, type Unit } from './submission.ts'

interface Context {
  readonly reference: Reference
  readonly nowMs: number
}

/**
 * Judges the events of a unit each on its own, in parts between which whoever else waits for this process has
 * a turn; nothing is written. What takes something back is judged at once, since its parts would not know of
 * each other.
 */
export async function foldInParts(
  unit: Unit,
  loaded: LoadedBooks,
  context: Context
): Promise<readonly Verdict[]> {
  const free = { ...unit, strict: false }
  if (needsBooksAlone(unit)) return foldGroup([free], loaded, context).flat()
  const seen = new Map()
  const verdicts: Verdict[] = []
  for (const part of partsOf([free])) {
    if (verdicts.length > 0) await nextTurn()
    verdicts.push(...foldGroup(unitsOf(part), loaded, { ...context, seen }).flat())
  }
  return verdicts
}

/**
 * Tries a long strict unit on a fork of the books before anything of it is written. Null where all of it is
 * accepted; else what is told of it. What is accepted is judged once more when it is written: that is less
 * than taking back what was written of a unit that is refused at its end.
 */
export async function refusedWhole(
  unit: Unit,
  loaded: LoadedBooks,
  context: Context
): Promise<readonly Verdict[] | null> {
  const trial = { ...loaded, books: fork(loaded.books) }
  const verdicts = await foldInParts(unit, trial, context)
  return verdicts.some(stops) ? withheld(verdicts) : null
}
