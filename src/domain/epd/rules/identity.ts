import type { EpdRule } from '../review.ts'
import { report } from './table.ts'

/**
 * What stands where there is no id, and what stands behind the last one (RFC 9562 5.9 and 5.10): tools write
 * them into documents that nobody has given an id yet, and the first to send one would have it for ever.
 */
const OF_NOTHING: readonly string[] = [
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff'
]

/** E1: the id is that of a declaration. */
export const reviewIdentity: EpdRule = ({ epd: { id } }) => {
  if (!OF_NOTHING.includes(id)) return []
  return [
    report('EPD_ID', {
      pointer: '/id',
      message: 'This UUID names nothing: it stands where a document has no id.',
      expected: 'a UUID of its own, the same for all versions of the declaration',
      actual: id,
      remedy: 'Make one, and keep it for every later version.'
    })
  ]
}
