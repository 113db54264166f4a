import type { Chapter } from './deed.ts'
import { kg, named, paper, treo } from './document.ts'
import { receives, ships } from './journey.ts'

/*
 * Where the figures come from: recovery 95 %, within the typical band of data/stages.json (88 to
 * 99.5 %); one kilogram of neodymium oxide beside 3.87 kg of other oxides and the economic
 * allocation 0.52 to 0.48 after Sprecher et al. 2014 (TianGong 0711c928 solvent extraction).
 */
export const separation: Chapter = {
  title: 'One separation plant blends them',
  deeds: [
    ships('west', {
      name: 'carbonate-west',
      day: 50,
      to: 'separation',
      ownership: 'transferred',
      says: 'sells the carbonate to Demo Separation',
      lines: [{ from: 'west', number: 'W-CAR', mass: '4130' }]
    }),
    ships('south', {
      name: 'carbonate-south',
      day: 52,
      to: 'separation',
      ownership: 'transferred',
      says: 'sells the carbonate to Demo Separation',
      lines: [{ from: 'south', number: 'S-CAR', mass: '3520' }]
    }),
    receives('separation', {
      shipment: 'carbonate-west',
      day: 78,
      says: 'receives 3.5 kg less than Demo Mine West shipped: booked as transit loss',
      lines: [{ from: 'west', number: 'W-CAR', mass: '4126.5' }]
    }),
    receives('separation', {
      shipment: 'carbonate-south',
      day: 84,
      says: 'receives the carbonate of Demo Mine South',
      lines: [{ from: 'south', number: 'S-CAR', mass: '3520' }]
    }),
    {
      actor: 'separation',
      says: 'blends and separates: 724 kg NdPr oxide, La-Ce carbonate, SEG concentrate',
      event: (at) => ({
        type: 'transform',
        time: at.day(110),
        facility: at.facility('separation'),
        stages: ['separation'],
        evidence: [paper('assay_certificate', 'E-OX')],
        inputs: [
          { batch: named(at, 'west', 'W-CAR'), mass: kg('4126.5') },
          { batch: named(at, 'south', 'S-CAR'), mass: kg('3520') }
        ],
        outputs: [
          {
            number: 'E-OX',
            product: { class: 'separated_oxide', name: 'NdPr oxide 99.5 %' },
            mass: kg('724'),
            assay: {
              basis: 'oxide',
              unit: 'P1',
              complete: true,
              values: { Nd2O3: '76.0', Pr6O11: '23.4', CeO2: '0.08', La2O3: '0.05' }
            },
            hsCode: '2846.90',
            epd: at.epd('oxide'),
            allocation: { method: 'economic', share: '0.52' }
          },
          {
            number: 'E-LACE',
            role: 'co_product',
            product: { class: 'ree_carbonate', name: 'Lanthanum-cerium carbonate' },
            mass: kg('5450'),
            assay: treo('45', { La2O3: '35.9', CeO2: '64.1' }),
            allocation: { method: 'economic', share: '0.42' }
          },
          {
            number: 'E-SEG',
            role: 'co_product',
            product: { class: 'seg_concentrate', name: 'SEG+ concentrate' },
            mass: kg('95'),
            assay: treo('93', {
              Sm2O3: '58.5',
              Eu2O3: '11.4',
              Gd2O3: '27.0',
              Tb4O7: '1.1',
              Dy2O3: '1.9'
            }),
            allocation: { method: 'economic', share: '0.06' }
          }
        ]
      })
    }
  ]
}
