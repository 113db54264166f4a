import type { Review } from '../review.ts'
import type { StageFacts } from '../table.ts'
import { report } from './table.ts'

/**
 * R7: every stage but the last makes something that a later one takes; else a mandatory step between
 * them is skipped. Routes may run side by side and join. A campaign is asked for all that it did.
 */
export function reviewChain(stages: readonly StageFacts[], review: Review): void {
  const ordered = stages
    .filter((stage): stage is Ordered => stage.order !== null)
    .sort((a, b) => a.order - b.order)
  ordered.forEach((stage, index) => {
    const later = ordered.slice(index + 1)
    const [next] = later
    if (!next || later.some(({ id }) => linked(stage.id, id, review))) return
    review.findings.push(
      report('STEP_MISSING', {
        pointer: '/stages',
        message: `Nothing that ${stage.id} makes goes straight into ${next.id}: a step between is missing.`,
        expected: `${stage.id}, then a stage that makes what ${next.id} takes`,
        actual: ordered.map(({ id }) => id).join(', '),
        remedy: 'List every stage that the material went through, in order.'
      })
    )
  })
}

type Ordered = StageFacts & { readonly order: number }

function linked(before: string, after: string, { reference }: Review): boolean {
  return [...reference.products.values()].some(
    ({ producedBy, consumedBy }) => producedBy.includes(before) && consumedBy.includes(after)
  )
}
