import type { Finding } from '../../finding.ts'
import type { Draw } from '../draw.ts'
import type { Review } from '../review.ts'
import { report, reportLesser } from './table.ts'

/** R13: what everybody is told who holds a batch that a correction put in doubt. */
export function contestedBatch(): Finding {
  return report('BATCH_CONTESTED', {
    pointer: '',
    message: 'A batch that you hold is contested by a correction upstream.',
    remedy: 'It is left out of verified claims until whoever made it settles the correction.'
  })
}

/**
 * R13: what is made of a contested input is contested with it. Whoever uses one is told and not refused,
 * since the material was used; who used it before it was contested has an error to settle.
 */
export function reviewContestedInputs(
  draws: readonly Draw[],
  review: Review,
  when: 'recorded' | 'evaluated again'
): void {
  for (const { batch, pointer } of draws) {
    if (batch.status !== 'contested') continue
    const at = batch.pool ? '/campaign' : `${pointer}/batch`
    const name = batch.pool
      ? `The campaign ${batch.productName}`
      : `Batch ${batch.number ?? batch.id}`
    review.findings.push(
      when === 'recorded'
        ? reportLesser('INPUT_CONTESTED', {
            pointer: at,
            message: `${name} is contested, and so is what is made of it.`,
            remedy: REMEDY
          })
        : report('INPUT_CONTESTED', {
            pointer: at,
            message: `${name} is contested by a correction upstream.`,
            remedy: REMEDY
          })
    )
  }
}

const REMEDY =
  'Whoever made it corrects its event, or records the one that its correction announced; then this is lifted. Where there is none, correct this event.'
