import { compare, rational } from '../../quantity/rational.ts'
import type { Content } from '../content.ts'
import type { Review } from '../review.ts'
import { parameter } from './parameter.ts'
import { report } from './table.ts'

/**
 * R4, R16: where not every input states an element, nobody knows how much of it a blend holds, nor
 * where that comes from. Traces are passed over; that a lot loses its neodymium is told.
 */
export function reviewInherited(
  blend: Content,
  contents: readonly Content[],
  pointer: string,
  review: Review
): void {
  const { lineageElements, r5 } = review.reference.rules
  const least = parameter(r5.targetShare)
  const drawnUg = contents.reduce((sum, { massUg }) => sum + massUg, 0n)
  const lost = lineageElements.filter((element) => {
    const statedUg = contents.reduce((sum, { elements }) => sum + (elements.get(element) ?? 0n), 0n)
    return !blend.elements.has(element) && compare(rational(statedUg, drawnUg), least) >= 0
  })
  if (lost.length === 0) return
  review.findings.push(
    report('ASSAY_INHERITED_PART', {
      pointer: `${pointer}/assay`,
      message: `Not every input states ${lost.join(', ')}: how much of it the output holds is not known, nor where it comes from.`,
      expected: 'inputs that all state what most of the output is',
      actual: `${lost.join(', ')} stated by some of them`,
      remedy: 'State the assay of the output instead.'
    })
  )
}
