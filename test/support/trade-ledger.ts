export type Document = Readonly<Record<string, unknown>>

/** One line of a shipment, as far as receipts have left it open. */
export interface Line {
  readonly batch: string
  readonly owner: string
  readonly openUg: bigint
}

export interface Move {
  readonly batch: string
  readonly custodian: string
  readonly owner: string
  readonly place: 'on_hand' | 'in_transit'
  readonly ug: bigint
}

interface Arrived {
  readonly shipment: string
  readonly batch: string
  readonly owner: string
  readonly receivedUg: bigint
  readonly returnedUg: bigint
  readonly lostUg: bigint
}

export interface Told {
  readonly id: string
  readonly type: string
  readonly by: string
  readonly document: Document
  readonly moves: readonly Move[]
  readonly arrived: readonly Arrived[]
  /** Which batches it made, and of what mass. */
  readonly made: ReadonlyMap<string, bigint>
  undone: boolean
}

interface Named {
  readonly batch: string
  readonly owner: string
  readonly mass?: { readonly value: string }
  readonly partial?: boolean
}

/**
 * Books of trade by arithmetic alone: every accepted document moves what it says, and one that was corrected
 * moves nothing. Nothing of it comes from the code that it is to check. Every line names its owner.
 */
export class TradeLedger {
  readonly #told = new Map<string, Told>()
  /** The places of events: an event that replaces another takes its place. */
  readonly #places: string[] = []

  /** Enters an accepted document. */
  enter(document: Document, by: string): void {
    const id = String(document['id'])
    const type = String(document['type'])
    const arrived = type === 'receive' ? this.#arrivals(document) : []
    const wrong = this.#told.get(String(document['event']))
    if (type === 'correct' && wrong) wrong.undone = true
    const moves = movesOf(document, by, (ship) => this.#told.get(ship), arrived)
    const made = new Map(
      moves.flatMap(({ batch, ug }) => (isMade(document, batch) ? [[batch, ug]] : []))
    )
    this.#told.set(id, { id, type, by, document, moves, arrived, made, undone: false })
    const replaced = this.#told.get(String(document['corrects']))?.document['event']
    const place = replaced === undefined ? -1 : this.#places.indexOf(String(replaced))
    this.#places.splice(place < 0 ? this.#places.length : place + 1, 0, id)
  }

  /** Balance, negative where corrections left a deficit, by batch, custodian, owner and place. */
  accounts(): Map<string, bigint> {
    const sums = new Map<string, bigint>()
    for (const move of this.standing().flatMap(({ moves }) => moves)) {
      const key = accountOf(move)
      sums.set(key, (sums.get(key) ?? 0n) + move.ug)
    }
    return new Map([...sums].filter(([, ug]) => ug !== 0n))
  }

  /** Accounts in deficit. */
  short(): ReadonlySet<string> {
    return new Set([...this.accounts()].flatMap(([key, ug]) => (ug < 0n ? key : [])))
  }

  onHand(): Move[] {
    return [...this.accounts()].flatMap(([key, ug]) => {
      const [batch, custodian, owner, place] = key.split(' ') as [string, string, string, string]
      return place === 'on_hand' ? [{ batch, custodian, owner, place, ug } as const] : []
    })
  }

  /** Shipments that stand, with the lines that are open. */
  shipments(): { id: string; receiver: string; open: readonly Line[]; lines: readonly Line[] }[] {
    return this.standing().flatMap(({ id, type, document }) => {
      if (type !== 'ship') return []
      const lines = (document['lines'] as Named[]).map(({ batch, owner, mass }) => {
        const settledUg = this.#arrivedOf(id, batch, owner).reduce(
          (sum, each) => sum + settled(each),
          0n
        )
        return { batch, owner, openUg: microgram(mass) - settledUg }
      })
      const open = lines.filter(({ openUg }) => openUg > 0n)
      return [{ id, receiver: String(document['to']), open, lines }]
    })
  }

  /** What was received, returned and lost of a line. */
  settledOf(shipment: string, batch: string, owner: string): readonly [bigint, bigint, bigint] {
    const all = this.#arrivedOf(shipment, batch, owner)
    const sum = (of: (each: Arrived) => bigint) => all.reduce((total, each) => total + of(each), 0n)
    return [
      sum((each) => each.receivedUg),
      sum((each) => each.returnedUg),
      sum((each) => each.lostUg)
    ]
  }

  /** What each receipt moved, by what was open then. */
  figures(): readonly bigint[] {
    const arrived = this.standing().flatMap((told) => told.arrived)
    return arrived.flatMap(({ receivedUg, returnedUg, lostUg }) => [receivedUg, returnedUg, lostUg])
  }

