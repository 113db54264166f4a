import type { PackedLineage } from '../domain/lineage/codec.ts'
import type { Lineage } from '../domain/lineage/share.ts'
import type { LoadedBooks } from '../storage/custody-load.ts'
import type { Transaction } from '../storage/database.ts'
import type { AcceptedEvent } from '../storage/write/accepted.ts'
import { foldGroup } from './fold-group.ts'
import { type Stored, type Storing, storeVerdicts } from './store-verdicts.ts'
import type { Answer, Unit } from './submission.ts'

/** So many events keep PostgreSQL as busy as judging as many keeps this process. */
const PART_EVENTS = 64
/** What is written when all has been judged is waited for, so the last parts are short. */
const LAST_EVENTS = 16

/**
 * Judges the units of a group and sends what is accepted. A long unit whose events stand each on its
 * own goes part by part, so that PostgreSQL writes one part while the next is judged, and whoever else
 * waits for this process has a turn in between. It stays one transaction: the answers are those of a
 * group that is judged at once.
 */
export async function judgeInParts(
  tx: Transaction,
  units: readonly Unit[],
  storing: Storing
): Promise<Stored> {
  const [unit] = units
  if (units.length !== 1 || !unit || unit.strict || unit.submissions.length <= PART_EVENTS) {
    return judgePart(tx, units, storing)
  }
  const accepted: AcceptedEvent[] = []
  const answers: Answer[] = []
  const packed = new Map<Lineage, PackedLineage>()
  let taken: Promise<void> = Promise.resolve()
  let { loaded } = storing
  for (const submissions of partsOf(unit.submissions)) {
    if (answers.length > 0) await new Promise((resolve) => setImmediate(resolve))
    const part = { ...unit, submissions }
    const stored = await judgePart(tx, [part], { ...storing, loaded })
    loaded = written(loaded, stored.accepted)
    accepted.push(...stored.accepted)
    for (const [lineage, texts] of stored.packed) packed.set(lineage, texts)
    taken = stored.taken
    answers.push(...(stored.answers.get(part) ?? []))
  }
  return { accepted, packed, answers: new Map([[unit, answers]]), taken }
}

function* partsOf<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let from = 0; from < items.length; ) {
    const half = Math.ceil((items.length - from) / 2)
    const to = from + Math.min(PART_EVENTS, Math.max(LAST_EVENTS, half))
    yield items.slice(from, to)
    from = to
  }
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
