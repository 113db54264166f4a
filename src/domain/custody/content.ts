import { elementContent } from '../chemistry/assay.ts'
import type { Finding } from '../finding.ts'
import { dryMass } from '../quantity/dry-mass.ts'
import { sumMass } from '../quantity/mass.ts'
import type { Rational } from '../quantity/rational.ts'
import { add, compare, multiply, parseDecimal, roundHalfEven } from '../quantity/rational.ts'
import type { Reference } from '../reference.ts'
import type { AssayClosure, BatchState } from './books.ts'
import type { Draw } from './draw.ts'
import type { Assay, BatchDeclaration, Residue } from './event.ts'
import { boundsOf } from './not-assayed.ts'
import type { Review } from './review.ts'
import { reviewAssay } from './rules/r04-assay.ts'
import { reviewInherited } from './rules/r04-inherited.ts'
import { report } from './rules/table.ts'
import type { ProductFacts } from './table.ts'

/** A mass with what the books know of its elements. */
export interface Content {
  readonly massUg: bigint
  readonly elements: ReadonlyMap<string, bigint>
  readonly uncertainty: ReadonlyMap<string, Rational>
  /** The most that bounds such as `<0.05`, and null below a total, leave open beyond `elements`, micrograms. */
  readonly bounds: ReadonlyMap<string, bigint>
  readonly closedFor: AssayClosure
  readonly unassayedUg: bigint
}

export function massOf(contents: readonly Content[]): bigint {
  return sumMass(contents.map(({ massUg }) => massUg))
}

/** R4, R6: the content of a declared batch, or null where it cannot be computed. */
export function declaredContent(
  declaration: BatchDeclaration,
  product: ProductFacts,
  pointer: string,
  review: Review
): Content | null {
  const mass = dryMass(declaration.mass, `${pointer}/mass`, review.reference.units)
  review.findings.push(...mass.findings)
  if (declaration.assay === 'inherited') return null
  const findings = reviewAssay(
    { assay: declaration.assay, product, pointer: `${pointer}/assay` },
    review.reference
  )
  review.findings.push(...findings)
  if (mass.ug === null || !isReadable(findings)) return null
  return assayedContent(declaration.assay, mass.ug, review.reference, mass.exact)
}

/** R4: an inherited assay takes the composition of what went in; no stage may have changed it. */
export function inheritedContent(
  declaration: BatchDeclaration,
  from: {
    readonly draws: readonly Draw[]
    readonly elements: readonly ReadonlyMap<string, bigint>[]
  },
  at: { readonly changing: readonly string[]; readonly pointer: string },
  review: Review
): Content | null {
  const mass = dryMass(declaration.mass, `${at.pointer}/mass`, review.reference.units)
  review.findings.push(...mass.findings)
  if (at.changing.length > 0) {
    review.findings.push(
      report('ASSAY_INHERITED', {
        pointer: `${at.pointer}/assay`,
        message: `${at.changing.join(', ')} changes the composition, so the assay cannot be inherited.`,
        remedy: 'State the assay of the output.'
      })
    )
    return null
  }
  if (mass.ug === null) return null
  const contents = from.draws.map((draw, index) =>
    drawnContent(draw, from.elements[index] ?? new Map())
  )
  const blended = blend(contents, mass.ug, review.reference.chemistry.rareEarths)
  reviewInherited(blended, contents, at.pointer, review)
  return blended
}

/**
 * What mixed inputs hold together. An element that a closed assay does not list is absent there, so
 * the blend holds what the others bring; where an assay is silent about it, nobody knows how much the
 * blend holds, and what the others state of it is part of what the blend leaves unexplained.
 */
function blend(
  contents: readonly Content[],
  massUg: bigint,
  rareEarths: ReadonlySet<string>
): Content {
  const drawnUg = contents.reduce((sum, content) => sum + content.massUg, 0n)
  const blended = new Map<string, bigint>()
  const bounds = new Map<string, bigint>()
  let unassayedUg = contents.reduce((sum, content) => sum + content.unassayedUg, 0n)
  const named = contents.flatMap((content) => [
    ...content.elements.keys(),
    ...content.bounds.keys()
  ])
  for (const element of new Set(named)) {
    const sum = (of: 'elements' | 'bounds') =>
      contents.reduce((all, content) => all + (content[of].get(element) ?? 0n), 0n)
    const total = sum('elements')
    const isRareEarth = rareEarths.has(element)
    if (contents.some((content) => silentAbout(content, element, isRareEarth))) {
      unassayedUg += total
      continue
    }
    if (total > 0n) blended.set(element, (total * massUg) / drawnUg)
    const open = sum('bounds')
    if (open > 0n) bounds.set(element, proRata(open, massUg, drawnUg))
  }
  const unexplainedUg = (unassayedUg * massUg) / drawnUg
  return {
    massUg,
    elements: blended,
    uncertainty: new Map(),
    bounds,
    closedFor: weakestClosure(contents.map((content) => content.closedFor)),
    unassayedUg: unexplainedUg < massUg ? unexplainedUg : massUg
  }
}

