import type { Chapter } from './deed.ts'
import { receives, ships } from './journey.ts'

export const delivery: Chapter = {
  title: 'To the buyer',
  deeds: [
    ships('magnets', {
      name: 'delivery',
      day: 240,
      to: 'motors',
      ownership: 'transferred',
      says: 'sells magnets of all three batches to Demo Motors',
      lines: [
        { from: 'magnets', number: 'M-101', mass: '500' },
        { from: 'magnets', number: 'M-102', mass: '300' },
        { from: 'magnets', number: 'M-103', mass: '200' }
      ]
    }),
    receives('motors', {
      shipment: 'delivery',
      day: 252,
      says: 'receives them, and wants to know what it bought',
      lines: [
        { from: 'magnets', number: 'M-101', mass: '500' },
        { from: 'magnets', number: 'M-102', mass: '300' },
        { from: 'magnets', number: 'M-103', mass: '200' }
      ]
    })
  ]
}
