import type { Registered, Trade } from './cast.ts'
import type { ChainEvent } from './document.ts'
import { certificate, declared, drawn, mass, oxides, part, treo, whole } from './document.ts'
import type { Lot, Taken } from './lot.ts'
import { blended, gramsOf, takeSeveral } from './lot.ts'
import { Random } from './random.ts'

/*
 * Recoveries lie within the typical bands of data/stages.json, the distribution of the rare earths
 * after the ores that the demonstration cites (src/cli/demo/mines.ts). Neodymium and praseodymium
 * stand in one ratio everywhere, so that any carbonates can be separated together.
 */
const CLASSES = {
  ore: ['ore', 'Bastnaesite ore'],
  concentrate: ['concentrate', 'Bastnaesite concentrate'],
  carbonate: ['mixed_carbonate', 'Mixed rare-earth carbonate'],
  oxide: ['separated_oxide', 'NdPr oxide 99.5 %'],
  light: ['ree_carbonate', 'Lanthanum-cerium carbonate'],
  metal: ['ree_metal', 'NdPr metal'],
  iron: ['iron', 'Electrolytic iron'],
  ferroboron: ['ferroboron', 'Ferroboron 19 %'],
  alloy: ['alloy', 'Strip-cast NdFeB alloy'],
  scrap: ['magnet_scrap', 'Magnets of old hard disks'],
  recycled: ['recycled_powder', 'Recycled NdFeB powder'],
  powder: ['powder', 'NdFeB powder'],
  block: ['sintered_block', 'Sintered NdFeB block'],
  magnet: ['magnet', 'Sintered NdFeB magnet'],
  swarf: ['swarf', 'Grinding swarf']
} as const

const METAL = { Nd: 76.8, Pr: 22.8, O: 0.05, C: 0.03 }
const IRON = { Fe: 99.9, C: 0.01 }
const FERROBORON = { B: 19.2, Fe: 79.6, Si: 0.6, C: 0.3 }
const SCRAP = { Nd: 22.9, Pr: 6.6, B: 0.97, Fe: 67.6, Co: 0.9, O: 0.4 }
const OXIDE = oxides({ Nd2O3: '76.0', Pr6O11: '23.4', CeO2: '0.05' })
const LIGHT = treo('45', { La2O3: '36.0', CeO2: '64.0' }, '<5')
const LATEST = Date.parse('2026-06-01T00:00:00Z')

/**
 * An endless chain of a few companies of the cast: several mines feed one separation, lots are
 * blended and shipped in parts, old magnets come back. A batch of magnets lies 9 to 12 events below
 * its ores. Every event follows from earlier ones of the same stream alone.
 */
export class Stream {
  readonly #random: Random
  readonly #cast: readonly Registered[]
  readonly #queue: ChainEvent[] = []
  readonly #stores = { carbonate: [], oxide: [], metal: [], alloy: [], powder: [] } as Record<
    'carbonate' | 'oxide' | 'metal' | 'alloy' | 'powder',
    Lot[]
  >
  readonly #partners: Readonly<Record<Exclude<Trade, 'mine'>, Registered>>
  #iron: Lot | null = null
  #ferroboron: Lot | null = null
  #clock: number

