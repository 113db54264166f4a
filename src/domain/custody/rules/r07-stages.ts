import type { BatchState } from '../books.ts'
import type { BatchDeclaration } from '../event.ts'
import type { Review } from '../review.ts'
import type { ProductFacts, StageFacts } from '../table.ts'
import type { Site } from './r07-facility.ts'
import { mayPerform } from './r07-facility.ts'
import { report } from './table.ts'

/** R7: the stages are known, run forwards, and the facility may perform them. */
export function reviewStages(
  stages: readonly string[],
  site: Site | null,
  review: Review
): readonly StageFacts[] | null {
  const known: StageFacts[] = []
  stages.forEach((id, index) => {
    const stage = review.reference.stages.get(id)
    const pointer = `/stages/${index}`
    if (!stage) {
      review.findings.push(
        report('STAGE_UNKNOWN', {
          pointer,
          message: `There is no stage ${id}.`,
          expected: [...review.reference.stages.keys()].join(', '),
          actual: id,
          remedy:
            'Write the id of one of the stages, letter by letter: GET /v1/facilities/{id} has those of the facility.'
        })
      )
      return
    }
    const before = known.at(-1)
    if (before && !follows(before, stage)) {
      review.findings.push(
        report('STAGE_ORDER', {
          pointer,
          message: `${stage.id} does not come after ${before.id}.`,
          remedy: 'List the stages in the order in which the material went through them.'
        })
      )
    }
    if (site) mayPerform(site, id, pointer, review)
    known.push(stage)
  })
  return known.length === stages.length ? known : null
}

function follows(before: StageFacts, after: StageFacts): boolean {
  return before.order === null || after.order === null || after.order > before.order
}

/** The stages that change something; storage, transport and trade only where there is nothing else. */
export function working(stages: readonly StageFacts[]): readonly StageFacts[] {
  const changing = stages.filter(({ order }) => order !== null)
  return changing.length > 0 ? changing : stages
}

/** R7: each input is something that one of the stages takes; storage beside them skips no step. */
export function reviewInput(
  batch: BatchState,
  stages: readonly StageFacts[],
  pointer: string,
  review: Review
): void {
  const product = review.reference.products.get(batch.productClass)
  const takers = working(stages)
  if (!product || takers.some((stage) => takes(stage, product))) return
  const first = takers[0]
  const rank = rankOf(batch, product, review)
  const skips = rank !== null && first?.order !== null && first !== undefined && rank < first.order
  review.findings.push(
    report(skips ? 'STEP_MISSING' : 'STAGE_ORDER', {
      pointer,
      message: skips
        ? `${product.name} cannot go straight into ${first.id}: a step between is missing.`
        : `${product.name} is not what ${stages.map((stage) => stage.id).join(', ')} takes.`,
      expected: product.consumedBy.join(', ') || 'no further stage',
      actual: stages.map((stage) => stage.id).join(', '),
      remedy: skips
        ? 'Record the missing step as its own event, or list its stage in this one.'
        : 'Check the batch, its product class and the stages.'
    })
  )
}

/** Where on the chain the material stands: its last stage, for a bought one those that make it. */
function rankOf(batch: BatchState, product: ProductFacts, review: Review): number | null {
  const stages = batch.stage === null ? product.producedBy : [batch.stage]
  const orders = stages.flatMap((stage) => review.reference.stages.get(stage)?.order ?? [])
  return orders.length === 0 ? null : Math.max(...orders)
}

function takes(stage: StageFacts, product: ProductFacts): boolean {
  return stage.order === null || product.consumedBy.includes(stage.id)
}

/** R7: the product class exists. */
export function productOf(
  declaration: BatchDeclaration,
  pointer: string,
  review: Review
): ProductFacts | null {
  const product = review.reference.products.get(declaration.product.class)
  if (product) return product
  review.findings.push(
    report('PRODUCT_UNKNOWN', {
      pointer: `${pointer}/product/class`,
      message: `There is no product class ${declaration.product.class}.`,
      expected: [...review.reference.products.keys()].join(', '),
      actual: declaration.product.class,
      remedy: 'Write one of the product classes, letter by letter.'
    })
  )
  return null
}

/** R7: the last stage makes the main products, any of the stages a co-product. */
export function reviewOutput(
  output: {
    readonly declaration: BatchDeclaration
    readonly product: ProductFacts
    readonly pointer: string
  },
  stages: readonly StageFacts[],
  /** Null where an input is not known; then storage is taken at its word. */
  inputClasses: ReadonlySet<string> | null,
  review: Review
): void {
  const { declaration, product, pointer } = output
  const workers = working(stages)
  const makers = declaration.role === 'main' ? workers.slice(-1) : workers
  const made = makers.some((stage) =>
    stage.order === null
      ? (inputClasses?.has(product.id) ?? true)
      : product.producedBy.includes(stage.id)
  )
  const mixed = makers.every(({ order }) => order === null) && (inputClasses?.size ?? 0) > 1
  if (made && mixed) review.findings.push(severalProducts(pointer, inputClasses))
  if (made) return
  review.findings.push(
    report('PRODUCT_STAGE', {
      pointer: `${pointer}/product/class`,
      message: `${makers.map((stage) => stage.id).join(', ')} does not make ${product.name}.`,
      expected: product.producedBy.join(', ') || 'no stage: it enters by commission',
      actual: makers.map((stage) => stage.id).join(', '),
      remedy: 'Check the product class and the stages; a co-product says role co_product.'
    })
  )
}

/** In a store nothing becomes something else, and a spoon of metal makes no metal of an oxide. */
function severalProducts(pointer: string, classes: ReadonlySet<string> | null) {
  return report('PRODUCT_STAGE', {
    pointer: `${pointer}/product/class`,
    message: 'Storage, transport and trade pass one product unchanged; several go in.',
    expected: 'inputs of one product class',
    actual: [...(classes ?? [])].sort().join(', '),
    remedy: 'Record an event for each product; where they become one, name the stage that does it.'
  })
}
