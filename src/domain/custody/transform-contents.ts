import { dryMass } from '../quantity/dry-mass.ts'
import type { Books } from './books.ts'
import { pooledClasses } from './campaign-flow.ts'
import type { Content } from './content.ts'
import { declaredContent, inheritedContent, residueContent } from './content.ts'
import type { Draw } from './draw.ts'
import type { BatchDeclaration, TransformEvent } from './event.ts'
import { knownOwner } from './new-batch.ts'
import type { Review } from './review.ts'
import { reviewNewBatch } from './review-output.ts'
import { reviewNorm } from './rules/r04-radioactivity.ts'
import { productOf, reviewOutput } from './rules/r07-stages.ts'
import { report } from './rules/table.ts'
import type { ProductFacts, StageFacts } from './table.ts'

/** What goes into the outputs of a transform, as far as it could be resolved. */
export interface Feed {
  readonly draws: readonly Draw[] | null
  /** Element masses of each draw. */
  readonly elements: readonly ReadonlyMap<string, bigint>[]
  readonly stages: readonly StageFacts[] | null
  /** For a campaign: the pools that its outputs come out of. */
  readonly pools?: readonly Draw[]
}

/** The content of each output, or null when one cannot be computed. */
export function outputContents(
  books: Books,
  event: TransformEvent,
  feed: Feed,
  review: Review
): readonly Content[] | null {
  const contents = event.outputs.map((declaration, index) =>
    outputContent(books, declaration, { event, feed, pointer: `/outputs/${index}` }, review)
  )
  return contents.every((content) => content !== null) ? contents : null
}

function outputContent(
  books: Books,
  declaration: BatchDeclaration,
  at: { readonly event: TransformEvent; readonly feed: Feed; readonly pointer: string },
  review: Review
): Content | null {
  const { event, feed, pointer } = at
  knownOwner(books, declaration.owner, pointer, review)
  const product = productOf(declaration, pointer, review)
  if (product && feed.stages) {
    const fed = feed.draws?.map((draw) => draw.batch.productClass)
    const classes = fed && new Set(pooledClasses(feed.pools ?? [], fed))
    reviewOutput({ declaration, product, pointer }, feed.stages, classes ?? null, review)
  }
  const content = contentOf(declaration, product, { feed, pointer }, review)
  if (product) reviewNewBatch({ event, declaration, product, content, pointer }, review)
  return content
}

function contentOf(
  declaration: BatchDeclaration,
  product: ProductFacts | null,
  { feed, pointer }: { readonly feed: Feed; readonly pointer: string },
  review: Review
): Content | null {
  if (declaration.assay !== 'inherited') {
    return product ? declaredContent(declaration, product, pointer, review) : null
  }
  if (feed.pools) {
    review.findings.push(
      report('ASSAY_INHERITED', {
        pointer: `${pointer}/assay`,
        message: 'What leaves a campaign has no composition to inherit.',
        remedy: 'State the assay of the output.'
      })
    )
    return null
  }
  if (!feed.draws) return null
  const changing = (feed.stages ?? []).filter((stage) => stage.changesComposition)
  return inheritedContent(
    declaration,
    { draws: feed.draws, elements: feed.elements },
    { changing: changing.map((stage) => stage.id), pointer },
    review
  )
}

export function residueContents(event: TransformEvent, review: Review): readonly Content[] | null {
  const contents = event.residues.map((residue, index) =>
    residueContent(residue, `/residues/${index}`, review)
  )
  contents.forEach((content, index) => {
    const at = { pointer: `/residues/${index}`, evidence: event.evidence }
    if (content) reviewNorm(content, at, review)
  })
  return contents.every((content) => content !== null) ? contents : null
}

/** Declared losses, as element masses. */
export function lossMasses(
  event: TransformEvent,
  review: Review
): ReadonlyMap<string, bigint> | null {
  const losses = new Map<string, bigint>()
  let readable = true
  event.losses.forEach((loss, index) => {
    const pointer = `/losses/${index}`
    const mass = dryMass(loss.mass, `${pointer}/mass`, review.reference.units)
    review.findings.push(...mass.findings)
    const known = review.reference.chemistry.elements.has(loss.element)
    if (!known) {
      review.findings.push(
        report('ELEMENT_UNKNOWN', {
          pointer: `${pointer}/element`,
          message: `${loss.element} is not the symbol of an element.`,
          expected: 'a symbol such as Nd, Dy or Fe',
          actual: loss.element,
          remedy: 'Write the symbol as the periodic table has it, its first letter a capital.'
        })
      )
    }
    if (!known || mass.ug === null) readable = false
    else losses.set(loss.element, (losses.get(loss.element) ?? 0n) + mass.ug)
  })
  return readable ? losses : null
}
