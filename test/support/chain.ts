import { uuidFrom } from '../../src/domain/ids.ts'
import { elements, kg, oxides } from './books.ts'

export interface ChainSetting {
  /** Facilities of the refiner and of the smelter. */
  readonly mines: readonly [string, string]
  readonly separation: string
  readonly furnace: string
  readonly smelter: string
}

/** An event of the chain and who records it. */
export interface ChainEvent {
  readonly by: 'refiner' | 'smelter'
  readonly document: Readonly<Record<string, unknown>> & { readonly id: string }
}

const BALANCED = { La2O3: '25', CeO2: '49', Nd2O3: '20', Pr6O11: '6' }
const LEANER = { La2O3: '28', CeO2: '48', Nd2O3: '18', Pr6O11: '6' }
const NDPR_OXIDE = oxides({ Nd2O3: '76', Pr6O11: '23.5' })
const NDPR_METAL = elements({ Nd: '77', Pr: '22.5' })

/** From two ores to one alloy: blends, partial draws, two shipments. Names are ids of `copy`. */
export function chain(copy: string, at: ChainSetting): readonly ChainEvent[] {
  const id = (name: string) => uuidFrom('chain', copy, name)
  const draw = (name: string, mass: string) => ({ batch: id(name), mass: kg(mass) })
  const batch = (
    name: string,
    product: string,
    mass: string,
    assay: object,
    more: object = {}
  ) => ({
    id: id(name),
    product: { class: product, name: product },
    mass: kg(mass),
    assay,
    ...more
  })
  let hour = 0
  const event = (
    by: ChainEvent['by'],
    type: string,
    name: string,
    facility: string,
    content: object
  ) => ({
    by,
    document: {
      type,
      id: id(`event ${name}`),
      time: new Date(Date.UTC(2026, 2, 1, hour++)).toISOString(),
      facility,
      ...content
    }
  })
  const make = (
    by: ChainEvent['by'],
    facility: string,
    stage: string,
    inputs: readonly object[],
    output: { readonly id: string; readonly [field: string]: unknown }
  ) => event(by, 'transform', output.id, facility, { stages: [stage], inputs, outputs: [output] })
  const bring = (
    by: ChainEvent['by'],
    facility: string,
    output: { readonly id: string; readonly [field: string]: unknown }
  ) => event(by, 'commission', output.id, facility, { outputs: [output] })
  const treo = (percent: string, values: object, trace?: object) => ({
    basis: 'TREO',
    unit: 'P1',
    treo: percent,
    values,
    ...(trace ? { trace: { unit: '59', values: trace } } : {})
  })
  const clean = { Th: '<10', U: '<5' }
  const mine = (which: 0 | 1, letter: string, values: object) => [
    bring(
      'refiner',
      at.mines[which],
      batch(`ore ${letter}`, 'ore', '60000', treo('5', values), { entry: 'mined' })
    ),
    make(
      'refiner',
      at.mines[which],
      'beneficiation',
      [draw(`ore ${letter}`, '60000')],
      batch(`concentrate ${letter}`, 'concentrate', '4000', treo('60', values, clean))
    ),
    make(
      'refiner',
      at.mines[which],
      'cracking_leaching',
      [draw(`concentrate ${letter}`, '4000')],
      batch(`carbonate ${letter}`, 'mixed_carbonate', '4500', treo('50', values))
    )
  ]
  const separate = (name: string, inputs: readonly object[], mass: string) =>
    make(
      'refiner',
      at.separation,
      'separation',
      inputs,
      batch(name, 'separated_oxide', mass, NDPR_OXIDE)
    )
  const send = (name: string, oxide: string, mass: string) => [
    event('refiner', 'ship', name, at.separation, {
      to: at.smelter,
      ownership: 'transferred',
      lines: [draw(oxide, mass)]
    }),
    event('smelter', 'receive', `receipt of ${name}`, at.furnace, {
      shipment: id(`event ${name}`),
      outcome: 'accepted',
      lines: [draw(oxide, mass)]
    })
  ]
  const melt = (name: string, inputs: readonly object[]) =>
    make('smelter', at.furnace, 'metal_making', inputs, batch(name, 'ree_metal', '205', NDPR_METAL))
  return [
    ...mine(0, 'A', BALANCED),
    ...mine(1, 'B', LEANER),
    separate(
      'oxide 1',
      [draw('carbonate A', '2700.000333'), draw('carbonate B', '2200.777')],
      '590'
    ),
    separate(
      'oxide 2',
      [draw('carbonate A', '1799.999667'), draw('carbonate B', '2299.223')],
      '480'
    ),
    ...send('shipment 1', 'oxide 1', '300.123457'),
    ...send('shipment 2', 'oxide 2', '200.456789'),
    melt('metal 1', [draw('oxide 1', '150.0615'), draw('oxide 2', '100.2')]),
    melt('metal 2', [draw('oxide 1', '150.061957'), draw('oxide 2', '100.256789')]),
    bring(
      'smelter',
      at.furnace,
      batch('iron', 'iron', '500', elements({ Fe: '99.9' }), { entry: 'purchased' })
    ),
    bring(
      'smelter',
      at.furnace,
      batch('ferroboron', 'ferroboron', '40', elements({ B: '19.2', Fe: '79.6' }), {
        entry: 'purchased'
      })
    ),
    make(
      'smelter',
      at.furnace,
      'alloying',
      [
        draw('metal 1', '120.1'),
        draw('metal 2', '80.3'),
        draw('iron', '420'),
        draw('ferroboron', '30')
      ],
      batch('alloy', 'alloy', '640', elements({ Nd: '23.9', Pr: '7', B: '0.89', Fe: '68.1' }))
    )
  ]
}

/** The batches of a copy, by name. */
export function batchesOf(copy: string): ReadonlyMap<string, string> {
  const names = [
    'ore A',
    'concentrate A',
    'carbonate A',
    'ore B',
    'concentrate B',
    'carbonate B',
    'oxide 1',
    'oxide 2',
    'metal 1',
    'metal 2',
    'iron',
    'ferroboron',
    'alloy'
  ]
  return new Map(names.map((name) => [name, uuidFrom('chain', copy, name)]))
}
