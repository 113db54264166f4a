import type { Chapter } from './deed.ts'
import { kg, named, paper, whole } from './document.ts'
import { machines, sinters } from './magnet-works.ts'

export const sintering: Chapter = {
  title: 'Three magnet batches',
  deeds: [
    sinters('makes 960 kg of sintered block from its own alloy', {
      day: 190,
      number: 'M-BLK1',
      inputs: [['alloy', 'A-ALY1', '1000']],
      stages: ['powder', 'press_sinter'],
      mass: '960',
      assay: whole({ Nd: '23.3', Pr: '6.9', Dy: '1.0', B: '1.0', Fe: '67.3', O: '0.35', C: '0.07' })
    }),
    machines('machines, coats and magnetizes it: 678 kg of magnets, batch M-101', {
      day: 200,
      number: 'M-101',
      block: ['M-BLK1', '960'],
      mass: '678',
      count: 56500,
      assay: whole({
        Nd: '23.05',
        Pr: '6.83',
        Dy: '0.99',
        B: '0.99',
        Fe: '66.6',
        O: '0.6',
        C: '0.8'
      }),
      epd: 'magnet',
      swarf: ['285', { Nd: '22', Pr: '6.5', Dy: '0.94', B: '0.94', Fe: '63.5' }]
    }),
    sinters('makes 768 kg of block from the alloy of Chinese oxide', {
      day: 204,
      number: 'M-BLK2',
      inputs: [['alloy', 'A-ALY2', '800']],
      stages: ['powder', 'press_sinter'],
      mass: '768',
      assay: whole({ Nd: '23.0', Pr: '7.2', B: '1.0', Fe: '68.1', O: '0.35', C: '0.07' })
    }),
    machines('makes 542 kg of magnets of it, batch M-102', {
      day: 212,
      number: 'M-102',
      block: ['M-BLK2', '768'],
      mass: '542',
      count: 45160,
      assay: whole({ Nd: '22.75', Pr: '7.13', B: '0.99', Fe: '67.4', O: '0.6', C: '0.8' }),
      epd: 'magnet',
      swarf: ['228', { Nd: '22', Pr: '6.8', B: '0.95', Fe: '64' }]
    }),
    {
      actor: 'magnets',
      says: 'takes in 300 kg of magnets from old hard disks, collected in Germany',
      event: (at) => ({
        type: 'commission',
        time: at.day(205),
        facility: at.facility('magnets'),
        evidence: [paper('collection_note', 'M-SCRAP', 'Demo Collection')],
        outputs: [
          {
            number: 'M-SCRAP',
            entry: 'post_consumer_scrap',
            sourceCountry: 'DE',
            product: { class: 'magnet_scrap', name: 'Hard disk magnets, nickel plated' },
            mass: kg('300'),
            assay: whole({
              Nd: '22.5',
              Pr: '6.2',
              Dy: '1.6',
              B: '0.95',
              Fe: '64.5',
              Co: '0.9',
              Ni: '2.4',
              O: '0.4'
            })
          }
        ]
      })
    },
    {
      actor: 'magnets',
      says: 'turns them into 262 kg of powder with hydrogen',
      event: (at) => ({
        type: 'transform',
        time: at.day(210),
        facility: at.facility('magnets'),
        stages: ['hpms'],
        inputs: [{ batch: named(at, 'magnets', 'M-SCRAP'), mass: kg('300') }],
        outputs: [
          {
            number: 'M-RCP',
            product: { class: 'recycled_powder', name: 'Recycled NdFeB powder' },
            mass: kg('262'),
            assay: whole({
              Nd: '22.9',
              Pr: '6.3',
              Dy: '1.62',
              B: '0.97',
              Fe: '66.0',
              Co: '0.9',
              Ni: '<0.05',
              O: '0.4',
              H: '0.4'
            })
          }
        ],
        residues: [
          {
            name: 'nickel flakes',
            mass: kg('8'),
            assay: { basis: 'element', unit: 'P1', values: { Ni: '85' } }
          }
        ]
      })
    },
    {
      actor: 'magnets',
      says: 'jet-mills the alloy with the oxide without papers: 470 kg of powder',
      event: (at) => ({
        type: 'transform',
        time: at.day(214),
        facility: at.facility('magnets'),
        stages: ['powder'],
        inputs: [{ batch: named(at, 'alloy', 'A-ALY3'), mass: kg('480') }],
        outputs: [
          {
            number: 'M-POW',
            product: { class: 'powder', name: 'NdFeB powder' },
            mass: kg('470'),
            assay: whole({
              Nd: '23.7',
              Pr: '7.15',
              Dy: '0.5',
              B: '1.0',
              Fe: '67.1',
              O: '0.3',
              C: '0.03'
            })
          }
        ]
      })
    },
    sinters('presses both powders together: 714 kg of block', {
      day: 220,
      number: 'M-BLK3',
      inputs: [
        ['magnets', 'M-POW', '470'],
        ['magnets', 'M-RCP', '262']
      ],
      stages: ['press_sinter'],
      mass: '714',
      assay: whole({
        Nd: '23.3',
        Pr: '6.8',
        Dy: '0.9',
        B: '0.99',
        Fe: '66.6',
        Co: '0.32',
        O: '0.5',
        C: '0.05'
      })
    }),
    machines('makes 504 kg of magnets of it, batch M-103', {
      day: 230,
      number: 'M-103',
      block: ['M-BLK3', '714'],
      mass: '504',
      count: 42000,
      assay: whole({
        Nd: '23.05',
        Pr: '6.73',
        Dy: '0.89',
        B: '0.98',
        Fe: '65.9',
        Co: '0.31',
        O: '0.75',
        C: '0.8'
      }),
      swarf: ['212', { Nd: '22', Pr: '6.4', Dy: '0.8', B: '0.93', Fe: '63', Co: '0.3' }]
    })
  ]
}
