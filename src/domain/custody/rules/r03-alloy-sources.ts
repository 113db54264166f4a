import { compare } from '../../quantity/rational.ts'
import type { Draw } from '../draw.ts'
import type { BatchDeclaration } from '../event.ts'
import type { Review } from '../review.ts'
import type { ElementSource } from '../table.ts'
import { parameter, percentage } from './percentage.ts'
import type { Balance } from './r03-balance.ts'
import { magnetFamily } from './r04-grade.ts'
import { report } from './table.ts'

const NDFEB = 'NdFeB'

/**
 * R3: iron and boron are traced like the rare earths: a neodymium-iron-boron alloy names the batches
 * that brought them. Iron is outside the balance set, so the balance alone would not ask for it.
 */
export function reviewAlloySources(
  run: {
    readonly draws: readonly Draw[]
    readonly declarations: readonly BatchDeclaration[]
    readonly balance: Balance
  },
  review: Review
): void {
  const { alloySources } = review.reference.rules.r3
  const made = run.declarations.findIndex(({ product }, index) => {
    const content = run.balance.outputs[index]
    const family = review.reference.products.get(product.class)?.family ?? ''
    if (!content || !alloySources.families.includes(family)) return false
    return magnetFamily(content, review)?.id === NDFEB
  })
  if (made < 0) return
  const sources: [string, string, ElementSource][] = [
    ['iron', 'Fe', alloySources.iron],
    ['boron', 'B', alloySources.boron]
  ]
  for (const [name, symbol, source] of sources) {
    if (hasSource(symbol, source, run, review)) continue
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

function hasSource(
  symbol: string,
  source: ElementSource,
  run: { readonly draws: readonly Draw[]; readonly balance: Balance },
  review: Review
): boolean {
  const { rareEarths } = review.reference.chemistry
  return run.draws.some(({ batch }, index) => {
    const content = run.balance.inputs[index]
    if (source.classes.includes(batch.productClass)) return true
    if (!content) return false
    return compare(percentage(content, symbol, rareEarths), parameter(source.minimumPct)) >= 0
  })
}
