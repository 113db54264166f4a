import { randomUUID } from 'node:crypto'
import { kg, oxides } from './books.ts'
import type { Document, Line, Told } from './trade-ledger.ts'
import { accountOf, TradeLedger } from './trade-ledger.ts'

export interface Trader {
  readonly organization: string
  readonly facility: string
}

interface Made {
  readonly by: Trader
  readonly document: Document
  readonly told?: (accepted: boolean) => void
}

interface Announced {
  readonly by: Trader
  readonly document: Document
  refused: number
}

const ASSAY = oxides({ Nd2O3: '73.24', Pr6O11: '26.24' })
const HOUR_MS = 3_600_000

/**
 * Few lots that go to and fro between few members: shipped in parts, received in parts, disputed, returned,
 * given up, used; and most of all corrected, ships with receipts behind them before all others, at once or
 * later, in any order, again and again. Documents come one at a time; what the books refuse is refused,
 * and what they accept is told to the ledger.
 */
export class RandomTrade {
  readonly ledger = new TradeLedger()
  readonly #random: () => number
  readonly #traders: readonly Trader[]
  readonly #lots: { id: string; by: Trader; kg: number }[] = []
  /** What corrections announced and nobody has told yet, by the correct event; and how often it was refused. */
  readonly #announced: Announced[] = []
  #hour = 0

  constructor(random: () => number, traders: readonly Trader[]) {
    this.#random = random
    this.#traders = traders
  }

  /** The next document and who records it; `settled` tells what became of it. */
  next(): { by: Trader; document: Document; settled: (accepted: boolean) => void } {
    return this.#told(this.#next())
  }

