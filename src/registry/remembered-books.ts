import type {
  AccountState,
  BatchState,
  Books,
  FacilityState,
  ShipmentState
} from '../domain/custody/books.ts'
import { emptyBooks, numberKey } from '../domain/custody/books.ts'
import { UnreadLineage } from '../domain/lineage/unread-lineage.ts'
import type { LoadedBooks } from '../storage/custody-load.ts'
import type { Database } from '../storage/database.ts'
import type { ExpectedHead } from '../storage/expected-head.ts'
import type { KnownHistory } from '../storage/known-history.ts'
import type { PackedLineages } from '../storage/write/accepted.ts'
import { Recent } from './recent.ts'
import type { TouchedByUnits } from './touched-by.ts'
import { accountsOpenedBy, changedBy, shipmentsOf, type WrittenGroup } from './written-group.ts'

/** Some 2 MB of batches; the rest is small beside them. */
const MOST = 512

const READ = -1
/** Then it is locked behind the claim, which does no harm where it could have been before. */
const UNKNOWN = Number.POSITIVE_INFINITY

interface RememberedBatch {
  readonly state: BatchState
  /** In the order in which they were opened. */
  readonly accounts: readonly AccountState[]
  /** Position of the event that made it, READ where the database holds it for sure. */
  readonly madeAt: number
}

/**
 * The part of the books that this process has read or written lately, as it stands behind the last
 * entry that it has placed in the journal. Whatever changes the books appends an entry, so what is
 * remembered holds as long as nobody else does (`ExpectedHead.generation`); and whether nobody has, the
 * database says when the next entries claim the places behind that last one. So only what leads to
 * entries may be judged by it, never a refusal.
 */
export class RememberedBooks {
  readonly #head: ExpectedHead
  readonly #history: KnownHistory
  /** Groups that were judged by it. */
  groups = 0
  #generation = -1
  readonly #batches = new Recent<RememberedBatch>(MOST)
  /** Batches by what their organizations call them. */
  readonly #numbers = new Recent<string>(MOST)
  readonly #shipments = new Recent<ShipmentState>(MOST)
  readonly #facilities = new Recent<FacilityState>(MOST)
  readonly #organizations = new Recent<true>(MOST)
  /** Which rules an organization has flag; also that it has none. */
  readonly #flags = new Recent<ReadonlySet<string>>(MOST)
  /** Events that were accepted: whoever sends one of them again is answered from the database. */
  readonly #events = new Recent<true>(4 * MOST)

  constructor({ expected, history }: Pick<Database, 'expected' | 'history'>) {
    this.#head = expected
    this.#history = history
  }

  /** Compare it before and after reading: what was read holds if it is the same. */
  get generation(): number {
    return this.#head.generation
  }

