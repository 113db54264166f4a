import type { Chapter } from './deed.ts'
import { kg, named, paper, ppm, treo } from './document.ts'

/*
 * Where the figures come from:
 * - Demo Mine West: ore grade and elements per kilogram of ore, 30 kg of ore for 1 kg of concentrate:
 *   Sprecher et al., Environ. Sci. Technol. 48 (2014) 3951-3958, as ILCD process data sets of the
 *   TianGong LCA database (7b497c8c mining, 60f15e3b beneficiation), MIT licence. Recovery of the
 *   same study: beneficiation 49.6 %, roasting 90 % and leaching 85 %, so 76.5 % together.
 * - Demo Mine South: 10 % REO in the ore and 40 % in the concentrate (published 8 to 12 % and about
 *   40 % for a lateritic monazite); distribution of the rare earths after the table of the USGS
 *   Minerals Yearbook; recovery 60 % and 88 %, within the typical bands of data/stages.json; thorium
 *   1,600 ppm in the concentrate, and uranium 30 ppm.
 */

/** Percent of TREO. */
const WEST = {
  La2O3: '28.23',
  CeO2: '49.28',
  Pr6O11: '5.08',
  Nd2O3: '15.44',
  Sm2O3: '1.16',
  Eu2O3: '0.23',
  Gd2O3: '0.58'
}
const SOUTH = {
  La2O3: '25.5',
  CeO2: '46.74',
  Pr6O11: '5.32',
  Nd2O3: '18.5',
  Sm2O3: '2.27',
  Eu2O3: '0.44',
  Gd2O3: '1.0',
  Tb4O7: '0.07',
  Dy2O3: '0.12'
}

/** Thorium beyond 1 Bq/g is handled under a licence. */
const LICENCE = paper('licence', 'S-RAD', 'Demo Radiation Authority')

export const mines: Chapter = {
  title: 'Two mines',
  deeds: [
    {
      actor: 'west',
      says: 'mines 120 t of bastnaesite ore at 4.1 % rare-earth oxide (125 t wet)',
      event: (at) => ({
        type: 'commission',
        time: at.day(1),
        facility: at.facility('west'),
        evidence: [paper('assay_certificate', 'W-ORE')],
        outputs: [
          {
            number: 'W-ORE',
            entry: 'mined',
            product: { class: 'ore', name: 'Bastnaesite ore' },
            mass: { value: '125', unit: 'TNE', basis: 'wet', moisturePct: '4' },
            assay: {
              basis: 'element',
              unit: 'P1',
              trace: ppm({ Th: '12', U: '<2' }),
              values: {
                Ce: '1.64',
                La: '0.984',
                Nd: '0.541',
                Pr: '0.172',
                Sm: '0.041',
                Eu: '0.00814',
                Gd: '0.0206'
              }
            }
          }
        ]
      })
    },
    {
      actor: 'west',
      says: 'floats it to 4 t of concentrate at 61 %; half stays in the tailings',
      event: (at) => ({
        type: 'transform',
        time: at.day(20),
        facility: at.facility('west'),
        stages: ['beneficiation'],
        inputs: [{ batch: named(at, 'west', 'W-ORE'), mass: kg('120000') }],
        outputs: [
          {
            number: 'W-CON',
            product: { class: 'concentrate', name: 'Bastnaesite concentrate' },
            mass: kg('4000'),
            assay: treo('60.8', WEST, ppm({ Th: '180', U: '<5' })),
            epd: at.epd('concentrate-west')
          }
        ],
        residues: [{ name: 'tailings', mass: kg('115800') }]
      })
    },
    {
      actor: 'west',
      says: 'roasts and leaches it: 4.13 t of mixed carbonate',
      event: (at) => ({
        type: 'transform',
        time: at.day(40),
        facility: at.facility('west'),
        stages: ['cracking_leaching'],
        inputs: [{ batch: named(at, 'west', 'W-CON'), mass: kg('4000') }],
        outputs: [
          {
            number: 'W-CAR',
            product: { class: 'mixed_carbonate', name: 'Mixed rare-earth carbonate' },
            mass: kg('4130'),
            assay: treo('45', WEST)
          }
        ]
      })
    },
    {
      actor: 'south',
      says: 'mines 30 t of weathered monazite ore at 10 %, with 400 ppm thorium',
      event: (at) => ({
        type: 'commission',
        time: at.day(5),
        facility: at.facility('south'),
        evidence: [paper('assay_certificate', 'S-ORE'), LICENCE],
        outputs: [
          {
            number: 'S-ORE',
            entry: 'mined',
            product: { class: 'ore', name: 'Weathered monazite ore' },
            mass: kg('30000'),
            assay: treo('10', SOUTH, ppm({ Th: '400', U: '8' }))
          }
        ]
      })
    },
    {
      actor: 'south',
      says: 'floats it to 4.5 t of concentrate at 40 %',
      event: (at) => ({
        type: 'transform',
        time: at.day(25),
        facility: at.facility('south'),
        stages: ['beneficiation'],
        evidence: [LICENCE],
        inputs: [{ batch: named(at, 'south', 'S-ORE'), mass: kg('30000') }],
        outputs: [
          {
            number: 'S-CON',
            product: { class: 'concentrate', name: 'Monazite concentrate' },
            mass: kg('4500'),
            assay: treo('40', SOUTH, ppm({ Th: '1600', U: '30' })),
            epd: at.epd('concentrate-south')
          }
        ],
        residues: [{ name: 'tailings', mass: kg('25400') }]
      })
    },
    {
      actor: 'south',
      says: 'cracks it: 3.52 t of mixed carbonate; the thorium stays in the residue',
      event: (at) => ({
        type: 'transform',
        time: at.day(45),
        facility: at.facility('south'),
        stages: ['cracking_leaching'],
        evidence: [LICENCE],
        inputs: [{ batch: named(at, 'south', 'S-CON'), mass: kg('4500') }],
        outputs: [
          {
            number: 'S-CAR',
            product: { class: 'mixed_carbonate', name: 'Mixed rare-earth carbonate' },
            mass: kg('3520'),
            assay: treo('45', SOUTH, ppm({ Th: '<5' }))
          }
        ],
        residues: [
          {
            name: 'water-leach purification residue',
            mass: kg('5000'),
            assay: { basis: 'element', unit: '59', values: { Th: '1400' } }
          }
        ]
      })
    }
  ]
}
