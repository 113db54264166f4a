import { uuidFrom } from '../ids.ts'
import type { AccountTimes } from './arrivals.ts'
import { arrived, left, notArrived, notLeft } from './arrivals.ts'
import type { AccountPlace, AccountState, BatchState, Books, ShipmentState } from './books.ts'
import { numberKey } from './books.ts'
import type { CampaignState } from './campaign.ts'
import type { BatchDeclaration } from './event.ts'
import { foundPartsAfter } from './finds.ts'
import type { LineReceipt } from './shipment.ts'
import { receiveLine } from './shipment.ts'

/** What one accepted event does to the books. Pure data; storage writes it, `enter` folds it. */
export interface Effect {
  /** When it happened; of a correction, when what it takes back did. Milliseconds since 1970, UTC. */
  readonly atMs: number
  readonly newBatches: readonly NewBatch[]
  readonly postings: readonly Posting[]
  /** What left batches for good (negative where an adjustment put it back). */
  readonly draws: readonly BatchLeaving[]
  readonly inputs: readonly InputLine[]
  readonly newShipment?: ShipmentState & { fromFacility: string; toFacility: string | null }
  readonly receivedLines: readonly LineReceipt[]
  /** Of a receipt the sender, of a corrected shipment the receiver: told as well where the two do not agree. */
  readonly otherSide?: string
  /** Of a transform: owners of its inputs who are told that what was made of them is another's. */
  readonly formerOwners?: readonly Told[]
  /** Campaigns as they stand after it. */
  readonly campaigns?: readonly CampaignState[]
  /** Others who hold what a correction took out of the books for good: nothing is announced for it. */
  readonly holders?: readonly Told[]
  /** What a correct event takes back. */
  readonly undoing?: Undoing
}

/** Somebody else who is told of an event, by a batch of their own. */
export interface Told {
  readonly organization: string
  readonly batch: string
}

export interface Undoing {
  readonly event: string
  /** Outputs of the wrong event: out of the books until they are declared again. */
  readonly voided: readonly BatchState[]
  /** What stays of an event of a campaign that nothing takes the place of. */
  readonly kept: KeptPlace | null
  /** Shipment lines as they stand after the correction. */
  readonly shipment: ShipmentState | null
}

/** The place of an event in its campaign: the pool goes through it as it came in. */
export interface KeptPlace {
  readonly pool: BatchState
  /** The pool batches whose postings and edges stay: its own and the one before it. */
  readonly batches: readonly string[]
}

export interface NewBatch {
  readonly state: BatchState
  readonly declaration: BatchDeclaration
}

export interface Posting {
  readonly account: AccountKey
  readonly massUg: bigint
  /** Signed element masses, null for a move between accounts of one batch. */
  readonly elements: ReadonlyMap<string, bigint> | null
}

export interface AccountKey {
  readonly batch: string
  readonly custodian: string
  readonly owner: string
  readonly place: AccountPlace
}

export interface BatchLeaving {
  readonly batch: string
  readonly massUg: bigint
  /** Mass that a stocktake found (rule R3 bounds the sum over the batch's life). */
  readonly foundUg: bigint
}

export interface InputLine {
  readonly batch: string
  readonly massUg: bigint
  readonly elements: ReadonlyMap<string, bigint>
}

/** A posting with the balance after it. */
export interface BookedPosting extends Posting {
  readonly accountId: string
  readonly balanceUg: bigint
  /** True where it changed what the account knows of arrivals. */
  readonly dated: boolean
}

/** The same key names the same account on every machine, so it can be locked before it is read. */
export function accountId(key: AccountKey): string {
  return uuidFrom('account', key.batch, key.custodian, key.owner, key.place)
}

