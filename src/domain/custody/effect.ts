import { uuidFrom } from '../ids.ts'
import type { AccountPlace, AccountState, BatchState, Books, ShipmentState } from './books.ts'
import { numberKey } from './books.ts'
import type { BatchDeclaration } from './event.ts'

/** What one accepted event does to the books. Pure data; storage writes it, `enter` folds it. */
export interface Effect {
  readonly newBatches: readonly NewBatch[]
  readonly postings: readonly Posting[]
  /** What left batches for good (negative where an adjustment put it back). */
  readonly draws: readonly BatchLeaving[]
  readonly inputs: readonly InputLine[]
  readonly newShipment?: ShipmentState & { fromFacility: string; toFacility: string | null }
  readonly receivedLines: readonly { shipment: string; line: number; receivedUg: bigint }[]
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
}

/** The same key names the same account on every machine, so it can be locked before it is read. */
export function accountId(key: AccountKey): string {
  return uuidFrom('account', key.batch, key.custodian, key.owner, key.place)
}

/** Folds an effect into the books and returns its postings with their balances. */
export function enter(books: Books, effect: Effect): BookedPosting[] {
  for (const { state } of effect.newBatches) {
    books.batches.set(state.id, state)
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
      foundUg: state.foundUg + foundUg
    })
  }
  if (effect.newShipment) books.shipments.set(effect.newShipment.id, effect.newShipment)
  for (const received of effect.receivedLines) closeLine(books, received.shipment, received.line)
  return effect.postings.map((posting) => post(books, posting))
}

function post(books: Books, posting: Posting): BookedPosting {
  const id = accountId(posting.account)
  const before: AccountState = books.accounts.get(id) ?? {
    id,
    ...posting.account,
    balanceUg: 0n,
    frozen: false
  }
  const balanceUg = before.balanceUg + posting.massUg
  books.accounts.set(id, { ...before, balanceUg })
  const known = books.batchAccounts.get(before.batch) ?? []
  if (!known.includes(id)) books.batchAccounts.set(before.batch, [...known, id])
  return { ...posting, accountId: id, balanceUg }
}

function closeLine(books: Books, shipmentId: string, line: number): void {
  const shipment = books.shipments.get(shipmentId)
  if (!shipment) return
  const lines = shipment.lines.map((entry) =>
    entry.line === line ? { ...entry, openUg: 0n } : entry
  )
  books.shipments.set(shipmentId, { ...shipment, lines })
}
