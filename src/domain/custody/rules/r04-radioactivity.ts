import { parseAmount } from '../../chemistry/amount.ts'
import { compoundOf } from '../../chemistry/formula.ts'
import { compare, multiply, rational } from '../../quantity/rational.ts'
import type { Content } from '../content.ts'
import type { Assay, BatchDeclaration, Evidence } from '../event.ts'
import type { Review } from '../review.ts'
import { parameter } from './parameter.ts'
import { readable } from './percentage.ts'
import { report } from './table.ts'

const SERIES = ['Th', 'U'] as const

/** R4: concentrates, and ores of minerals that hold thorium, state thorium and uranium. */
export function reviewThoriumUranium(
  declaration: BatchDeclaration,
  pointer: string,
  review: Review
): void {
  const { assay, product } = declaration
  if (assay === 'inherited' || !asked(product, review)) return
  const missing = SERIES.filter((symbol) => !states(assay, symbol, review))
  if (missing.length === 0) return
  review.findings.push(
    report('TH_U_MISSING', {
      pointer: `${pointer}/assay`,
      message: `${product.name} is not assayed for ${missing.join(' and ')}.`,
      expected: 'Th and U, a value or a bound such as <5, for instance in `trace` in ppm (59)',
      actual: `no ${missing.join(', ')}`,
      remedy: 'Add the figures of the laboratory; null means not assayed and does not do here.'
    })
  )
}

function asked({ class: id, name }: BatchDeclaration['product'], review: Review): boolean {
  const { classes, mineralClasses, minerals } = review.reference.rules.r4.radioactivity
  if (classes.includes(id)) return true
  return mineralClasses.includes(id) && minerals.some((each) => name.toLowerCase().includes(each))
}

function states(assay: Assay, symbol: string, review: Review): boolean {
  const { chemistry } = review.reference
  const lines = [...Object.entries(assay.values), ...Object.entries(assay.trace?.values ?? {})]
  return lines.some(
    ([formula, value]) =>
      value !== null &&
      parseAmount(value) !== null &&
      (compoundOf(formula, chemistry)?.atoms.has(symbol) ?? false)
  )
}

/**
 * R12: beyond the exemption of a natural series (Th-232 or U-238, each by the activity of the
 * parent), the event refers to a licence.
 */
export function reviewNorm(
  content: Content,
  at: { readonly pointer: string; readonly evidence: readonly Evidence[] },
  review: Review
): void {
  const { becquerelPerMilligram, licenceAboveBqPerGram, licenceEvidence } =
    review.reference.rules.r4.radioactivity
  if (at.evidence.some(({ kind }) => kind === licenceEvidence)) return
  for (const symbol of SERIES) {
    const share = rational(content.elements.get(symbol) ?? 0n, content.massUg)
    const activity = multiply(share, multiply(parameter(becquerelPerMilligram[symbol]), THOUSAND))
    if (compare(activity, parameter(licenceAboveBqPerGram)) <= 0) continue
    review.findings.push(
      report('NORM_THRESHOLD', {
        pointer: at.pointer,
        message: `The ${symbol} series has ${readable(activity)} Bq/g, and no licence is referred to.`,
        expected: `at most ${licenceAboveBqPerGram} Bq/g, or an evidence of kind ${licenceEvidence}`,
        actual: `${readable(activity)} Bq/g`,
        remedy: `Add an evidence of kind \`${licenceEvidence}\` that names the licence and who issued it.`
      })
    )
  }
}

/** Milligrams in a gram. */
const THOUSAND = rational(1000n)
