import { randomUUID } from 'node:crypto'
import { elements, kg, oxides } from './books.ts'
import type { TestApp } from './service.ts'

interface Member {
  readonly organization: string
  readonly facility: string
}

interface Held {
  readonly id: string
  readonly kind: 'oxide' | 'metal' | 'alloy'
  /** Kilograms that the generator believes to be there. */
  kg: number
  readonly by: Member
  readonly owner: Member
}

const OXIDE = oxides({ Nd2O3: '73.24', Pr6O11: '26.24', La2O3: '0.02', CeO2: '0.03' })
const METAL = elements({ Nd: '73.9', Pr: '25.6', Fe: '0.3' })
const ALLOY = elements({ Nd: '22.5', Pr: '7.8', Fe: '68.7', B: '1' })
const HOUR_MS = 3_600_000
const PLACES = ['AU', 'US', 'MY', 'CN', 'VN', 'FI']

/**
 * A random but plausible history of three members: purchases with declared origins, blending,
 * electrolysis, alloying, campaigns, partial shipments with loss, stocktakes, corrections. Documents come one
 * at a time, each with who records it; what the books refuse is refused.
 */
export class RandomHistory {
  readonly #random: () => number
  readonly #members: readonly Member[]
  readonly #held: Held[] = []
  readonly #transit: { id: string; from: Held; kg: number; to: Member; owner: Member }[] = []
  readonly #recorded: { id: string; by: Member; document: Record<string, unknown> }[] = []
  readonly #announced: { by: Member; document: Record<string, unknown> }[] = []
  /** The campaign that each member runs, with the oxide that should be left in it. */
  readonly #runs = new Map<Member, { number: number; kg: number }>()
  readonly corrections: boolean
  #clockMs = Date.parse('2026-03-01T00:00:00Z')

  constructor(random: () => number, members: readonly Member[], corrections: boolean) {
    this.#random = random
    this.#members = members
    this.corrections = corrections
  }