/** Folds an effect into the books and returns its postings with their balances. */
export function enter(books: Books, effect: Effect): BookedPosting[] {
  const sources = effect.inputs.map(({ batch }) => batch)
  for (const { state } of effect.newBatches) {
    books.batches.set(state.id, state)
    books.sources.set(state.id, sources)
    if (state.number !== null) {
      books.numbers.set(numberKey(state.organization, state.number), state.id)
    }
  }
  for (const { batch, massUg, foundUg } of effect.draws) {
    const state = books.batches.get(batch)
    if (!state) continue
    books.batches.set(batch, {
      ...state,
      drawnUg: state.drawnUg + massUg,
      foundUg: state.foundUg + foundUg,
      foundParts: foundPartsAfter(state, foundUg)
    })
  }
  if (effect.newShipment) books.shipments.set(effect.newShipment.id, effect.newShipment)
  for (const receipt of effect.receivedLines) receive(books, receipt)
  for (const campaign of effect.campaigns ?? []) books.campaigns.set(campaign.id, campaign)
  if (effect.undoing) undo(books, effect.undoing)
  return effect.postings.map((posting) => post(books, posting, effect))
}

/** The account, where the books hold it. */
export function findAccount(books: Books, key: AccountKey): AccountState | undefined {
  for (const id of books.batchAccounts.get(key.batch) ?? []) {
    const known = books.accounts.get(id)
    if (
      known?.custodian === key.custodian &&
      known.owner === key.owner &&
      known.place === key.place
    ) {
      return known
    }
  }
  return undefined
}

function post(books: Books, posting: Posting, effect: Effect): BookedPosting {
  const known = findAccount(books, posting.account)
  const id = known?.id ?? accountId(posting.account)
  const before: AccountState = known ?? {
    id,
    ...posting.account,
    balanceUg: 0n,
    deficitUg: 0n,
    frozen: false,
    arrivals: [],
    lastLeftMs: null
  }
  // Only a correction can take an account below zero: that is booked as a deficit, never as a balance.
  const signed = before.balanceUg - before.deficitUg + posting.massUg
  const balanceUg = signed > 0n ? signed : 0n
  const deficitUg = signed < 0n ? -signed : 0n
  const times = timesAfter(before, posting.massUg, effect)
  books.accounts.set(id, { ...before, ...times, balanceUg, deficitUg, frozen: deficitUg > 0n })
  if (!known) {
    const ids = books.batchAccounts.get(before.batch) ?? []
    books.batchAccounts.set(before.batch, [...ids, id])
  }
  return { ...posting, accountId: id, balanceUg, dated: times.arrivals !== before.arrivals }
}

/** What the account knows of its times, as the rules ask of it. */
export function timesOf(account: AccountState): AccountTimes {
  const { arrivals, lastLeftMs, balanceUg, deficitUg } = account
  return { arrivals, lastLeftMs, signedUg: balanceUg - deficitUg }
}

/** Of what is on its way the shipments know since when. */
function timesAfter(
  account: AccountState,
  massUg: bigint,
  { atMs, draws, undoing }: Effect
): Pick<AccountState, 'arrivals' | 'lastLeftMs'> {
  const { arrivals, lastLeftMs } = account
  if (account.place === 'in_transit') return { arrivals, lastLeftMs }
  const times = timesOf(account)
  // What a stocktake found was there before.
  const found = draws.some(({ foundUg }) => foundUg !== 0n)
  if (undoing && massUg > 0n) return { arrivals: notLeft(times, atMs, massUg), lastLeftMs }
  if (undoing) return { arrivals: notArrived(times, found ? null : atMs, -massUg), lastLeftMs }
  if (massUg > 0n) return { arrivals: arrived(times, found ? null : atMs, massUg), lastLeftMs }
  const latest = lastLeftMs === null || lastLeftMs < atMs ? atMs : lastLeftMs
  return { arrivals: left(times, atMs, -massUg), lastLeftMs: latest }
}

function undo(books: Books, undoing: Undoing): void {
  if (undoing.kept) books.batches.set(undoing.kept.pool.id, undoing.kept.pool)
  for (const state of undoing.voided) {
    books.batches.set(state.id, state)
    if (state.pool && state.voidedBy !== null) books.gaps.set(state.voidedBy, state.id)
  }
  if (undoing.shipment) books.shipments.set(undoing.shipment.id, undoing.shipment)
}

function receive(books: Books, receipt: LineReceipt): void {
  const shipment = books.shipments.get(receipt.shipment)
  if (!shipment) return
  const lines = shipment.lines.map((line) =>
    line.line === receipt.line ? receiveLine(line, receipt) : line
  )
  books.shipments.set(shipment.id, { ...shipment, lines })
}
