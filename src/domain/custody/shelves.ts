import type { Books } from './books.ts'

/** A map that can lie on top of another one. */
export class Shelf<Value> {
  readonly #own = new Map<string, Value>()
  readonly #below: Shelf<Value> | undefined

  constructor(below?: Shelf<Value>) {
    this.#below = below
  }

  get(key: string): Value | undefined {
    return this.#own.get(key) ?? this.#below?.get(key)
  }

  set(key: string, value: Value): void {
    this.#own.set(key, value)
  }

  /** Puts everything that was set here onto the shelf below. */
  settle(): void {
    for (const [key, value] of this.#own) this.#below?.set(key, value)
  }
}

export function emptyBooks(): Books {
  return {
    batches: new Shelf(),
    numbers: new Shelf(),
    accounts: new Shelf(),
    batchAccounts: new Shelf(),
    sources: new Shelf(),
    facilities: new Shelf(),
    shipments: new Shelf(),
    events: new Shelf(),
    announced: new Shelf(),
    receipts: new Shelf(),
    campaigns: new Shelf(),
    gaps: new Shelf(),
    organizations: new Shelf(),
    flags: new Shelf(),
    epds: new Shelf()
  }
}

/** Books to try events on: nothing reaches `books` until `settle`. */
export function fork(books: Books): Books {
  return {
    batches: new Shelf(books.batches),
    numbers: new Shelf(books.numbers),
    accounts: new Shelf(books.accounts),
    batchAccounts: new Shelf(books.batchAccounts),
    sources: new Shelf(books.sources),
    facilities: books.facilities,
    shipments: new Shelf(books.shipments),
    events: new Shelf(books.events),
    announced: new Shelf(books.announced),
    receipts: new Shelf(books.receipts),
    campaigns: new Shelf(books.campaigns),
    gaps: new Shelf(books.gaps),
    organizations: books.organizations,
    flags: books.flags,
    epds: books.epds
  }
}

export function settle(forked: Books): void {
  forked.batches.settle()
  forked.numbers.settle()
  forked.accounts.settle()
  forked.batchAccounts.settle()
  forked.sources.settle()
  forked.shipments.settle()
  forked.events.settle()
  forked.announced.settle()
  forked.receipts.settle()
  forked.campaigns.settle()
  forked.gaps.settle()
}
