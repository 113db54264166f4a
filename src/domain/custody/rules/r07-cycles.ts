import type { Books } from '../books.ts'
import { findBatch } from '../books.ts'
import { partyAccounts } from '../draw.ts'
import type { TransformEvent } from '../event.ts'
import type { Review } from '../review.ts'
import { report } from './table.ts'

/**
 * R7: an output that is an input, or that an input was made from, would be its own ancestor. Only what
 * is or was in the hands of whoever acts is looked into: for the rest, it would tell what others made.
 */
export function reviewCycles(books: Books, event: TransformEvent, review: Review): void {
  const drawn = event.inputs.flatMap(({ batch: ref }) => {
    const batch = findBatch(books, ref)
    return batch && partyAccounts(books, batch.id, review.actor).length > 0 ? batch.id : []
  })
  const named = event.inputs.flatMap(({ batch }) => (typeof batch === 'string' ? batch : []))
  const ancestry = new Set([...named, ...withSources(books, drawn)])
  event.outputs.forEach((output, index) => {
    if (!ancestry.has(output.id)) return
    review.findings.push(
      report('GRAPH_CYCLE', {
        pointer: `/outputs/${index}/id`,
        message: 'A batch cannot be made from itself, or from what was made of it.',
        remedy:
          'Give the output an id of its own; where it is declared again, name the inputs that it was really made from.'
      })
    )
  })
}

function withSources(books: Books, drawn: readonly string[]): ReadonlySet<string> {
  const seen = new Set(drawn)
  for (const batch of seen) for (const source of books.sources.get(batch) ?? []) seen.add(source)
  return seen
}
