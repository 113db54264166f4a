import { UNSTATED } from '../product.ts'
import type { EpdRule } from '../review.ts'
import { report } from './table.ts'

/** E5: stage and product class are known, and the one makes the other. */
export const reviewProduct: EpdRule = ({ epd, reference }) => {
  const { stages, products } = reference
  const stage = stages.get(epd.product.stage)
  const product = products.get(epd.product.class)
  const findings = []
  if ([epd.product.stage, epd.product.class].includes(UNSTATED)) {
    findings.push(
      report('EPD_PRODUCT_UNSTATED', {
        pointer: '/product',
        message: 'The document does not say which stage and product of the chain it speaks of.',
        expected: 'a stage and a class; in ILCD as the classification Lodestone',
        remedy: 'It can be published and found; to cover batches it must name both.'
      })
    )
  }
  if (!stage && epd.product.stage !== UNSTATED) {
    findings.push(
      report('EPD_STAGE_UNKNOWN', {
        pointer: '/product/stage',
        message: `There is no stage ${epd.product.stage}.`,
        expected: [...stages.keys()].join(', '),
        actual: epd.product.stage,
        remedy: 'Write one of the stages, letter by letter.'
      })
    )
  }
  if (!product && epd.product.class !== UNSTATED) {
    findings.push(
      report('EPD_PRODUCT_UNKNOWN', {
        pointer: '/product/class',
        message: `There is no product class ${epd.product.class}.`,
        expected: [...products.keys()].join(', '),
        actual: epd.product.class,
        remedy: 'Write one of the product classes, letter by letter.'
      })
    )
  }
  // What is only bought has no stage that makes it; what is only moved keeps the one it had.
  const anyStage = stage?.order === null || product?.producedBy.length === 0
  if (!stage || !product || anyStage || product.producedBy.includes(stage.id)) return findings
  return [
    report('EPD_PRODUCT_STAGE', {
      pointer: '/product/class',
      message: `${stage.name} does not make ${product.name.toLowerCase()}.`,
      expected: product.producedBy.join(', '),
      actual: stage.id,
      remedy: 'The stage is the last one that the product went through.'
    })
  ]
}
