import type { Chapter } from './deed.ts'
import { declared, kg, type Setting, whole } from './document.ts'

const IRON = { mined: 'SE', refined: 'SE', metal: 'SE' }
const BORON = { mined: 'TR', refined: 'TR', metal: 'IN' }
const FEB_IRON = { mined: 'IN', refined: 'IN', metal: 'IN' }
const DYSPROSIUM = { mined: 'BR', refined: 'BR', separated: 'FR', metal: 'JP' }
const CHINESE = { mined: 'CN', refined: 'CN', separated: 'CN' }

const NDPR_OXIDE = {
  basis: 'oxide',
  unit: 'P1',
  complete: true,
  values: { Nd2O3: '75.0', Pr6O11: '24.5' }
}

export const purchases: Chapter = {
  title: 'What comes from outside, with and without papers',
  deeds: [
    {
      actor: 'alloy',
      says: 'buys iron (SE), ferroboron (TR, IN), dysprosium (BR, FR, JP), with papers',
      event: (at) => ({
        type: 'commission',
        time: at.day(112),
        facility: at.facility('alloy'),
        outputs: [
          {
            number: 'A-FE',
            entry: 'purchased',
            product: { class: 'iron', name: 'Electrolytic iron' },
            mass: kg('2500'),
            assay: whole({ Fe: '99.9', C: '0.01' }),
            declared: declared('*', IRON, 'iron')
          },
          {
            number: 'A-FEB',
            entry: 'purchased',
            product: { class: 'ferroboron', name: 'Ferroboron 19 %' },
            mass: kg('200'),
            assay: whole({ B: '19.2', Fe: '79.6', Si: '0.6', C: '0.3' }),
            declared: [
              ...declared('B', BORON, 'ferroboron'),
              ...declared('*', FEB_IRON, 'ferroboron')
            ]
          },
          {
            number: 'A-DY',
            entry: 'purchased',
            product: { class: 'ree_metal', name: 'Dysprosium metal 99.5 %' },
            mass: kg('20'),
            assay: whole({ Dy: '99.5' }),
            declared: declared('*', DYSPROSIUM, 'dysprosium')
          }
        ]
      })
    },
    {
      actor: 'alloy',
      says: 'buys 300 kg NdPr oxide from China, with a certificate of origin',
      event: (at) => oxide(at, 'A-OXCN', '300', declared('*', CHINESE, 'oxide from China'))
    },
    {
      actor: 'alloy',
      says: 'buys 60 kg NdPr oxide from a trader, without any papers',
      event: (at) => oxide(at, 'A-OXNP', '60', [])
    }
  ]
}

function oxide(at: Setting, number: string, mass: string, history: readonly object[]) {
  return {
    type: 'commission',
    time: at.day(114),
    facility: at.facility('alloy'),
    outputs: [
      {
        number,
        entry: 'purchased',
        product: { class: 'separated_oxide', name: 'NdPr oxide' },
        mass: kg(mass),
        assay: NDPR_OXIDE,
        ...(history.length > 0 ? { declared: history } : {})
      }
    ]
  }
}
