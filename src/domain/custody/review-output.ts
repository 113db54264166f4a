import type { Content } from './content.ts'
import type { BatchDeclaration, CustodyEvent } from './event.ts'
import type { Review } from './review.ts'
import { reviewGrade } from './rules/r04-grade.ts'
import { reviewNorm, reviewThoriumUranium } from './rules/r04-radioactivity.ts'
import { reviewPieces } from './rules/r06-pieces.ts'
import { reviewHeading } from './rules/r07-hs.ts'
import type { ProductFacts } from './table.ts'

/** What the rules ask of every new batch by what it is, whether it was commissioned or made. */
export function reviewNewBatch(
  of: {
    readonly event: CustodyEvent
    readonly declaration: BatchDeclaration
    readonly product: ProductFacts
    /** Null where it cannot be computed; the findings say why. */
    readonly content: Content | null
    readonly pointer: string
  },
  review: Review
): void {
  const { event, declaration, product, content, pointer } = of
  reviewHeading(declaration, product, pointer, review)
  if (!content) return
  reviewPieces(declaration, content, pointer, review)
  reviewThoriumUranium(declaration, pointer, review)
  reviewGrade({ declaration, product, content, pointer }, review)
  reviewNorm(content, { pointer: `${pointer}/assay`, evidence: event.evidence }, review)
}
