import { Type } from 'typebox'

/** What every answer about the books says of the snapshot that it was computed in. */
export const stamp = {
  position: Type.Integer({ description: 'The last entry of the books that could be seen.' }),
  asOf: Type.String({
    description:
      'The time asked about; without one, the time of that entry. RFC 3339. Where states go by the calendar (EPDs), it is not before the start of today.'
  })
}

export const exampleStamp = { position: 1207, asOf: '2026-11-23T10:00:00.000Z' }