  /**
   * The books as far as the units touch them; null where part of that is not remembered. What the units
   * declare counts as new: the database refuses it where it is not.
   */
  recall(touched: TouchedByUnits): LoadedBooks | null {
    if (!this.#head.known || this.#generation !== this.#head.generation) return null
    if (touched.campaigns.length + touched.corrections.length + touched.epds.length > 0) return null
    if (touched.events.some((id) => this.#events.get(id))) return null
    const loaded = {
      books: emptyBooks(),
      events: new Map(),
      batches: new Set<string>(),
      accounts: new Set<string>(),
      shipments: new Set(touched.shipments),
      campaigns: new Set<string>()
    }
    const complete =
      this.#recallParties(loaded.books, touched) &&
      touched.shipments.every((id) => put(loaded.books.shipments, id, this.#shipments.get(id))) &&
      this.#recallBatches(loaded, touched)
    return complete ? loaded : null
  }

  /** Those whose own events may not be committed yet, so that no other transaction can see and lock them. */
  unseen(batches: Iterable<string>): readonly string[] {
    return [...batches].filter(
      (id) => !this.#history.holds(this.#batches.get(id)?.madeAt ?? UNKNOWN)
    )
  }

  #recallParties({ facilities, organizations, flags }: Books, touched: TouchedByUnits): boolean {
    return (
      touched.facilities.every((id) => put(facilities, id, this.#facilities.get(id))) &&
      touched.organizations.every((id) => put(organizations, id, this.#organizations.get(id))) &&
      touched.actors.every((id) => put(flags, id, this.#flags.get(id)))
    )
  }

  #recallBatches(loaded: RecalledBooks, touched: TouchedByUnits): boolean {
    const declared = new Set(touched.outputs)
    const shipped = touched.shipments.flatMap((id) => loaded.books.shipments.get(id)?.lines ?? [])
    const named = [
      ...touched.batches.filter((id) => !declared.has(id)),
      ...shipped.map(({ batch }) => batch)
    ]
    for (const { organization, number } of touched.numbers) {
      const key = numberKey(organization, number)
      const id = this.#numbers.get(key)
      if (touched.given.has(key) ? id !== undefined : id === undefined) return false
      if (id !== undefined) named.push(id)
    }
    return (
      touched.outputs.every((id) => !this.#batches.get(id)) &&
      named.every((id) => this.#recallBatch(loaded, id))
    )
  }

  #recallBatch({ books, batches, accounts }: RecalledBooks, id: string): boolean {
    const known = this.#batches.get(id)
    if (known === undefined) return false
    const { state } = known
    batches.add(id)
    books.batches.set(id, state)
    if (state.number !== null) books.numbers.set(numberKey(state.organization, state.number), id)
    if (known.accounts.length > 0) {
      books.batchAccounts.set(
        id,
        known.accounts.map((account) => account.id)
      )
    }
    for (const account of known.accounts) {
      accounts.add(account.id)
      books.accounts.set(account.id, account)
    }
    return true
  }

  /**
   * Remembers what a group found and what it made of it, as of `generation`, which was read before the
   * group was. To be called as soon as the group has its places, before another is judged.
   */
  keep({ touched, loaded, read, accepted, packed }: WrittenGroup, generation: number): void {
    if (accepted.length === 0 || generation !== this.#head.generation) return
    if (this.#generation !== generation) this.#forget()
    this.#generation = generation
    const { books } = loaded
    for (const id of touched.facilities) keep(this.#facilities, id, books.facilities.get(id))
    for (const id of touched.organizations) {
      keep(this.#organizations, id, books.organizations.get(id))
    }
    for (const id of touched.actors) keep(this.#flags, id, books.flags.get(id) ?? NONE)
    for (const { event } of accepted) this.#events.set(event.id, true)
    for (const id of shipmentsOf(touched, accepted)) {
      put(this.#shipments, id, books.shipments.get(id))
    }
    const opened = accountsOpenedBy(accepted, loaded)
    const made = new Map(
      accepted.flatMap(({ effect, position }) =>
        effect.newBatches.map(({ state }) => [state.id, position] as const)
      )
    )
    for (const id of new Set([...read, ...changedBy(accepted)])) {
      const known = made.get(id) ?? this.#batches.get(id)?.madeAt
      const madeAt = known ?? (read.has(id) ? READ : UNKNOWN)
      this.#keepBatch(id, books, { opened: opened.get(id) ?? [], madeAt, packed })
    }
  }

  #keepBatch(
    id: string,
    books: Books,
    {
      opened,
      madeAt,
      packed
    }: {
      readonly opened: readonly string[]
      readonly madeAt: number
      readonly packed: PackedLineages
    }
  ): void {
    const state = books.batches.get(id)
    if (!state) return
    const listed = books.batchAccounts.get(id) ?? []
    const before = opened.length === 0 ? listed : listed.filter((each) => !opened.includes(each))
    const accounts = [...before, ...opened].flatMap((account) => books.accounts.get(account) ?? [])
    const lineage = UnreadLineage.of(state.lineage, packed.get(state.lineage))
    const unread = lineage === state.lineage ? state : { ...state, lineage }
    this.#batches.set(id, { state: unread, accounts, madeAt })
    if (state.number !== null) this.#numbers.set(numberKey(state.organization, state.number), id)
  }

  #forget(): void {
    for (const each of [
      this.#batches,
      this.#numbers,
      this.#shipments,
      this.#facilities,
      this.#organizations,
      this.#flags,
      this.#events
    ]) {
      each.clear()
    }
  }
}

/** What is put together here, as long as it is. */
interface RecalledBooks {
  readonly books: Books
  readonly batches: Set<string>
  readonly accounts: Set<string>
}

const NONE: ReadonlySet<string> = new Set()

function put<Value>(
  shelf: { set(key: string, value: Value): void },
  key: string,
  value: Value | undefined
): boolean {
  if (value === undefined) return false
  shelf.set(key, value)
  return true
}

/** What no group of events changes. */
function keep<Value>(recent: Recent<Value>, key: string, value: Value | undefined): void {
  if (value !== undefined && recent.get(key) === undefined) recent.set(key, value)
}
