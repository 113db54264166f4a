import { compare } from '../../quantity/rational.ts'
import type { Content } from '../content.ts'
import type { Draw } from '../draw.ts'
import type { BatchDeclaration } from '../event.ts'
import type { Review } from '../review.ts'
import type { ElementSource } from '../table.ts'
import { parameter } from './parameter.ts'
import { percentage } from './percentage.ts'
import { magnetFamily } from './r04-grade.ts'
import { report } from './table.ts'

const NDFEB = 'NdFeB'

/** The elements that an alloy needs a source of, among what these inputs bring; sorted. */
export function alloySourcesOf(
  draws: readonly Draw[],
  contents: readonly Content[],
  review: Review
): readonly string[] {
  return elementSources(review).flatMap(({ symbol, source }) =>
    hasSource(symbol, source, { draws, contents }, review) ? symbol : []
  )
}

/**
 * R3: iron and boron are traced like the rare earths: a neodymium-iron-boron alloy names the batches
 * that brought them. Iron is outside the balance set, so the balance alone would not ask for it.
 */
export function reviewAlloySources(
  run: {
    readonly declarations: readonly BatchDeclaration[]
    readonly outputs: readonly Content[]
    /** Elements of which there is a source, in a campaign also of earlier events. */
    readonly sources: readonly string[]
  },
  review: Review
): void {
  const { families } = review.reference.rules.r3.alloySources
  const made = run.declarations.findIndex(({ product }, index) => {
    const content = run.outputs[index]
    const family = review.reference.products.get(product.class)?.family ?? ''
    if (!content || !families.includes(family)) return false
    return magnetFamily(content, review)?.id === NDFEB
  })
  if (made < 0) return
  for (const { name, symbol, source } of elementSources(review)) {
    if (run.sources.includes(symbol)) continue
    review.findings.push(
      report('FEBO_ORIGIN', {
        pointer: '/inputs',
        message: `Output ${made + 1} is a neodymium-iron-boron alloy, but no input brings ${name}.`,
        expected: `a batch with at least ${source.minimumPct} % ${symbol}`,
        remedy: `Commission the ${name} that was melted in, with what is known of its origin, and name it as an input.`
      })
    )
  }
}

function elementSources({ reference }: Review) {
  const { iron, boron } = reference.rules.r3.alloySources
  return [
    { name: 'iron', symbol: 'Fe', source: iron },
    { name: 'boron', symbol: 'B', source: boron }
  ]
}

function hasSource(
  symbol: string,
  source: ElementSource,
  fed: { readonly draws: readonly Draw[]; readonly contents: readonly Content[] },
  review: Review
): boolean {
  const { rareEarths } = review.reference.chemistry
  return fed.draws.some(({ batch }, index) => {
    const content = fed.contents[index]
    if (source.classes.includes(batch.productClass)) return true
    if (!content) return false
    return compare(percentage(content, symbol, rareEarths), parameter(source.minimumPct)) >= 0
  })
}
