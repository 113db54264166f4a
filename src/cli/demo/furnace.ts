import { kg, named, paper, type Setting } from './document.ts'

/*
 * Where the figures come from: 1.2 kg of oxide for 1 kg of metal, 97.2 % of theory (Sprecher et al.
 * 2014; Marx et al., ACS Sustainable Chem. Eng. 6 (2018) 5858-5867, TianGong 5a85a39e: 1.13 kg of
 * oxide and 0.048 kg of fluoride); alloying 98.5 %, within the typical band of data/stages.json; the
 * alloy after the published composition of sintered NdFeB (Nd 29-32.5 with Pr and Dy, B 1.0-1.2).
 */

export interface Electrolysis {
  readonly day: number
  readonly number: string
  readonly oxides: readonly (readonly ['separation' | 'alloy', string, string])[]
  readonly mass: string
  readonly assay: object
}

/** Molten salt electrolysis of oxides to metal. */
export function metal(at: Setting, run: Electrolysis) {
  return {
    type: 'transform',
    time: at.day(run.day),
    facility: at.facility('alloy'),
    stages: ['metal_making'],
    evidence: [paper('assay_certificate', run.number)],
    inputs: run.oxides.map(([from, number, mass]) => ({
      batch: named(at, from, number),
      mass: kg(mass)
    })),
    outputs: [
      {
        number: run.number,
        product: { class: 'ree_metal', name: 'NdPr metal' },
        mass: kg(run.mass),
        assay: run.assay,
        hsCode: '2805.30',
        epd: at.epd('metal')
      }
    ]
  }
}

export interface Melt {
  readonly day: number
  readonly number: string
  readonly metal: readonly [string, string]
  readonly others: readonly (readonly [string, string])[]
  readonly mass: string
  readonly assay: object
  readonly owner?: string
}

/** Strip casting of metal with iron, ferroboron and whatever else. */
export function alloying(at: Setting, melt: Melt) {
  return {
    type: 'transform',
    time: at.day(melt.day),
    facility: at.facility('alloy'),
    stages: ['alloying'],
    evidence: [paper('assay_certificate', melt.number)],
    inputs: [melt.metal, ...melt.others].map(([number, mass]) => ({
      batch: named(at, 'alloy', number),
      mass: kg(mass)
    })),
    outputs: [
      {
        number: melt.number,
        product: { class: 'alloy', name: 'Strip-cast NdFeB alloy' },
        mass: kg(melt.mass),
        assay: melt.assay,
        hsCode: '7202.99',
        epd: at.epd('alloy'),
        ...(melt.owner === undefined ? {} : { owner: melt.owner })
      }
    ]
  }
}