/** The drawn part of a batch, as the balance sees it. */
export function drawnContent(draw: Draw, elements: ReadonlyMap<string, bigint>): Content {
  const { batch, massUg } = draw
  return {
    massUg,
    elements,
    uncertainty: batch.uncertainty,
    bounds: openBounds(batch, massUg),
    closedFor: batch.closedFor,
    unassayedUg: (batch.unassayedUg * massUg) / batch.massUg
  }
}

function openBounds({ bounds, massUg: wholeUg }: BatchState, massUg: bigint): Content['bounds'] {
  if (bounds.size === 0 || massUg === wholeUg) return bounds
  return new Map([...bounds].map(([element, ug]) => [element, proRata(ug, massUg, wholeUg)]))
}

/** A part of a bound, rounded up: it is the most that there can be. */
function proRata(ug: bigint, part: bigint, whole: bigint): bigint {
  return (ug * part + whole - 1n) / whole
}

/** What an assay says of elements that are there, less the masses. */
type Statement = Pick<Content, 'elements' | 'bounds' | 'closedFor' | 'unassayedUg'>

/** The most of an element that there can be beyond what the assay states. */
export function leftOpen(content: Statement, element: string, isRareEarth: boolean): bigint {
  const bound = content.bounds.get(element)
  if (bound !== undefined) return bound
  return silentAbout(content, element, isRareEarth) ? content.unassayedUg : 0n
}

/** True where the assay tells nothing about the element: no value, no bound, nor that it is absent. */
export function silentAbout(content: Statement, element: string, isRareEarth: boolean): boolean {
  if (content.elements.has(element) || content.bounds.has(element)) return false
  if (content.closedFor === 'all') return false
  return !(isRareEarth && content.closedFor === 'rare_earths')
}

function weakestClosure(closures: readonly AssayClosure[]): AssayClosure {
  if (closures.includes('none')) return 'none'
  return closures.includes('rare_earths') ? 'rare_earths' : 'all'
}

/** R4, R6: the closing inventory of a campaign, or null where it cannot be computed. */
export function inventoryContent(
  stated: { readonly mass: Residue['mass']; readonly assay: Assay },
  pointer: string,
  review: Review
): Content | null {
  return residueContent({ name: 'closing inventory', ...stated }, pointer, review)
}

/** R4, R6: residues count on the output side of the balance as far as their assay says. */
export function residueContent(residue: Residue, pointer: string, review: Review): Content | null {
  const mass = dryMass(residue.mass, `${pointer}/mass`, review.reference.units)
  review.findings.push(...mass.findings)
  if (mass.ug === null) return null
  if (!residue.assay) return { ...NOTHING_STATED, massUg: mass.ug, unassayedUg: mass.ug }
  const findings = reviewAssay(
    { assay: residue.assay, product: null, pointer: `${pointer}/assay` },
    review.reference
  )
  review.findings.push(...findings)
  if (!isReadable(findings)) return null
  return assayedContent(residue.assay, mass.ug, review.reference, mass.exact)
}

/** What says 0 was a warning once, and is read as it was then: as silence. */
function isReadable(findings: readonly Finding[]): boolean {
  return findings.every(({ severity, code }) => severity !== 'error' || code === 'ASSAY_ZERO')
}

const NOTHING_STATED = {
  elements: new Map<string, bigint>(),
  uncertainty: new Map<string, Rational>(),
  bounds: new Map<string, bigint>(),
  closedFor: 'none'
} as const

/** Element masses of an assayed dry mass, from what was stated (`exact`) where the mass itself was rounded. */
export function assayedContent(
  assay: Assay,
  massUg: bigint,
  reference: Reference,
  exact: Rational = { n: massUg, d: 1n }
): Content {
  const content = elementContent(assay, exact, reference.chemistry, reference.units)
  return {
    massUg,
    elements: content.micrograms,
    uncertainty: content.relativeUncertainty,
    bounds: boundsOf(content, assay, exact, reference),
    closedFor: closureOf(assay),
    unassayedUg: assay.complete ? 0n : unexplained(assay, massUg, reference)
  }
}

function closureOf(assay: Assay): AssayClosure {
  if (assay.complete) return 'all'
  return assay.basis === 'TREO' || assay.treo !== undefined ? 'rare_earths' : 'none'
}

/** Dry mass less what the assay accounts for: no unlisted element can weigh more. */
function unexplained(assay: Assay, massUg: bigint, reference: Reference): bigint {
  const factor = parseDecimal(reference.units.get(assay.unit)?.factor ?? '') ?? ZERO
  const stated =
    assay.basis === 'TREO'
      ? (parseDecimal(assay.treo ?? '0') ?? ZERO)
      : Object.values(assay.values).reduce((sum, value) => add(sum, decimalOrZero(value)), ZERO)
  const fraction = multiply(stated, factor)
  const whole: Rational = { n: 1n, d: 1n }
  if (compare(fraction, whole) >= 0) return 0n
  return massUg - roundHalfEven(multiply(fraction, { n: massUg, d: 1n }))
}

const ZERO: Rational = { n: 0n, d: 1n }

function decimalOrZero(value: string | null): Rational {
  return value === null || value.startsWith('<') ? ZERO : (parseDecimal(value) ?? ZERO)
}

/** Relative uncertainty of a pro-rata part is that of the whole. */
export function absoluteUncertainty(massUg: bigint, relative: Rational): Rational {
  return multiply({ n: massUg, d: 1n }, relative)
}
