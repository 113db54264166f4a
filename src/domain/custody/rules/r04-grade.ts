import type { Rational } from '../../quantity/rational.ts'
import { add, compare, divide, ONE } from '../../quantity/rational.ts'
import type { Content } from '../content.ts'
import type { BatchDeclaration } from '../event.ts'
import type { Review } from '../review.ts'
import type { CompositionRanges, MagnetFacts, ProductFacts } from '../table.ts'
import { parameter } from './parameter.ts'
import { percentage, readable } from './percentage.ts'
import { report, reportLesser } from './table.ts'

interface Subject {
  readonly declaration: BatchDeclaration
  readonly product: ProductFacts
  readonly content: Content
  readonly pointer: string
}

/**
 * R4: a magnet, its powder and its alloy lie within the bounds of their family. The bounds are
 * percent of the uncoated magnet: where a coating may be on it, it may hold less of everything, and
 * what is usual is not asked.
 */
export function reviewGrade(subject: Subject, review: Review): void {
  const { grade } = review.reference.rules.r4
  const { family, id } = subject.product
  if (family === undefined || !grade.families.includes(family)) return
  const magnet = magnetFamily(subject.content, review)
  if (!magnet) return
  const coated = grade.coatedClasses.includes(id)
  const impossible = outside(magnet.hard, subject, { coated, review })
  for (const { name, range, actual } of impossible) {
    review.findings.push(report('GRADE_BOUNDS', told(subject, magnet, { name, range, actual })))
  }
  if (impossible.length > 0 || !grade.uncoatedClasses.includes(id)) return
  for (const unusual of outside(magnet.typical, subject, { coated, review })) {
    review.findings.push(reportLesser('GRADE_BOUNDS', told(subject, magnet, unusual)))
  }
}

/** The family of magnets that the content belongs to, if it is one that is known. */
export function magnetFamily(content: Content, review: Review): MagnetFacts | undefined {
  const { magnets, chemistry } = review.reference
  const holds = (symbol: string, least: string) =>
    compare(percentage(content, symbol, chemistry.rareEarths), parameter(least)) >= 0
  return magnets.find(
    ({ from, below }) =>
      Object.entries(from).every(([symbol, least]) => holds(symbol, least)) &&
      !Object.entries(below).some(([symbol, most]) => holds(symbol, most))
  )
}

interface Excess {
  readonly name: string
  readonly range: readonly string[]
  readonly actual: Rational
}

function outside(
  ranges: CompositionRanges,
  subject: Subject,
  { coated, review }: { readonly coated: boolean; readonly review: Review }
): Excess[] {
  const { chemistry, rules } = review.reference
  const dilution = coated ? add(ONE, parameter(rules.r5.coatingMassGain)) : ONE
  return Object.entries(ranges).flatMap(([name, range]) => {
    if (unassayed(name, subject)) return []
    const actual = percentage(subject.content, name, chemistry.rareEarths)
    const least = divide(parameter(range[0]), dilution)
    const within = compare(actual, least) >= 0 && compare(actual, parameter(range[1])) <= 0
    return within ? [] : [{ name, range, actual }]
  })
}

/** An element that the assay lists as null, or does not list where it is not complete. */
function unassayed(name: string, { declaration, content }: Subject): boolean {
  if (name === 'RE' || name.includes('+') || content.elements.has(name)) return false
  if (content.closedFor !== 'all') return true
  return declaration.assay !== 'inherited' && declaration.assay.values[name] === null
}

function told({ pointer, product }: Subject, magnet: MagnetFacts, { name, range, actual }: Excess) {
  const what = name === 'RE' ? 'rare earths' : name
  return {
    pointer: `${pointer}/assay`,
    message: `${product.name} of the family ${magnet.id} with ${readable(actual)} % ${what}.`,
    expected: `${range[0]} to ${range[1]} % ${what}, of the uncoated magnet`,
    actual: `${readable(actual)} %`,
    remedy: 'Check the assay, its unit and its basis, and the product class.'
  }
}
