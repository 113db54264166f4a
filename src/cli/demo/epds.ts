import { type ActorId, actorOf } from './cast.ts'
import type { Setting } from './document.ts'

/*
 * Where the figures come from: oxide 35.0 kg CO2e/kg with economic allocation (Sprecher et al. 2014,
 * re-run by Miranda Xicotencatl 2023; with another allocation Nuss & Eckelman 2014 find 17.6, which
 * is why the method stands beside the number); metal, alloy and magnet are the roll-up of the
 * foreground of the same study on that oxide (57.58, 17.19, 25.29; published re-runs of the magnet
 * 24.96 to 27.16). For concentrates no figure per kilogram is published; theirs are chosen.
 *
 * All of them are synthetic declarations of fictional companies and say so.
 */
const SYNTHETIC =
  'Synthetic declaration of a fictional company, for demonstration. Not verified, not a claim about any product.'
const CHOSEN = 'The figure is chosen for the demonstration, not published.'

export const EPD_VERSION = '1.0'

interface Declaration {
  /** Name by which events refer to it. */
  readonly id: string
  readonly actor: ActorId
  readonly name: string
  readonly stage: string
  readonly productClass: string
  /** kg CO2e per kilogram, cradle to gate. */
  readonly gwp: string
  readonly source: string
  readonly allocation: 'economic' | 'none'
}

export const declarations: readonly Declaration[] = [
  {
    id: 'concentrate-west',
    actor: 'west',
    name: 'Bastnaesite concentrate, 61 % REO',
    stage: 'beneficiation',
    productClass: 'concentrate',
    gwp: '1.10',
    source: CHOSEN,
    allocation: 'none'
  },
  {
    id: 'concentrate-south',
    actor: 'south',
    name: 'Monazite concentrate, 40 % REO',
    stage: 'beneficiation',
    productClass: 'concentrate',
    gwp: '0.80',
    source: CHOSEN,
    allocation: 'none'
  },
  {
    id: 'oxide',
    actor: 'separation',
    name: 'NdPr oxide 99.5 %',
    stage: 'separation',
    productClass: 'separated_oxide',
    gwp: '35.0',
    source: 'Sprecher et al. 2014, economic allocation.',
    allocation: 'economic'
  },
  {
    id: 'metal',
    actor: 'alloy',
    name: 'NdPr metal',
    stage: 'metal_making',
    productClass: 'ree_metal',
    gwp: '57.58',
    source: 'Roll-up of Sprecher et al. 2014 on an oxide of 35.0.',
    allocation: 'none'
  },
  {
    id: 'alloy',
    actor: 'alloy',
    name: 'Strip-cast NdFeB alloy',
    stage: 'alloying',
    productClass: 'alloy',
    gwp: '17.19',
    source: 'Roll-up of Sprecher et al. 2014 on an oxide of 35.0.',
    allocation: 'none'
  },
  {
    id: 'magnet',
    actor: 'magnets',
    name: 'Sintered NdFeB magnet, epoxy coated',
    stage: 'magnetization',
    productClass: 'magnet',
    gwp: '25.29',
    source: 'Roll-up of Sprecher et al. 2014 on an oxide of 35.0.',
    allocation: 'economic'
  }
]

/** The declaration as schemas/epd.json has it. */
export function epdDocument(declaration: Declaration, at: Setting): object {
  const owner = actorOf(declaration.actor)
  return {
    id: at.epd(declaration.id),
    version: EPD_VERSION,
    name: { en: declaration.name },
    owner: { name: owner.name, organization: at.organization(owner.id), country: owner.country },
    pcr: {
      name: 'Rare-earth concentrates, oxides, metals, and magnets',
      publisher: 'EPD International'
    },
    standards: ['ISO 14025'],
    methodSet: 'EF 3.1',
    validFrom: at.day(0).slice(0, 10),
    validUntil: at.day(4 * 365).slice(0, 10),
    geography: [owner.country],
    sites: [{ facility: at.facility(owner.id), country: owner.country }],
    product: {
      stage: declaration.stage,
      class: declaration.productClass,
      feed: 'primary',
      representing: 'specific',
      description: { en: SYNTHETIC }
    },
    declaredUnit: { value: '1', unit: 'KGM' },
    allocation: { method: declaration.allocation },
    boundary: { kind: 'cradle_to_gate', modules: ['A1-A3'] },
    results: [
      {
        indicator: 'GWP-total',
        unit: 'kg CO2 eq',
        values: [{ module: 'A1-A3', value: declaration.gwp }]
      }
    ],
    note: { en: `${SYNTHETIC} ${declaration.source}` }
  }
}