  constructor(cast: readonly Registered[], seed: number) {
    this.#random = new Random(seed)
    this.#cast = cast
    this.#clock = LATEST - 900 * 86_400_000 + this.#random.between(0, 86_400_000)
    this.#partners = {
      separation: this.#one('separation'),
      alloy: this.#one('alloy'),
      magnets: this.#one('magnets'),
      motors: this.#one('motors')
    }
  }

  next(): ChainEvent {
    while (this.#queue.length === 0) this.#campaign()
    return this.#queue.shift() as ChainEvent
  }

  #one(trade: Trade): Registered {
    return this.#random.pick(this.#cast.filter((party) => party.trade === trade))
  }

  /** From two or three ores to magnets, with what is left of the campaigns before. */
  #campaign(): void {
    const { separation, alloy, magnets, motors } = this.#partners
    const mines = this.#random.between(2, 3)
    for (let index = 0; index < mines; index += 1) {
      const mine = this.#one('mine')
      this.#sell(this.#mined(mine), mine, separation)
    }
    const oxide = this.#separated(separation)
    oxide.grams = Math.floor(oxide.grams * 0.85)
    this.#sell(oxide, separation, alloy)
    this.#stores.oxide.push(oxide)
    this.#melted(alloy)
    const cast = this.#alloyed(alloy)
    this.#sell(cast, alloy, magnets)
    this.#stores.alloy.push(cast)
    this.#milled(magnets)
    if (this.#random.fraction() < 0.4) this.#recycled(magnets)
    const finished = this.#sintered(magnets)
    this.#sell(finished, magnets, motors)
  }

  #mined(mine: Registered): Lot {
    const la = 28 + this.#random.between(-20, 20) / 10
    const values = {
      La2O3: la.toFixed(1),
      CeO2: (79.6 - la).toFixed(1),
      Pr6O11: '4.8',
      Nd2O3: '15.6'
    }
    const grams = 1000 * this.#random.between(80_000, 160_000)
    const ore = this.#lot(grams)
    this.#record(mine, 'commission', {
      evidence: [certificate('assay_certificate', 'Bench Laboratory', this.#random)],
      outputs: [declared(ore, CLASSES.ore, treo('5', values, '40'), { entry: 'mined' })]
    })
    const concentrate = this.#lot(Math.floor(grams * 0.058))
    this.#make(mine, ['beneficiation'], [all(ore)], {
      outputs: [declared(concentrate, CLASSES.concentrate, treo('60', values, '200'))],
      residues: [{ name: 'tailings', mass: mass(Math.floor(grams * 0.94)) }]
    })
    const carbonate = this.#lot(Math.floor(concentrate.grams * 1.2))
    this.#make(mine, ['cracking_leaching'], [all(concentrate)], {
      outputs: [declared(carbonate, CLASSES.carbonate, treo('45', values, '<5'))]
    })
    this.#stores.carbonate.push(carbonate)
    return carbonate
  }

  #separated(at: Registered): Lot {
    const taken = takeSeveral(this.#stores.carbonate, 4, this.#random)
    const grams = gramsOf(taken)
    const oxide = this.#lot(Math.floor(grams * 0.0875))
    const light = this.#lot(Math.floor(grams * 0.68))
    this.#make(at, ['separation'], taken, {
      outputs: [
        declared(oxide, CLASSES.oxide, OXIDE, {
          hsCode: '2846.90',
          allocation: { method: 'economic', share: '0.6' }
        }),
        declared(light, CLASSES.light, LIGHT, {
          role: 'co_product',
          allocation: { method: 'economic', share: '0.4' }
        })
      ]
    })
    return oxide
  }

  #melted(at: Registered): void {
    const taken = takeSeveral(this.#stores.oxide, 3, this.#random)
    const metal = this.#lot(Math.floor(gramsOf(taken) * 0.825), METAL)
    this.#make(at, ['metal_making'], taken, {
      outputs: [declared(metal, CLASSES.metal, whole(METAL), { hsCode: '2805.30' })]
    })
    this.#stores.metal.push(metal)
  }

  #alloyed(at: Registered): Lot {
    const metals = takeSeveral(this.#stores.metal, 3, this.#random)
    const grams = gramsOf(metals)
    const taken = [
      ...metals,
      this.#bought('iron', at, Math.floor(grams * 2.077)),
      this.#bought('ferroboron', at, Math.floor(grams * 0.169))
    ]
    const percent = blended(taken)
    const alloy = this.#lot(Math.floor(gramsOf(taken) * 0.985), percent)
    this.#make(at, ['alloying'], taken, {
      outputs: [declared(alloy, CLASSES.alloy, whole(percent), { hsCode: '7202.99' })]
    })
    return alloy
  }

  /** Iron and ferroboron come in lots that last for several melts, with papers. */
  #bought(what: 'iron' | 'ferroboron', at: Registered, grams: number): Taken {
    const known = what === 'iron' ? this.#iron : this.#ferroboron
    const percent = what === 'iron' ? IRON : FERROBORON
    const lot = known && known.grams >= grams ? known : this.#lot(grams * 6, percent)
    if (lot !== known) {
      const country = what === 'iron' ? 'SE' : 'IN'
      const declaredHistory = ['mined', 'refined', 'metal'].map((step) => ({
        element: '*',
        step,
        country,
        evidence: [certificate('certificate_of_origin', 'Bench Chamber', this.#random)]
      }))
      this.#record(at, 'commission', {
        outputs: [
          declared(lot, CLASSES[what], whole(percent), {
            entry: 'purchased',
            declared: declaredHistory
          })
        ]
      })
      if (what === 'iron') this.#iron = lot
      else this.#ferroboron = lot
    }
    lot.grams -= grams
    return { lot, grams }
  }

  #milled(at: Registered): void {
    const taken = takeSeveral(this.#stores.alloy, 3, this.#random)
    const percent = blended(taken)
    const powder = this.#lot(Math.floor(gramsOf(taken) * 0.979), percent)
    this.#make(at, ['powder'], taken, {
      outputs: [declared(powder, CLASSES.powder, whole(percent))]
    })
    this.#stores.powder.push(powder)
  }

  #recycled(at: Registered): void {
    const scrap = this.#lot(1000 * this.#random.between(100, 600), SCRAP)
    this.#record(at, 'commission', {
      outputs: [
        declared(scrap, CLASSES.scrap, part(SCRAP), {
          entry: 'post_consumer_scrap',
          sourceCountry: this.#random.pick(['DE', 'US', 'FR', 'JP'])
        })
      ]
    })
    const powder = this.#lot(Math.floor(scrap.grams * 0.88), SCRAP)
    this.#make(at, ['hpms'], [all(scrap)], {
      outputs: [declared(powder, CLASSES.recycled, whole(SCRAP))]
    })
    this.#stores.powder.push(powder)
  }

  #sintered(at: Registered): Lot {
    const taken = takeSeveral(this.#stores.powder, 3, this.#random)
    const percent = blended(taken)
    const block = this.#lot(Math.floor(gramsOf(taken) * 0.975), percent)
    this.#make(at, ['press_sinter'], taken, {
      outputs: [declared(block, CLASSES.block, whole(percent))]
    })
    const kinds = this.#random.between(1, 4)
    const magnets = Array.from({ length: kinds }, () =>
      this.#lot(Math.floor((block.grams * 0.7) / kinds), percent)
    )
    const swarf = this.#lot(Math.floor(block.grams * 0.28), percent)
    this.#make(at, ['machining', 'magnetization'], [all(block)], {
      evidence: [certificate('flux_certificate', at.name, this.#random)],
      outputs: [
        ...magnets.map((magnet) =>
          declared(magnet, CLASSES.magnet, whole(percent), {
            hsCode: '8505.11',
            allocation: { method: 'economic', share: (0.84 / kinds).toFixed(4) }
          })
        ),
        declared(swarf, CLASSES.swarf, part(percent), {
          role: 'co_product',
          allocation: { method: 'economic', share: '0.16' }
        })
      ]
    })
    return magnets[0] as Lot
  }

  /** What the lot says it has changes hands: shipped, and received. */
  #sell(lot: Lot, from: Registered, to: Registered): void {
    if (from.organization === to.organization) return
    const lines = [{ batch: lot.batch, mass: mass(lot.grams) }]
    const shipment = this.#record(from, 'ship', {
      to: to.organization,
      toFacility: to.facility,
      ownership: 'transferred',
      lines
    })
    this.#record(to, 'receive', { shipment, outcome: 'accepted', lines })
  }

  #make(
    at: Registered,
    stages: readonly string[],
    taken: readonly Taken[],
    content: Readonly<Record<string, unknown>>
  ): void {
    this.#record(at, 'transform', {
      stages,
      evidence: [certificate('assay_certificate', 'Bench Laboratory', this.#random)],
      inputs: drawn(taken),
      ...content
    })
  }

  #record(by: Registered, type: string, content: Readonly<Record<string, unknown>>): string {
    this.#clock += 3_600_000 + this.#random.between(0, 3_600_000)
    if (this.#clock > LATEST) this.#clock = LATEST
    const id = this.#random.uuid()
    const time = new Date(this.#clock).toISOString()
    this.#queue.push({ by, id, document: { type, id, time, facility: by.facility, ...content } })
    return id
  }

  #lot(grams: number, percent: Readonly<Record<string, number>> = {}): Lot {
    return { batch: this.#random.uuid(), grams, percent }
  }
}

function all(lot: Lot): Taken {
  const { grams } = lot
  return { lot, grams }
}