  #told({ by, document, told }: Made): ReturnType<RandomTrade['next']> {
    const settled = (accepted: boolean) => {
      if (accepted) this.ledger.enter(document, by.organization)
      told?.(accepted)
    }
    return { by, document, settled }
  }

  /** Mends what is left of corrections, until the events that stand fit each other; undefined when they do. */
  mended(): ReturnType<RandomTrade['next']> | undefined {
    if (this.#announced.length > 0) return this.#told(this.#corrective())
    const standing = this.ledger.standing()
    const ids = new Set(standing.map(({ id }) => id))
    const made = new Set(standing.flatMap((told) => [...told.made.keys()]))
    const short = this.ledger.short()
    const stray = standing.findLast(
      ({ document, moves }) =>
        (document['shipment'] !== undefined && !ids.has(String(document['shipment']))) ||
        moves.some((move) => !made.has(move.batch) || (move.ug < 0n && short.has(accountOf(move))))
    )
    return stray && this.#told(this.#correct(stray, false) as Made)
  }

  #next(): Made {
    if (this.#lots.length < 3) return this.#buy()
    if (this.#announced.length > 0 && this.#random() < 0.45) return this.#corrective()
    const roll = this.#random()
    return (
      (roll < 0.26 ? this.#ship() : undefined) ??
      (roll < 0.58 ? this.#receive() : undefined) ??
      (roll < 0.7 ? this.#use() : undefined) ??
      this.#correct() ??
      this.#ship() ??
      this.#buy()
    )
  }

  #pick<Item>(items: readonly Item[]): Item | undefined {
    return items[Math.floor(this.#random() * items.length)]
  }

  #chance(share: number): boolean {
    return this.#random() < share
  }

  #envelope(by: Trader, type: string) {
    this.#hour += 1
    const late = this.#chance(0.1) ? Math.floor(this.#random() * 30) : 0
    const time = new Date(Date.UTC(2026, 1, 1) + (this.#hour - late) * HOUR_MS).toISOString()
    return { id: randomUUID() as string, type, time, facility: by.facility }
  }

  /** Whole kilograms and, rarely, what does not divide: elements of a part are rounded. */
  #part(most: number): number {
    const part = Math.max(1, Math.round(most * this.#random()))
    return this.#chance(0.3) ? part - 0.123457 : part
  }

  #buy() {
    const by = this.#pick(this.#traders) as Trader
    const lot = { id: randomUUID() as string, by, kg: 60 + this.#part(80) }
    this.#lots.push(lot)
    const output = {
      id: lot.id,
      product: { class: 'separated_oxide', name: 'NdPr oxide' },
      entry: 'purchased',
      mass: kg(lot.kg.toFixed(6)),
      assay: ASSAY
    }
    const envelope = { ...this.#envelope(by, 'commission'), time: '2026-01-20T00:00:00.000Z' }
    return { by, document: { ...envelope, outputs: [output] } }
  }

  /** What somebody has, by the ledger. */
  #stock(): { batch: string; by: Trader; owner: string; kg: number }[] {
    return this.ledger.onHand().flatMap(({ batch, custodian, owner, ug }) => {
      const by = this.#traders.find(({ organization }) => organization === custodian)
      return by && ug > 10_000_000n ? [{ batch, by, owner, kg: Number(ug) / 1e9 }] : []
    })
  }

  #ship() {
    const stock = this.#stock()
    const first = this.#pick(stock)
    if (!first) return undefined
    const to = this.#pick(this.#traders.filter((trader) => trader !== first.by)) as Trader
    const own = (owner: string) => owner === first.by.organization || owner === to.organization
    const sells = own(first.owner) && this.#chance(0.6)
    const others = stock.filter(
      (held) => held !== first && held.by === first.by && (!sells || own(held.owner))
    )
    const lines = [first, ...(this.#chance(0.35) ? others.slice(0, 2) : [])].map((held) => ({
      batch: held.batch,
      owner: held.owner,
      mass: kg(this.#upTo(held.kg).toFixed(6))
    }))
    const document = {
      ...this.#envelope(first.by, 'ship'),
      to: to.organization,
      ownership: sells ? 'transferred' : 'retained',
      lines
    }
    return { by: first.by, document }
  }

  /** Often all that there is. */
  #upTo(most: number): number {
    return this.#chance(0.3) ? most : Math.min(most, this.#part(most))
  }

  #receive() {
    const shipment = this.#pick(this.ledger.shipments().filter(({ open }) => open.length > 0))
    const by = this.#traders.find(({ organization }) => organization === shipment?.receiver)
    if (!shipment || !by) return undefined
    return { by, document: { ...this.#envelope(by, 'receive'), ...this.#arrival(shipment) } }
  }

  #arrival(shipment: { id: string; open: readonly Line[] }) {
    const outcome = this.#pick(['accepted', 'accepted', 'accepted', 'disputed', 'returned'])
    const some = shipment.open.filter(() => this.#chance(0.8))
    const lines = (some.length > 0 ? some : shipment.open).map(({ batch, owner, openUg }) => {
      const open = Number(openUg) / 1e9
      const roll = this.#random()
      const mass = roll < 0.3 ? open : Math.min(open, roll < 0.5 ? open * 0.999 : this.#part(open))
      const partial = outcome === 'accepted' && this.#chance(0.55)
      const silent = !partial && this.#chance(0.25)
      return {
        batch,
        owner,
        ...(silent ? {} : { mass: kg(mass.toFixed(6)) }),
        ...(partial ? { partial } : {})
      }
    })
    return { shipment: shipment.id, outcome, lines }
  }

  #use() {
    const held = this.#pick(this.#stock())
    if (!held) return undefined
    const { by, batch, owner } = held
    const mass = kg(this.#part(held.kg / 3).toFixed(6))
    if (this.#chance(0.3)) {
      const adjust = { direction: 'decrease', reason: 'stocktake' }
      return { by, document: { ...this.#envelope(by, 'adjust'), batch, owner, mass, ...adjust } }
    }
    const product = { class: 'separated_oxide', name: 'Blend' }
    const output = { id: randomUUID() as string, product, mass, assay: 'inherited', owner }
    const stored = {
      stages: ['storage_transport_trade'],
      inputs: [{ batch, owner, mass }],
      outputs: [output]
    }
    return { by, document: { ...this.#envelope(by, 'transform'), ...stored } }
  }

  #wrong(): Told | undefined {
    const standing = this.ledger.standing()
    const followed = standing.filter(
      ({ id, type }) => type === 'ship' && this.ledger.isReceived(id)
    )
    const receipts = standing.filter(({ type }) => type === 'receive')
    const roll = this.#random()
    return (
      (roll < 0.45 ? this.#pick(followed) : undefined) ??
      (roll < 0.8 ? this.#pick(receipts) : undefined) ??
      this.#pick(standing)
    )
  }

  #correct(wrong = this.#wrong(), again = this.#chance(0.75)): Made | undefined {
    const by = this.#traders.find(({ organization }) => organization === wrong?.by)
    if (!wrong || !by) return undefined
    const corrective = randomUUID() as string
    const document = {
      ...this.#envelope(by, 'correct'),
      event: wrong.id,
      reason: again ? 'incorrect_data' : 'did_not_occur',
      ...(again ? { correctiveEvent: corrective } : {})
    }
    const told = (accepted: boolean) => {
      if (!accepted || !again) return
      const right = { ...wrong.document, id: corrective, corrects: document.id }
      this.#announced.push({ by, document: right, refused: 0 })
    }
    return { by, document, told }
  }

  /** What takes the place of a wrong event, changed in what can be wrong; at last as it was. */
  #corrective() {
    const index = Math.floor(this.#random() * this.#announced.length)
    const announced = this.#announced[index] as Announced
    const { by } = announced
    const document = announced.refused > 2 ? announced.document : this.#changed(announced.document)
    const told = (accepted: boolean) => {
      if (!accepted) announced.refused += 1
      if (accepted || announced.refused > 4) {
        this.#announced.splice(this.#announced.indexOf(announced), 1)
      }
    }
    return { by, document, told }
  }

  #changed(wrong: Document): Document {
    const document = this.#chance(0.15) ? { ...wrong, time: this.#later(wrong) } : wrong
    switch (document['type']) {
      case 'commission':
        return { ...document, outputs: this.#masses(document['outputs']) }
      case 'ship':
        return { ...document, lines: this.#masses(document['lines']) }
      case 'receive':
        return this.#changedReceipt(document)
      default:
        return document
    }
  }

  #later(document: Document): string {
    return new Date(Date.parse(String(document['time'])) + 5 * HOUR_MS).toISOString()
  }

  #masses(lines: unknown): unknown {
    const factor = this.#pick([0.4, 0.9, 1, 1.1, 1.5]) as number
    return (lines as { mass: { value: string } }[]).map((line) => ({
      ...line,
      mass: kg(Math.max(0.001, Number(line.mass.value) * factor).toFixed(6))
    }))
  }

  /** Another figure or outcome; or it was the shipment that stands in the place of the one that it named. */
  #changedReceipt(document: Document): Document {
    const shipments = this.ledger.shipments()
    const named = String(document['shipment'])
    const follows = this.ledger.standsFor(named)
    const shipment = shipments.find(({ id }) => id === (follows ?? named))
    if (!shipment || shipment.open.length === 0) return document
    return { ...document, ...this.#arrival(shipment) }
  }
}
