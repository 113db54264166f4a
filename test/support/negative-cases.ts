import { elements, kg, oxides } from './books.ts'

export interface CaseSetting {
  readonly organization: string
  /** May do everything, in Finland. */
  readonly works: string
  /** Is registered for mining only. */
  readonly mine: string
  /** A UUID by name, the same within a case. */
  readonly id: (name: string) => string
}

type Json = Readonly<Record<string, unknown>>

/** What must be accepted without a finding before, and the event that the case is about. */
export interface NegativeCase {
  readonly before: readonly Json[]
  readonly event: Json
}

const OXIDE = oxides({ Nd2O3: '73.24', Pr6O11: '26.24', La2O3: '0.02', CeO2: '0.03' })
const METAL = elements({ Nd: '73.9', Pr: '25.6', Fe: '0.3' })
const ALLOY = elements({ Nd: '23', Pr: '7', Dy: '1', B: '1', Fe: '68' })
const CLEAN = { trace: { unit: '59', values: { Th: '<10', U: '<5' } } }
const TREO = { basis: 'TREO', unit: 'P1', treo: '60' }
const BASTNAESITE = { La2O3: '32', CeO2: '50', Pr6O11: '4.5', Nd2O3: '13.5' }
const CONCENTRATE = { ...TREO, values: BASTNAESITE, ...CLEAN }

/** Documents of one organization, with what each case changes. */
class Desk {
  readonly at: CaseSetting
  #events = 0

  constructor(at: CaseSetting) {
    this.at = at
  }

  enters(name: string, product: string, mass: string, assay: unknown, more: Json = {}): Json {
    const { envelope, ...batch } = more as { envelope?: Json }
    const output = { ...this.batch(name, product, mass, assay), entry: 'purchased', ...batch }
    return this.event('commission', 1, { outputs: [output], ...envelope })
  }

  makes(
    stages: readonly string[],
    inputs: Readonly<Record<string, string>>,
    outputs: readonly Json[],
    more: Json = {}
  ): Json {
    const drawn = Object.entries(inputs).map(([name, mass]) => ({
      batch: this.at.id(name),
      mass: kg(mass)
    }))
    return this.event('transform', 2, { stages, inputs: drawn, outputs, ...more })
  }

  batch(name: string, product: string, mass: string, assay: unknown, more: Json = {}): Json {
    const what = { class: product, name: product }
    return { id: this.at.id(name), product: what, mass: kg(mass), assay, ...more }
  }

  event(type: string, month: number, content: Json): Json {
    this.#events += 1
    const time = `2026-0${month}-01T00:00:${String(this.#events).padStart(2, '0')}Z`
    return {
      id: this.at.id(`event ${this.#events}`),
      type,
      time,
      facility: this.at.works,
      ...content
    }
  }

  oxide(mass = '700', more: Json = {}): Json {
    return this.enters('oxide', 'separated_oxide', mass, OXIDE, more)
  }

  metal(inKg: string, outKg: string, more: Json = {}, event: Json = {}): Json {
    const output = this.batch('metal', 'ree_metal', outKg, METAL, more)
    return this.makes(['metal_making'], { oxide: inKg }, [output], event)
  }
}

type Telling = (desk: Desk) => NegativeCase

const only = (event: Json): NegativeCase => ({ before: [], event })
const oxideThen = (desk: Desk, event: Json): NegativeCase => ({ before: [desk.oxide()], event })
const concentrate = (desk: Desk, assay: Json, more: Json = {}) =>
  only(desk.enters('con', 'concentrate', '1000', assay, more))

/** Scrap of which 79 % is post-consumer, made into powder that claims 90 %. */
const overclaimed = (desk: Desk, model: string): NegativeCase => ({
  before: [
    desk.enters('old', 'magnet_scrap', '79', ALLOY, { entry: 'post_consumer_scrap' }),
    desk.enters('cut', 'magnet_scrap', '21', ALLOY, { entry: 'pre_consumer_scrap' })
  ],
  event: desk.makes(['hpms'], { old: '79', cut: '21' }, [
    desk.batch('powder', 'recycled_powder', '90', ALLOY, {
      custodyModel: model,
      claimedRecycled: [{ element: 'Nd', postConsumerPct: '90' }]
    })
  ])
})

