import type { Deed } from './deed.ts'
import { kg, named, paper, type Setting } from './document.ts'

/*
 * Where the figures come from: machining 1.43 kg of block for 1 kg of magnet and 0.43 kg of swarf,
 * economic allocation 0.85 to 0.15 (Sprecher et al. 2014, grinding); hydrogen processing of scrap
 * recovers 90 % (Walton et al. 2015: 90 +- 5 %); other recoveries within the typical bands of
 * data/stages.json; an epoxy coat adds about 1 %.
 */

export interface Sintering {
  readonly day: number
  readonly number: string
  readonly inputs: readonly (readonly ['alloy' | 'magnets', string, string])[]
  readonly stages: readonly string[]
  readonly mass: string
  readonly assay: object
}

/** Powder and furnace: alloy or powders to sintered block. */
export function sinters(says: string, run: Sintering): Deed {
  return {
    actor: 'magnets',
    says,
    event: (at) => ({
      type: 'transform',
      time: at.day(run.day),
      facility: at.facility('magnets'),
      stages: run.stages,
      evidence: [paper('furnace_log', run.number, 'Demo Magnets')],
      inputs: run.inputs.map(([from, number, mass]) => ({
        batch: named(at, from, number),
        mass: kg(mass)
      })),
      outputs: [
        {
          number: run.number,
          product: { class: 'sintered_block', name: 'Sintered NdFeB block' },
          mass: kg(run.mass),
          assay: run.assay
        }
      ]
    })
  }
}

export interface Finishing {
  readonly day: number
  readonly number: string
  readonly block: readonly [string, string]
  readonly mass: string
  /** Pieces of 12 g. */
  readonly count: number
  readonly assay: object
  readonly epd?: string
  readonly swarf: readonly [string, Readonly<Record<string, string>>]
}

/** Machining, coating and magnetization: block to magnets and swarf. */
export function machines(says: string, run: Finishing): Deed {
  return { actor: 'magnets', says, event: (at) => finishing(at, run) }
}

function finishing(at: Setting, run: Finishing) {
  const [number, mass] = run.block
  const [swarfMass, swarf] = run.swarf
  return {
    type: 'transform',
    time: at.day(run.day),
    facility: at.facility('magnets'),
    stages: ['machining', 'coating', 'magnetization'],
    evidence: [paper('flux_certificate', run.number, 'Demo Magnets')],
    inputs: [{ batch: named(at, 'magnets', number), mass: kg(mass) }],
    outputs: [
      {
        number: run.number,
        product: { class: 'magnet', name: 'Sintered NdFeB magnet, epoxy coated' },
        mass: kg(run.mass),
        count: run.count,
        pieceMass: { value: '12', unit: 'GRM', basis: 'dry' },
        assay: run.assay,
        hsCode: '8505.11',
        ...(run.epd === undefined ? {} : { epd: at.epd(run.epd) }),
        allocation: { method: 'economic', share: '0.85' }
      },
      {
        number: `${run.number}-SWARF`,
        role: 'co_product',
        product: { class: 'swarf', name: 'Grinding swarf' },
        mass: kg(swarfMass),
        assay: { basis: 'element', unit: 'P1', values: swarf },
        allocation: { method: 'economic', share: '0.15' }
      }
    ]
  }
}