  /** The next document and who records it. */
  next(): { by: Member; document: Record<string, unknown> } {
    const announced = this.#announced.shift()
    if (announced) return announced
    const roll = this.#random()
    const made =
      (roll < 0.18 ? this.#buy('oxide') : undefined) ??
      (roll < 0.24 ? this.#buy('alloy') : undefined) ??
      (roll < 0.42 ? this.#transform('oxide', 'oxide', ['storage_transport_trade']) : undefined) ??
      (roll < 0.62 ? this.#transform('oxide', 'metal', ['metal_making']) : undefined) ??
      (roll < 0.68 ? this.#transform('alloy', 'alloy', ['alloying']) : undefined) ??
      (roll < 0.79 ? this.#campaign() : undefined) ??
      (roll < 0.85 ? this.#ship() : undefined) ??
      (roll < 0.91 ? this.#receive() : undefined) ??
      (roll < 0.93 ? this.#adjust() : undefined) ??
      (this.corrections ? this.#correct() : undefined) ??
      this.#buy('oxide')
    this.#recorded.push({ id: made.document['id'] as string, ...made })
    return made
  }

  #pick<Item>(items: readonly Item[]): Item | undefined {
    return items[Math.floor(this.#random() * items.length)]
  }

  #amount(most: number): number {
    return Math.max(0.000001, Math.round(most * (0.05 + this.#random() * 1.05) * 1e6) / 1e6)
  }

  /** Mostly dated as it is told; now and then about what was hours ago, or is said to have been. */
  #envelope(by: Member, type: string) {
    this.#clockMs += Math.floor(this.#random() * HOUR_MS)
    return { id: randomUUID(), type, time: this.#moment(), facility: by.facility }
  }

  #moment(): string {
    const late = this.#random() < 0.12 ? Math.floor(this.#random() * 48 * HOUR_MS) : 0
    return new Date(this.#clockMs - late).toISOString()
  }

  #buy(kind: 'oxide' | 'alloy') {
    const by = this.#pick(this.#members) as Member
    const mass = this.#amount(1000)
    const id = randomUUID()
    this.#held.push({ id, kind, kg: mass, by, owner: by })
    const share = this.#random() < 0.3 ? (this.#random() * 0.999).toFixed(9) : '1'
    const country = this.#pick(PLACES) as string
    const step = { step: 'mined', country, share }
    const output = {
      id,
      product:
        kind === 'oxide'
          ? { class: 'separated_oxide', name: 'NdPr oxide' }
          : { class: 'alloy', name: 'Flakes' },
      entry: 'purchased',
      mass: kg(mass.toFixed(6)),
      assay: kind === 'oxide' ? OXIDE : ALLOY,
      declared:
        this.#random() < 0.2
          ? []
          : [
              { element: '*', ...step },
              { element: 'Nd', ...step, country: this.#pick(PLACES) }
            ]
    }
    return { by, document: { ...this.#envelope(by, 'commission'), outputs: [output] } }
  }

  #transform(from: Held['kind'], to: Held['kind'], stages: string[]) {
    const by = this.#pick(this.#members) as Member
    const stock = this.#held.filter(
      (held) => held.by === by && held.kind === from && held.kg > 0.01
    )
    const first = this.#pick(stock)
    if (!first) return undefined
    const inputs = [...new Set([first, ...stock.filter(() => this.#random() < 0.25)])].slice(0, 5)
    const draws = inputs.map((held) => ({ held, kg: this.#amount(held.kg) }))
    const drawn = draws.reduce((sum, draw) => sum + draw.kg, 0)
    // A bad run loses more than electrolysis can: refused, or flagged where the member flags it.
    const metal = this.#random() < 0.15 ? 0.5 : 0.82
    const yielded = (to === 'metal' ? metal : to === 'alloy' ? 0.98 : 1) * drawn
    const parts = this.#random() < 0.3 ? [0.6, 0.4] : [1]
    const outputs = parts.map((part) => ({
      id: randomUUID(),
      kg: Math.floor(yielded * part * 1e6) / 1e6
    }))
    if (outputs.some((output) => output.kg <= 0)) return undefined
    for (const draw of draws) draw.held.kg = Math.max(0, draw.held.kg - draw.kg)
    const { owner } = first
    for (const { id, kg } of outputs) this.#held.push({ id, kind: to, kg, by, owner })
    const product =
      to === 'metal'
        ? { class: 'ree_metal', name: 'Metal' }
        : to === 'alloy'
          ? { class: 'alloy', name: 'Flakes' }
          : { class: 'separated_oxide', name: 'Blend' }
    const document = {
      ...this.#envelope(by, 'transform'),
      stages,
      inputs: draws.map((draw) => ({ batch: draw.held.id, mass: kg(draw.kg.toFixed(6)) })),
      outputs: outputs.map((output) => ({
        id: output.id,
        product,
        mass: kg(output.kg.toFixed(6)),
        assay: to === 'metal' ? METAL : to === 'alloy' ? ALLOY : 'inherited'
      }))
    }
    return { by, document }
  }

  /** An event of the continuous run of a member: feeding, tapping, both, or closing it. */
  #campaign() {
    const by = this.#pick(this.#members) as Member
    const current = this.#runs.get(by) ?? { number: 1, kg: 0 }
    this.#runs.set(by, current)
    const { number } = current
    const envelope = { campaign: `run ${number}` }
    const roll = this.#random()
    if (roll < 0.12) {
      const left = Math.max(0.000001, current.kg * (0.9 + this.#random() * 0.1))
      this.#runs.set(by, { number: number + 1, kg: roll < 0.06 ? left : 0 })
      const closing = { mass: kg(left.toFixed(6)), assay: OXIDE }
      return {
        by,
        document: {
          ...this.#envelope(by, 'close_campaign'),
          ...envelope,
          ...(roll < 0.08 ? { closing } : {}),
          ...(roll < 0.06 ? { carryTo: `run ${number + 1}` } : {})
        }
      }
    }
    const stock = this.#held.filter(
      (held) => held.by === by && held.kind === 'oxide' && held.kg > 0.01
    )
    const fed =
      roll < 0.75 ? stock.slice(-2).map((held) => ({ held, kg: this.#amount(held.kg) })) : []
    for (const { held, kg: drawn } of fed) {
      held.kg = Math.max(0, held.kg - drawn)
      current.kg += drawn
    }
    const tapped = roll > 0.4 ? [{ id: randomUUID(), kg: this.#amount(60) }] : []
    for (const { id, kg: mass } of tapped) {
      this.#held.push({ id, kind: 'metal', kg: mass, by, owner: by })
      current.kg -= mass * 1.18
    }
    const document = {
      ...this.#envelope(by, 'transform'),
      ...envelope,
      stages: ['metal_making'],
      inputs: fed.map((draw) => ({ batch: draw.held.id, mass: kg(draw.kg.toFixed(6)) })),
      outputs: tapped.map((output) => ({
        id: output.id,
        product: { class: 'ree_metal', name: 'Metal' },
        mass: kg(output.kg.toFixed(6)),
        assay: METAL
      }))
    }
    return { by, document }
  }

  #ship() {
    const from = this.#pick(this.#held.filter((held) => held.kg > 0.01))
    const to = from && this.#pick(this.#members.filter((member) => member !== from.by))
    if (!from || !to) return undefined
    const mass = this.#amount(from.kg)
    from.kg = Math.max(0, from.kg - mass)
    const sells = from.owner === from.by ? this.#random() < 0.7 : this.#random() < 0.1
    const ownership = sells ? 'transferred' : 'retained'
    const document = {
      ...this.#envelope(from.by, 'ship'),
      to: to.organization,
      ...(this.#random() < 0.3 ? { toFacility: to.facility } : {}),
      ownership,
      lines: [{ batch: from.id, mass: kg(mass.toFixed(6)) }]
    }
    const owner = sells ? to : from.owner
    this.#transit.push({ id: document.id, from, kg: mass, to, owner })
    return { by: from.by, document }
  }

  /** Accepted whole or with a loss, in parts, disputed or returned; what stays open comes again. */
  #receive() {
    const shipment = this.#transit.shift()
    if (!shipment) return undefined
    const roll = this.#random()
    const outcome = roll < 0.6 ? 'accepted' : roll < 0.8 ? 'disputed' : 'returned'
    const all = this.#random() < 0.4
    const partial = outcome === 'accepted' && this.#random() < 0.3
    const share = all ? 1 : partial || outcome !== 'accepted' ? this.#random() : 0.999
    const mass = Math.floor(shipment.kg * share * 1e6) / 1e6
    const back = outcome === 'returned'
    const by = back ? shipment.from.by : shipment.to
    const owner = back ? shipment.from.owner : shipment.owner
    this.#held.push({ ...shipment.from, kg: mass, by, owner })
    if (share < 1 && (partial || outcome !== 'accepted')) {
      this.#transit.push({ ...shipment, kg: shipment.kg - mass })
    }
    const document = {
      ...this.#envelope(shipment.to, 'receive'),
      shipment: shipment.id,
      outcome,
      lines: [
        {
          batch: shipment.from.id,
          ...(mass > 0 ? { mass: kg(mass.toFixed(6)) } : {}),
          ...(partial ? { partial } : {})
        }
      ]
    }
    return { by: shipment.to, document }
  }

  #adjust() {
    const held = this.#pick(this.#held.filter((each) => each.kg > 0.1))
    if (!held) return undefined
    const up = this.#random() < 0.3
    const mass = held.kg * 0.005
    held.kg += up ? mass : -mass
    const document = {
      ...this.#envelope(held.by, 'adjust'),
      batch: held.id,
      direction: up ? 'increase' : 'decrease',
      reason: 'stocktake',
      mass: kg(Math.max(0.000001, mass).toFixed(6))
    }
    return { by: held.by, document }
  }

  /** Takes an event back; often what takes its place follows, larger or smaller or from elsewhere. */
  #correct() {
    const runs = this.#recorded.filter(({ document }) => document['campaign'] !== undefined)
    const wrong =
      (this.#random() < 0.4 ? this.#pick(runs) : undefined) ??
      this.#pick(this.#recorded.filter(({ document }) => document['type'] !== 'correct'))
    if (!wrong) return undefined
    const corrective = randomUUID()
    const again = this.#random() < 0.75
    const document = {
      ...this.#envelope(wrong.by, 'correct'),
      event: wrong.id,
      reason: again ? 'incorrect_data' : 'did_not_occur',
      ...(again ? { correctiveEvent: corrective } : {})
    }
    if (again) {
      const replacement = this.#changed({
        ...wrong.document,
        id: corrective,
        corrects: document.id
      })
      this.#announced.push({ by: wrong.by, document: replacement })
      this.#recorded.push({ id: corrective, by: wrong.by, document: replacement })
    }
    return { by: wrong.by, document }
  }

  /** An event of a campaign that did not happen, or took less. */
  #changedRun(document: Record<string, unknown>): Record<string, unknown> {
    if (document['type'] !== 'transform') return document
    if (this.#random() < 0.4) return { ...document, inputs: [], outputs: [] }
    const inputs = document['inputs'] as { mass: { value: string } }[]
    return {
      ...document,
      inputs: inputs.map((input) => ({
        ...input,
        mass: kg(Math.max(0.000001, Number(input.mass.value) * this.#random()).toFixed(6))
      }))
    }
  }

  #changed(wrong: Record<string, unknown>): Record<string, unknown> {
    const document = this.#random() < 0.3 ? { ...wrong, time: this.#moment() } : wrong
    if (document['campaign'] !== undefined) return this.#changedRun(document)
    if (document['type'] !== 'commission') return document
    const factor = 0.9 + this.#random() * 0.2
    const outputs = document['outputs'] as { mass: { value: string } }[]
    return {
      ...document,
      outputs: outputs.map((output) => ({
        ...output,
        mass: kg((Number(output.mass.value) * factor).toFixed(6)),
        declared: [{ element: '*', step: 'mined', country: this.#pick(PLACES) }]
      }))
    }
  }
}

/** Three members with a facility each. */
export async function threeMembers(service: TestApp): Promise<Member[]> {
  return Promise.all(
    ['one', 'two', 'three'].map(async (name) => {
      const organization = await service.organization({ name })
      return { organization, facility: await service.facility(organization) }
    })
  )
}
