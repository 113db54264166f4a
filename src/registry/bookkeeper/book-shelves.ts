import type {
  AccountState,
  BatchState,
  Books,
  FacilityState,
  ShipmentState
} from '../../domain/custody/books.ts'
import { numberKey } from '../../domain/custody/books.ts'
import { UnreadLineage } from '../../domain/lineage/unread-lineage.ts'
import type { PackedLineages } from '../../storage/books/write/accepted.ts'
import { Recent } from './recent.ts'
import type { TouchedByUnits } from './touched-by.ts'

/** How much is remembered unless somebody says otherwise: some 2 MB of batches; the rest is small beside them. */
const MOST = 512

export interface RememberedBatch {
  readonly state: BatchState
  /** In the order in which they were opened. */
  readonly accounts: readonly AccountState[]
  /** Position of the event that made it; less than any where the database holds it for sure. */
  readonly madeAt: number
}

/** The parts of the books that a process remembers, by their ids. */
export class BookShelves {
  readonly batches: Recent<RememberedBatch>
  /** Batches by what their organizations call them (`numberKey`). */
  readonly numbers: Recent<string>
  readonly shipments: Recent<ShipmentState>
  readonly facilities: Recent<FacilityState>
  readonly organizations: Recent<true>
  /** Which rules an organization has flag; also that it has none. */
  readonly flags: Recent<ReadonlySet<string>>
  /** Events that were accepted: whoever sends one of them again is answered from the database. */
  readonly events: Recent<true>

  /**
   * `placed` tells the place in the journal behind what the process has placed there; `most` how many
   * batches, and how many of anything else, are remembered.
   */
  constructor(placed: () => number, most = MOST) {
    this.batches = new Recent(most, placed)
    this.numbers = new Recent(most, placed)
    this.shipments = new Recent(most, placed)
    this.facilities = new Recent(most)
    this.organizations = new Recent(most)
    this.flags = new Recent(most)
    this.events = new Recent(4 * most)
  }

  /** What groups of events change; the rest is changed by others alone. */
  get changing(): readonly Recent<unknown>[] {
    return [this.batches, this.numbers, this.shipments]
  }

  /** A batch with its accounts as they are on `books`; nothing where it is not. */
  putBatch(
    id: string,
    books: Books,
    {
      madeAt,
      opened = NONE,
      packed
    }: {
      readonly madeAt: number
      /** Accounts that are new, in the order in which the database lists them. */
      readonly opened?: readonly string[]
      readonly packed?: PackedLineages
    }
  ): void {
    const state = books.batches.get(id)
    if (!state) return
    const listed = books.batchAccounts.get(id) ?? NONE
    const before = opened.length === 0 ? listed : listed.filter((each) => !opened.includes(each))
    const accounts = [...before, ...opened].flatMap((account) => books.accounts.get(account) ?? [])
    const lineage = UnreadLineage.of(state.lineage, packed?.get(state.lineage))
    const unread = lineage === state.lineage ? state : { ...state, lineage }
    this.batches.set(id, { state: unread, accounts, madeAt })
    if (state.number !== null) this.numbers.set(numberKey(state.organization, state.number), id)
  }

  /** What no group of events changes: it stays as it was put first. */
  putParties(
    {
      facilities,
      organizations,
      actors
    }: Pick<TouchedByUnits, 'facilities' | 'organizations' | 'actors'>,
    books: Books
  ): void {
    for (const id of facilities) this.facilities.put(id, books.facilities.get(id))
    for (const id of organizations) this.organizations.put(id, books.organizations.get(id))
    for (const id of actors) this.flags.put(id, books.flags.get(id) ?? NO_FLAGS)
  }

  clear(): void {
    for (const each of [...this.changing, this.facilities, this.organizations, this.flags]) {
      each.clear()
    }
    this.events.clear()
  }
}

const NONE: readonly string[] = []
const NO_FLAGS: ReadonlySet<string> = new Set()
