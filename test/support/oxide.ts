import { randomUUID } from 'node:crypto'
import { kg, oxides } from './books.ts'

/** An event that anybody could send: 700 kg of NdPr oxide were bought. */
export function oxideBought(facility: string) {
  return {
    id: randomUUID(),
    type: 'commission',
    time: '2026-09-02T06:00:00Z',
    facility,
    outputs: [
      {
        id: randomUUID(),
        product: { class: 'separated_oxide', name: 'NdPr oxide' },
        entry: 'purchased',
        mass: kg('700'),
        assay: oxides({ Nd2O3: '73.24', Pr6O11: '26.24' })
      }
    ]
  }
}
