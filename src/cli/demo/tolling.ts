import type { Chapter } from './deed.ts'
import { whole } from './document.ts'
import { alloying, metal } from './furnace.ts'
import { receives, ships } from './journey.ts'

/** Demo Magnets stays the owner of what Demo Alloy works on. */
export const tolling: Chapter = {
  title: 'Oxide to alloy, for the account of Demo Magnets',
  deeds: [
    ships('separation', {
      name: 'oxide-magnets',
      day: 118,
      to: 'magnets',
      ownership: 'transferred',
      says: 'sells 600 of its 724 kg to Demo Magnets: a partial shipment',
      lines: [{ from: 'separation', number: 'E-OX', mass: '600' }]
    }),
    receives('magnets', {
      shipment: 'oxide-magnets',
      day: 124,
      says: 'receives the oxide',
      lines: [{ from: 'separation', number: 'E-OX', mass: '600' }]
    }),
    ships('magnets', {
      name: 'oxide-toll',
      day: 126,
      to: 'alloy',
      ownership: 'retained',
      says: 'sends it to Demo Alloy to be made into alloy, and stays the owner (tolling)',
      lines: [{ from: 'separation', number: 'E-OX', mass: '600' }]
    }),
    receives('alloy', {
      shipment: 'oxide-toll',
      day: 130,
      says: 'receives the oxide of Demo Magnets',
      lines: [{ from: 'separation', number: 'E-OX', mass: '600' }]
    }),
    {
      actor: 'alloy',
      says: 'claims 500 kg of metal out of 500 kg of oxide',
      refused: true,
      event: (at) =>
        metal(at, {
          day: 140,
          number: 'A-WRONG',
          oxides: [['separation', 'E-OX', '500']],
          mass: '500',
          assay: whole({ Nd: '76.8', Pr: '22.8', O: '0.05', C: '0.03' })
        })
    },
    {
      actor: 'alloy',
      says: 'electrolyzes 600 kg of oxide to 495 kg of metal (97 %)',
      event: (at) =>
        metal(at, {
          day: 140,
          number: 'A-MET1',
          oxides: [['separation', 'E-OX', '600']],
          mass: '495',
          assay: whole({ Nd: '76.8', Pr: '22.8', O: '0.05', C: '0.03' })
        })
    },
    {
      actor: 'alloy',
      says: 'casts it with iron, ferroboron and dysprosium: 1,600 kg for Demo Magnets',
      event: (at) =>
        alloying(at, {
          day: 146,
          number: 'A-ALY1',
          metal: ['A-MET1', '495'],
          others: [
            ['A-FE', '1020'],
            ['A-FEB', '84'],
            ['A-DY', '16.3']
          ],
          mass: '1600',
          assay: whole({
            Nd: '23.4',
            Pr: '6.95',
            Dy: '1.0',
            B: '1.0',
            Fe: '67.5',
            O: '0.03',
            C: '0.02'
          }),
          owner: at.organization('magnets')
        })
    },
    ships('alloy', {
      name: 'alloy-toll',
      day: 150,
      to: 'magnets',
      ownership: 'retained',
      says: 'returns 1,000 of the 1,600 kg of alloy to its owner',
      lines: [{ from: 'alloy', number: 'A-ALY1', mass: '1000' }]
    }),
    receives('magnets', {
      shipment: 'alloy-toll',
      day: 155,
      says: 'receives its alloy',
      lines: [{ from: 'alloy', number: 'A-ALY1', mass: '1000' }]
    })
  ]
}
