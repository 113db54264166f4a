import type { Chapter } from './deed.ts'
import { whole } from './document.ts'
import { alloying, metal } from './furnace.ts'
import { receives, ships } from './journey.ts'

export const ownAccount: Chapter = {
  title: 'Oxide to alloy, for the account of Demo Alloy',
  deeds: [
    {
      actor: 'alloy',
      says: 'makes 248 kg of metal from the Chinese oxide',
      event: (at) =>
        metal(at, {
          day: 160,
          number: 'A-MET2',
          oxides: [['alloy', 'A-OXCN', '300']],
          mass: '248',
          assay: whole({ Nd: '75.6', Pr: '23.8', O: '0.06', C: '0.03' })
        })
    },
    {
      actor: 'alloy',
      says: 'casts 800 kg of alloy from it',
      event: (at) =>
        alloying(at, {
          day: 164,
          number: 'A-ALY2',
          metal: ['A-MET2', '248'],
          others: [
            ['A-FE', '515'],
            ['A-FEB', '42']
          ],
          mass: '800',
          assay: whole({ Nd: '23.1', Pr: '7.25', B: '1.0', Fe: '68.3', O: '0.03', C: '0.02' })
        })
    },
    ships('separation', {
      name: 'oxide-alloy',
      day: 150,
      to: 'alloy',
      ownership: 'transferred',
      says: 'sells the other 124 kg of its oxide to Demo Alloy',
      lines: [{ from: 'separation', number: 'E-OX', mass: '124' }]
    }),
    receives('alloy', {
      shipment: 'oxide-alloy',
      day: 158,
      says: 'receives it',
      lines: [{ from: 'separation', number: 'E-OX', mass: '124' }]
    }),
    {
      actor: 'alloy',
      says: 'mixes it with the 60 kg without papers: 152 kg of metal',
      event: (at) =>
        metal(at, {
          day: 168,
          number: 'A-MET3',
          oxides: [
            ['separation', 'E-OX', '124'],
            ['alloy', 'A-OXNP', '60']
          ],
          mass: '152',
          assay: whole({ Nd: '76.3', Pr: '23.1', O: '0.06', C: '0.03' })
        })
    },
    {
      actor: 'alloy',
      says: 'casts 480 kg of alloy from it',
      event: (at) =>
        alloying(at, {
          day: 172,
          number: 'A-ALY3',
          metal: ['A-MET3', '152'],
          others: [
            ['A-FE', '304.5'],
            ['A-FEB', '25.2'],
            ['A-DY', '2.45']
          ],
          mass: '480',
          assay: whole({
            Nd: '23.75',
            Pr: '7.2',
            Dy: '0.5',
            B: '1.0',
            Fe: '67.3',
            O: '0.03',
            C: '0.02'
          })
        })
    },
    ships('alloy', {
      name: 'alloy-sold',
      day: 176,
      to: 'magnets',
      ownership: 'transferred',
      says: 'sells both alloys to Demo Magnets',
      lines: [
        { from: 'alloy', number: 'A-ALY2', mass: '800' },
        { from: 'alloy', number: 'A-ALY3', mass: '480' }
      ]
    }),
    receives('magnets', {
      shipment: 'alloy-sold',
      day: 181,
      says: 'receives both',
      lines: [
        { from: 'alloy', number: 'A-ALY2', mass: '800' },
        { from: 'alloy', number: 'A-ALY3', mass: '480' }
      ]
    })
  ]
}