/** The cases of the list that concern events, by their ids. */
export const negativeCases: Readonly<Record<string, Telling>> = {
  N01: (desk) => ({ before: [desk.oxide('500')], event: desk.metal('500', '500') }),
  N02: (desk) =>
    oxideThen(
      desk,
      desk.metal('700', '580', { assay: elements({ Nd: '72.7', Pr: '25.6', Dy: '1.2' }) })
    ),
  N03: (desk) => oxideThen(desk, desk.metal('700', '118')),
  N04: (desk) => only(desk.oxide('1', { mass: { value: '1', unit: 'tons', basis: 'dry' } })),
  N06: (desk) => concentrate(desk, CONCENTRATE, { mass: { value: '1000', unit: 'KGM' } }),
  N07: (desk) => only(desk.oxide('-5')),
  N08: (desk) => only(desk.oxide('1', { assay: oxides({ Nd2O3: '82', Pr6O11: '30' }) })),
  N09: (desk) =>
    concentrate(desk, {
      ...oxides({ La2O3: '18', CeO2: '27', Pr6O11: '2.5', Nd2O3: '7.6' }),
      treo: '60',
      ...CLEAN
    }),
  N10: (desk) => only(desk.oxide('1', { assay: oxides({ Nd2O3: '73', Pr: '20' }) })),
  N11: (desk) => ({
    before: [desk.enters('magnet', 'magnet', '10', ALLOY)],
    event: desk.makes(['mining'], { magnet: '10' }, [desk.batch('ore', 'ore', '9', ALLOY)])
  }),
  N12: (desk) => ({
    before: [
      desk.oxide(),
      desk.makes(['storage_transport_trade'], { oxide: '100' }, [
        desk.batch('blend', 'separated_oxide', '100', 'inherited')
      ])
    ],
    event: desk.makes(['storage_transport_trade'], { blend: '100' }, [
      desk.batch('oxide', 'separated_oxide', '100', 'inherited')
    ])
  }),
  N13: (desk) => {
    const draw = (name: string) =>
      desk.makes(['storage_transport_trade'], { oxide: '280' }, [
        desk.batch(name, 'separated_oxide', '280', 'inherited')
      ])
    return { before: [desk.oxide(), draw('first'), draw('second')], event: draw('third') }
  },
  N14: (desk) => oxideThen(desk, desk.metal('700', '580', {}, { time: '2025-12-31T00:00:00Z' })),
  N15: (desk) => only(desk.oxide('1', { envelope: { time: '2026-11-23T12:06:00Z' } })),
  N16: (desk) => ({
    before: [desk.enters('carbonate', 'mixed_carbonate', '1000', oxides({ Nd2O3: '40' }))],
    event: desk.makes(
      ['separation'],
      { carbonate: '1000' },
      [desk.batch('oxide', 'separated_oxide', '385', oxides({ Nd2O3: '99.5' }))],
      { facility: desk.at.mine }
    )
  }),
  N17: (desk) => only(desk.oxide('1', { envelope: { country: 'AU' } })),
  N18: (desk) => only(desk.oxide('1', { envelope: { country: 'UK' } })),
  N19: (desk) => only(desk.oxide('1', { hsCode: '8505.11' })),
  N20: (desk) =>
    only(desk.enters('magnet', 'magnet', '10', elements({ Nd: '9', Pr: '3', B: '4', Fe: '84' }))),
  N21: (desk) =>
    only(
      desk.enters('ore', 'ore', '1000', oxides({ Y2O3: '3.25', La2O3: '0.75', CeO2: '1' }), {
        entry: 'mined',
        deposit: 'bayan_obo'
      })
    ),
  N22: (desk) =>
    concentrate(
      desk,
      { ...TREO, values: BASTNAESITE },
      { product: { class: 'concentrate', name: 'Monazite concentrate' } }
    ),
  N23: (desk) =>
    concentrate(desk, {
      ...CONCENTRATE,
      trace: { unit: '59', values: { Th: '1600', U: '30' } }
    }),
  N24: (desk) => overclaimed(desk, 'segregated'),
  N25: (desk) => ({
    before: [
      desk.enters('flakes', 'alloy', '1000', ALLOY),
      desk.makes(['alloying'], { flakes: '500' }, [
        desk.batch('cast', 'alloy', '480', ALLOY),
        desk.batch('skull', 'alloy_scrap', '15', ALLOY, { role: 'co_product' })
      ])
    ],
    event: desk.makes(['alloying'], { flakes: '85', skull: '15' }, [
      desk.batch('again', 'alloy', '98', ALLOY, {
        claimedRecycled: [{ element: 'Nd', preConsumerPct: '15' }]
      })
    ])
  }),
  N26: (desk) => overclaimed(desk, 'mass_balance'),
  N27: (desk) => ({
    before: [desk.oxide('700', { custodyModel: 'mass_balance' })],
    event: desk.metal('700', '580', { custodyModel: 'identity_preserved' })
  }),
  N37: (desk) => concentrate(desk, { ...CONCENTRATE, treo: '0.60' }),
  N39: (desk) =>
    oxideThen(
      desk,
      desk.makes(['alloying'], { oxide: '700' }, [desk.batch('alloy', 'alloy', '580', METAL)])
    ),
  N40: (desk) => {
    const { organization } = desk.at
    const inputs = [{ batch: { organization, number: 'SWARF-9' }, mass: kg('10') }]
    const made = desk.batch('powder', 'recycled_powder', '9', ALLOY)
    return only(desk.makes(['hpms'], {}, [made], { inputs }))
  },
  N41: (desk) => ({
    before: [desk.oxide(), desk.metal('700', '580')],
    event: desk.makes(['alloying'], { metal: '580' }, [desk.batch('alloy', 'alloy', '575', ALLOY)])
  }),
  N42: (desk) => ({
    before: [
      desk.enters('bare', 'shaped_magnet', '100', ALLOY),
      desk.enters('epoxy', 'reagent', '50', elements({ C: '100' }))
    ],
    event: desk.makes(['coating'], { bare: '100', epoxy: '30' }, [
      desk.batch(
        'coated',
        'coated_magnet',
        '130',
        elements({ Nd: '17.6', Pr: '5.3', Dy: '0.76', B: '0.76', Fe: '52.3', C: '23' })
      )
    ])
  })
}

export function tellCase(id: string, at: CaseSetting): NegativeCase | null {
  return negativeCases[id]?.(new Desk(at)) ?? null
}
