import type { Reference } from '../domain/reference.ts'
import type { LoadedBooks } from '../storage/custody-load.ts'
import { foldGroup, type Verdict } from './fold-group.ts'
import type { RememberedBooks } from './remembered-books.ts'
import type { Unit } from './submission.ts'
import type { TouchedByUnits } from './touched-by.ts'

/** Longer groups are written part by part, while the next part is judged. */
export const MOST_EVENTS = 64

export interface JudgedByMemory {
  readonly loaded: LoadedBooks
  readonly verdicts: readonly (readonly Verdict[])[]
}

/**
 * Judges a group by the books that this process remembers; null where it does not know all that the
 * group touches, or where not everything is accepted: then the books are read first, since only what is
 * written is compared with the database.
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
  if (touched.events.length > MOST_EVENTS) return null
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
