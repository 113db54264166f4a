import type { LoadedBooks } from '../../storage/books/custody-load.ts'
import type { AcceptedEvent } from '../../storage/books/write/accepted.ts'
import type { Transaction } from '../../storage/database.ts'
import { nextTurn } from '../breath.ts'
import { effortOfUnit, ONE_TURN } from './effort.ts'
import { foldGroup } from './fold-group.ts'
import { refusedWhole } from './fold-in-parts.ts'
import { partsOf, unitsOf } from './parts.ts'
import { type Stored, type Storing, storeVerdicts } from './store-verdicts.ts'
import type { Answer, Unit } from './submission.ts'

/** What was judged and sent in one turn. */
export interface StoredPart extends Pick<Stored, 'accepted' | 'packed'> {
  /** The units with the submissions that belong to it. */
  readonly units: readonly Unit[]
  /** What was there before it. */
  readonly loaded: LoadedBooks
}

/** A group that is on its way, with the answers of its units. */
export interface StoredInParts extends Pick<Stored, 'answers' | 'taken'> {
  readonly parts: readonly StoredPart[]
}

/**
 * Judges the units of a group and sends what is accepted: part by part where that is a lot of work, so that
 * PostgreSQL writes one part while the next is judged, and whoever else waits for this process has a turn in
 * between. It stays one transaction: the answers are those of a group that is judged at once.
 */
export async function judgeInParts(
  tx: Transaction,
  units: readonly Unit[],
  storing: Storing
): Promise<StoredInParts> {
  const [unit] = units
  if (!unit || units.length > 1 || !unit.strict || effortOfUnit(unit) <= ONE_TURN) {
    return partByPart(tx, units, storing)
  }
  const { reference, at, loaded } = storing
  const refused = await refusedWhole(unit, loaded, { reference, nowMs: at.getTime() })
  if (refused) return { ...(await storeVerdicts(tx, units, [refused], storing)), parts: [] }
  // Nothing of it is refused, so each of its events stands on its own.
  const free = { ...unit, strict: false }
  const stored = await partByPart(tx, [free], storing)
  return { ...stored, answers: new Map([[unit, stored.answers.get(free) ?? []]]) }
}

async function partByPart(
  tx: Transaction,
  units: readonly Unit[],
  storing: Storing
): Promise<StoredInParts> {
  const parts: StoredPart[] = []
  const answers = new Map<Unit, Answer[]>(units.map((unit) => [unit, []]))
  let taken: Promise<void> = Promise.resolve()
  let { loaded } = storing
  for (const part of partsOf(units)) {
    if (parts.length > 0) {
      await nextTurn()
      loaded = written(loaded, parts.at(-1)?.accepted ?? [])
    }
    const pieces = unitsOf(part)
    const stored = await judgePart(tx, pieces, { ...storing, loaded })
    taken = stored.taken
    for (const [index, unit] of [...part.keys()].entries()) {
      answers.get(unit)?.push(...(stored.answers.get(pieces[index] as Unit) ?? []))
    }
    parts.push({ units: pieces, loaded, accepted: stored.accepted, packed: stored.packed })
  }
  return { parts, answers, taken }
}

function judgePart(tx: Transaction, units: readonly Unit[], storing: Storing): Promise<Stored> {
  const { reference, at, loaded } = storing
  const verdicts = foldGroup(units, loaded, { reference, nowMs: at.getTime() })
  return storeVerdicts(tx, units, verdicts, storing)
}

/** What is there once the rows of the events are. */
function written(loaded: LoadedBooks, accepted: readonly AcceptedEvent[]): LoadedBooks {
  const effects = accepted.map(({ effect }) => effect)
  const known = accepted.map((entry) => [entry.event.id, { ...entry, id: entry.event.id }] as const)
  return {
    books: loaded.books,
    events: new Map([...loaded.events, ...known]),
    batches: new Set([
      ...loaded.batches,
      ...effects.flatMap(({ newBatches }) => newBatches.map(({ state }) => state.id))
    ]),
    accounts: new Set([
      ...loaded.accounts,
      ...accepted.flatMap(({ booked }) => booked.map(({ accountId }) => accountId))
    ]),
    shipments: new Set([
      ...loaded.shipments,
      ...effects.flatMap(({ newShipment }) => newShipment?.id ?? [])
    ]),
    campaigns: new Set([
      ...loaded.campaigns,
      ...effects.flatMap(({ campaigns = [] }) => campaigns.map(({ id }) => id))
    ])
  }
}
