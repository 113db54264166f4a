import type { LoadedBooks } from '../../storage/books/custody-load.ts'
import type { AcceptedEvent, PackedLineages } from '../../storage/books/write/accepted.ts'
import type { TouchedByUnits } from './touched-by.ts'

/** A group of events that was judged, and written but for the answer of the database. */
export interface WrittenGroup {
  readonly touched: TouchedByUnits
  readonly loaded: LoadedBooks
  /** Batches that were read and that nobody else can change before the group is committed. */
  readonly read: ReadonlySet<string>
  readonly accepted: readonly AcceptedEvent[]
  readonly packed: PackedLineages
  /** True where it follows the group before it on one connection; false where it has one of its own. */
  readonly inLine: boolean
}

/** Shipments that it touched or sent. */
export function shipmentsOf(
  { shipments }: TouchedByUnits,
  accepted: readonly AcceptedEvent[]
): ReadonlySet<string> {
  return new Set([...shipments, ...accepted.flatMap(({ effect }) => effect.newShipment?.id ?? [])])
}

/** Batches that it made, or of which it moved something. */
export function changedBy(accepted: readonly AcceptedEvent[]): readonly string[] {
  return accepted.flatMap(({ effect }) => [
    ...effect.newBatches.map(({ state }) => state.id),
    ...effect.draws.map(({ batch }) => batch),
    ...effect.postings.map(({ account }) => account.batch)
  ])
}

/** New accounts of each batch in the order in which the database lists them: of one event by id. */
export function accountsOpenedBy(
  accepted: readonly AcceptedEvent[],
  { accounts }: LoadedBooks
): ReadonlyMap<string, readonly string[]> {
  const opened = new Map<string, string[]>()
  const seen = new Set<string>()
  for (const { booked } of accepted) {
    const fresh = booked.filter(({ accountId }) => !accounts.has(accountId) && !seen.has(accountId))
    for (const { accountId, account } of fresh.sort((a, b) =>
      a.accountId < b.accountId ? -1 : 1
    )) {
      if (seen.has(accountId)) continue
      seen.add(accountId)
      const known = opened.get(account.batch)
      if (known) known.push(accountId)
      else opened.set(account.batch, [accountId])
    }
  }
  return opened
}
