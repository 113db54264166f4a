import { commissionLineage } from '../lineage/commission.ts'
import type { Books } from './books.ts'
import type { Content } from './content.ts'
import { declaredContent, leftOpen } from './content.ts'
import type { Effect, NewBatch } from './effect.ts'
import type { CommissionEvent, CommissionedBatch } from './event.ts'
import { executionOf } from './execution.ts'
import { knownOwner, newBatch, openingPosting, reviewIdentity } from './new-batch.ts'
import type { Review } from './review.ts'
import { reviewNewBatch } from './review-output.ts'
import { reviewSignature } from './rules/r04-signature.ts'
import { reviewNamedEpd } from './rules/r07-epd.ts'
import type { Site } from './rules/r07-facility.ts'
import { knownCountry, mayPerform, siteOf } from './rules/r07-facility.ts'
import { productOf } from './rules/r07-stages.ts'
import { eventInstant } from './rules/r07-time.ts'
import { reviewAnnounced } from './rules/r13-corrective.ts'
import { reviewRecycledClaims } from './rules/r15-recycled.ts'
import { declaredParts } from './rules/r16-declared.ts'
import { report } from './rules/table.ts'
import type { ProductFacts } from './table.ts'

/** Batches enter the books without recorded inputs (custody.md, Events). */
export function applyCommission(
  books: Books,
  event: CommissionEvent,
  review: Review
): Effect | null {
  const atMs = eventInstant(event, review)
  const site = siteOf(books, event, review)
  reviewIdentity(books, event, review)
  reviewAnnounced(books, event, review)
  const made = event.outputs.map((batch, index) => {
    const pointer = `/outputs/${index}`
    knownOwner(books, batch.owner, pointer, review)
    const product = productOf(batch, pointer, review)
    if (product) reviewEntry(batch, product, { site, pointer }, review)
    const content = product ? contentOf(batch, product, pointer, review) : null
    if (product) {
      reviewNewBatch({ event, declaration: batch, product, content, pointer }, review)
    }
    if (content) reviewSignature(batch, content, pointer, review)
    const declared = declaredParts(batch, pointer, review)
    if (!content || !site || atMs === null) return null
    const stage = stageOf(batch)
    const execution = executionOf(event, site, stage ? [stage] : [], review.reference)
    const lineage = commissionLineage({
      batch,
      organization: review.actor,
      ...trackedElements(content, batch, review),
      declared,
      execution
    })
    const making = {
      event: event.id,
      facility: site.id,
      atMs,
      stage,
      disclosure: event.disclosure ?? ('chain' as const),
      status: 'clear' as const,
      custodyModel: batch.custodyModel ?? ('segregated' as const),
      lineage,
      gained: new Map<string, bigint>()
    }
    const material = materialOf(batch, stage, site)
    reviewNamedEpd(books, { declaration: batch, material, atMs, pointer }, review)
    const { custodyModel } = making
    reviewRecycledClaims({ declaration: batch, lineage, custodyModel, pointer }, review)
    return newBatch(batch, content, making, { actor: review.actor, books })
  })
  if (atMs === null || !made.every((batch) => batch !== null)) return null
  return {
    atMs,
    newBatches: made,
    postings: made.map((batch: NewBatch) =>
      openingPosting(batch, batch.declaration.owner ?? review.actor)
    ),
    draws: [],
    inputs: [],
    receivedLines: []
  }
}

function contentOf(
  batch: CommissionedBatch,
  product: ProductFacts,
  pointer: string,
  review: Review
): Content | null {
  if (batch.assay !== 'inherited') return declaredContent(batch, product, pointer, review)
  review.findings.push(
    report('ASSAY_INHERITED', {
      pointer: `${pointer}/assay`,
      message: 'A batch without recorded inputs has nothing to inherit an assay from.',
      remedy: 'State the assay.'
    })
  )
  return null
}

/** R7: the product may enter in this way, and what is mined is mined at a mine. */
function reviewEntry(
  batch: CommissionedBatch,
  product: ProductFacts,
  at: { readonly site: Site | null; readonly pointer: string },
  review: Review
): void {
  if (!product.entries.includes(batch.entry)) {
    review.findings.push(
      report('PRODUCT_ENTRY', {
        pointer: `${at.pointer}/entry`,
        message: `${product.name} does not enter the books as ${batch.entry}.`,
        expected: product.entries.join(', ') || 'no entry: it is made by a transform',
        actual: batch.entry,
        remedy:
          'State how it came in, record the transform where you made it, or check the product class.'
      })
    )
  }
  const stage = stageOf(batch)
  if (stage && at.site) mayPerform(at.site, stage, `${at.pointer}/entry`, review)
  if (batch.sourceCountry !== undefined) {
    knownCountry(batch.sourceCountry, `${at.pointer}/sourceCountry`, review)
  }
}

/** Where a bought batch was made is not known from where it entered the books. */
function materialOf(batch: CommissionedBatch, stage: string | null, site: Site) {
  const own = stage !== null
  return {
    stage,
    productClass: batch.product.class,
    facility: own ? site.id : null,
    country: own ? site.terms.country : null
  }
}

/** The stage that an entry stands for; buying is none. */
function stageOf(batch: CommissionedBatch): string | null {
  return batch.entry === 'mined' ? 'mining' : null
}

/**
 * What it holds, and what it may hold and has a history of its own: where that comes out later, it is
 * not of the history of the rest.
 */
function trackedElements(content: Content, batch: CommissionedBatch, review: Review) {
  const { rules, chemistry } = review.reference
  const told = new Set(batch.declared.map(({ element }) => element))
  const holds = (symbol: string) => (content.elements.get(symbol) ?? 0n) > 0n
  const mayHold = (symbol: string) =>
    told.has(symbol) && leftOpen(content, symbol, chemistry.rareEarths.has(symbol)) > 0n
  const elements = rules.lineageElements.filter(holds)
  const open = rules.lineageElements.filter((symbol) => !holds(symbol) && mayHold(symbol))
  return { elements, open }
}