  isReceived(shipment: string): boolean {
    return this.standing().some(({ document }) => document['shipment'] === shipment)
  }

  /** Events that were not corrected, corrections aside, in the order of their places. */
  standing(): Told[] {
    return this.#places.flatMap((id) => {
      const told = this.#told.get(id)
      return told && !told.undone && told.type !== 'correct' ? [told] : []
    })
  }

  /** The event that stands in the place of one that was corrected, if any does. */
  standsFor(wrong: string): string | undefined {
    const correct = [...this.#told.values()].find(({ document }) => document['event'] === wrong)
    const announced = correct?.document['correctiveEvent']
    const next = this.#told.get(String(announced))
    if (!next) return undefined
    return next.undone ? this.standsFor(next.id) : next.id
  }

  #arrivedOf(shipment: string, batch: string, owner: string): Arrived[] {
    return this.standing()
      .flatMap(({ arrived }) => arrived)
      .filter((each) => each.shipment === shipment && each.batch === batch && each.owner === owner)
  }

  #arrivals(document: Document): Arrived[] {
    const id = String(document['shipment'])
    const shipment = this.shipments().find((each) => each.id === id)
    return (document['lines'] as Named[]).map(({ batch, owner, mass, partial }) => {
      const line = shipment?.lines.find((each) => each.batch === batch && each.owner === owner)
      const openUg = line?.openUg ?? 0n
      const silentUg = document['outcome'] === 'returned' ? openUg : 0n
      const statedUg = mass ? microgram(mass) : silentUg
      const ug = statedUg < openUg ? statedUg : openUg
      const of = { shipment: id, batch, owner, receivedUg: 0n, returnedUg: 0n, lostUg: 0n }
      if (document['outcome'] === 'returned') return { ...of, returnedUg: ug }
      const gone = document['outcome'] === 'accepted' && !partial
      return { ...of, receivedUg: ug, lostUg: gone ? openUg - ug : 0n }
    })
  }
}

/** How an account is called here. */
export function accountOf({ batch, custodian, owner, place }: Omit<Move, 'ug'>): string {
  return [batch, custodian, owner, place].join(' ')
}

function settled({ receivedUg, returnedUg, lostUg }: Arrived): bigint {
  return receivedUg + returnedUg + lostUg
}

function isMade(document: Document, batch: string): boolean {
  return ((document['outputs'] ?? []) as { id: string }[]).some(({ id }) => id === batch)
}

/** Kilograms with at most nine decimals. */
function microgram(mass: { readonly value: string } | undefined): bigint {
  const [whole = '0', fraction = ''] = (mass?.value ?? '0').split('.')
  return BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'))
}

function movesOf(
  document: Document,
  by: string,
  told: (id: string) => Told | undefined,
  arrived: readonly Arrived[]
): Move[] {
  const lines = (of: string) => (document[of] ?? []) as Named[]
  const outputs = (document['outputs'] ?? []) as (Named & { id: string })[]
  const held = (batch: string, owner: string, ug: bigint): Move => ({
    batch,
    custodian: by,
    owner,
    place: 'on_hand',
    ug
  })
  const made = outputs.map((output) => held(output.id, output.owner ?? by, microgram(output.mass)))
  switch (document['type']) {
    case 'commission':
      return made
    case 'transform':
      return [
        ...lines('inputs').map((line) => held(line.batch, line.owner, -microgram(line.mass))),
        ...made
      ]
    case 'adjust': {
      const { batch, owner, mass } = document as unknown as Named
      return [held(batch, owner, -microgram(mass))]
    }
    case 'ship':
      return lines('lines').flatMap((line) => {
        const ug = microgram(line.mass)
        const away = held(line.batch, line.owner, -ug)
        return [away, { ...away, place: 'in_transit' as const, ug }]
      })
    case 'receive':
      return arrived.flatMap((each) => arrivalOf(each, by, told(each.shipment)))
    default:
      return []
  }
}

function arrivalOf(each: Arrived, by: string, shipment: Told | undefined): Move[] {
  if (!shipment) throw new Error(`no shipment ${each.shipment}`)
  const { batch, owner, receivedUg, returnedUg } = each
  const back = { batch, custodian: shipment.by, owner, place: 'on_hand' as const, ug: returnedUg }
  const sold = shipment.document['ownership'] === 'transferred'
  return [
    { ...back, place: 'in_transit', ug: -settled(each) },
    back,
    { ...back, custodian: by, owner: sold ? by : owner, ug: receivedUg }
  ]
}
