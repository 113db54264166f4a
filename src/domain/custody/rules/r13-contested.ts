import type { Finding } from '../../finding.ts'
import { report } from './table.ts'

/** R13: what everybody is told who holds a batch that a correction put in doubt. */
export function contestedBatch(): Finding {
  return report('BATCH_CONTESTED', {
    pointer: '',
    message: 'A batch that you hold is contested by a correction upstream.',
    remedy: 'It is left out of verified claims until whoever made it settles the correction.'
  })
}
