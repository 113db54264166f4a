import type { BatchDeclaration } from '../event.ts'
import type { Review } from '../review.ts'
import type { ProductFacts } from '../table.ts'
import { report } from './table.ts'

/** R7: the stated heading is one of those that the product belongs to; an empty list fits every one. */
export function reviewHeading(
  declaration: BatchDeclaration,
  product: ProductFacts,
  pointer: string,
  review: Review
): void {
  const { hsCode } = declaration
  if (hsCode === undefined || product.hs.length === 0) return
  const digits = hsCode.replaceAll('.', '')
  if (product.hs.some((heading) => digits.startsWith(heading) || heading.startsWith(digits))) return
  review.findings.push(
    report('HS_STAGE', {
      pointer: `${pointer}/hsCode`,
      message: `The heading ${hsCode} of the Harmonized System does not cover ${product.name}.`,
      expected: product.hs.map(dotted).join(', '),
      actual: hsCode,
      remedy:
        'Check the heading and the product class; leave the heading out where it is not known.'
    })
  )
}

/** 284690 as people write it. */
function dotted(heading: string): string {
  return heading.length > 4 ? `${heading.slice(0, 4)}.${heading.slice(4)}` : heading
}
