import type { Reference } from '../../domain/reference.ts'
import type { LoadedBooks } from '../../storage/books/custody-load.ts'
import { effortOfUnit, ONE_TURN } from './effort.ts'
import { foldGroup, type Verdict } from './fold-group.ts'
import type { RememberedBooks } from './remembered-books.ts'
import type { Unit } from './submission.ts'
import type { TouchedByUnits } from './touched-by.ts'

export interface JudgedByMemory {
  readonly loaded: LoadedBooks
  readonly verdicts: readonly (readonly Verdict[])[]
}

/**
 * Judges a group by the books that this process remembers; null where it does not know all that the
 * group touches, or where not everything is accepted: then the books are read first, since only what is
 * written is compared with the database. Null also of what takes more than a turn, which is written part
 * by part, while the next part is judged.
 */
export function judgeRemembered(
  units: readonly Unit[],
  touched: TouchedByUnits,
  {
    remembered,
    reference,
    at
  }: {
    readonly remembered: RememberedBooks
    readonly reference: Reference
    readonly at: Date
  }
): JudgedByMemory | null {
  if (units.reduce((sum, unit) => sum + effortOfUnit(unit), 0) > ONE_TURN) return null
  const loaded = remembered.recall(touched)
  if (!loaded) return null
  const verdicts = foldGroup(units, loaded, { reference, nowMs: at.getTime() })
  const accepted = verdicts.every((each) =>
    each.every(({ status }) => status === 'accepted' || status === 'repeated')
  )
  if (!accepted) return null
  remembered.groups += 1
  return { loaded, verdicts }
}
