import { createHash, randomUUID } from 'node:crypto'
import { elements, kg } from './books.ts'

/** Ids that the first day chooses itself, so that every request can be repeated. */
export const first = {
  epd: randomUUID(),
  alloy: randomUUID(),
  magnets: randomUUID(),
  shipment: randomUUID()
}

const ALLOY = elements({ Nd: '23', Pr: '7', Dy: '1', B: '1', Fe: '68' })

/** Bought alloy with the history that its supplier declares; boron and iron have none. */
export const commission = (facility: string) => ({
  type: 'commission',
  id: first.alloy,
  time: '2026-09-01T08:00:00Z',
  facility,
  outputs: [
    {
      id: first.alloy,
      number: 'ALLOY-7',
      entry: 'purchased',
      product: { class: 'alloy', name: 'Strip-cast NdFeB alloy' },
      mass: kg('100'),
      assay: ALLOY,
      declared: ['Nd', 'Pr', 'Dy'].flatMap((element) =>
        Object.entries({
          mined: 'AU',
          refined: 'AU',
          separated: 'EE',
          metal: 'GB',
          melted: 'GB'
        }).map(([step, country]) => ({ element, step, country, evidence: [certificate] }))
      )
    }
  ]
})

const certificate = {
  kind: 'certificate_of_origin',
  level: 'documented',
  issuer: 'Chamber of Commerce',
  sha256: createHash('sha256').update('certificate').digest('hex')
}

export const magnets = (facility: string) => ({
  type: 'transform',
  id: first.magnets,
  time: '2026-10-01T08:00:00Z',
  facility,
  stages: ['powder', 'press_sinter', 'machining', 'magnetization'],
  inputs: [{ batch: first.alloy, mass: kg('100') }],
  outputs: [
    {
      id: first.magnets,
      number: 'MAG-1',
      product: { class: 'magnet', name: 'Sintered magnets' },
      mass: kg('70'),
      assay: ALLOY,
      epd: first.epd
    }
  ],
  residues: [{ name: 'swarf', mass: kg('29'), assay: ALLOY }]
})

export const shipment = (facility: string, to: string) => ({
  type: 'ship',
  id: first.shipment,
  time: '2026-10-05T08:00:00Z',
  facility,
  to,
  ownership: 'transferred',
  lines: [{ batch: first.magnets, mass: kg('40') }]
})

export const receipt = (facility: string) => ({
  type: 'receive',
  time: '2026-10-09T08:00:00Z',
  facility,
  shipment: first.shipment,
  outcome: 'accepted',
  lines: [{ batch: first.magnets, mass: kg('40') }]
})

export const declaration = (owner: string, facility: string) => ({
  id: first.epd,
  version: '1.0',
  name: { en: 'Sintered NdFeB magnet' },
  owner: { name: 'Magnet maker', organization: owner, country: 'DE' },
  pcr: {
    name: 'Rare-earth concentrates, oxides, metals, and magnets',
    publisher: 'EPD International'
  },
  standards: ['ISO 14025'],
  methodSet: 'EF 3.1',
  validFrom: '2026-01-01',
  validUntil: '2030-12-31',
  geography: ['DE'],
  sites: [{ facility, country: 'DE' }],
  product: { stage: 'magnetization', class: 'magnet', feed: 'primary', representing: 'specific' },
  declaredUnit: { value: '1', unit: 'KGM' },
  allocation: { method: 'economic' },
  boundary: { kind: 'cradle_to_gate', modules: ['A1-A3'] },
  results: [
    {
      indicator: 'GWP-total',
      unit: 'kg CO2 eq',
      values: [{ module: 'A1-A3', value: '25.29' }]
    }
  ]
})
