import { elementContent } from '../chemistry/assay.ts'
import { dryMass } from '../quantity/dry-mass.ts'
import type { Rational } from '../quantity/rational.ts'
import { add, compare, multiply, parseDecimal, roundHalfEven } from '../quantity/rational.ts'
import type { Reference } from '../reference.ts'
import type { AssayClosure } from './books.ts'
import type { Draw } from './draw.ts'
import type { Assay, BatchDeclaration, Residue } from './event.ts'
import type { Review } from './review.ts'
import { reviewAssay } from './rules/r04-assay.ts'
import { report } from './rules/table.ts'
import type { ProductFacts } from './table.ts'

/** A mass with what the books know of its elements. */
export interface Content {
  readonly massUg: bigint
  readonly elements: ReadonlyMap<string, bigint>
  readonly uncertainty: ReadonlyMap<string, Rational>
  readonly closedFor: AssayClosure
  readonly unassayedUg: bigint
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
  if (mass.ug === null || findings.some((finding) => finding.severity === 'error')) return null
  return assayedContent(declaration.assay, mass.ug, review.reference)
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
  return blend(from.draws, from.elements, mass.ug)
}

function blend(
  draws: readonly Draw[],
  elements: readonly ReadonlyMap<string, bigint>[],
  massUg: bigint
): Content {
  const drawnUg = draws.reduce((sum, draw) => sum + draw.massUg, 0n)
  const shared = [...(elements[0]?.keys() ?? [])].filter((element) =>
    elements.every((map) => map.has(element))
  )
  const blended = shared.map((element): [string, bigint] => {
    const total = elements.reduce((sum, map) => sum + (map.get(element) ?? 0n), 0n)
    return [element, (total * massUg) / drawnUg]
  })
  const unassayed = draws.reduce(
    (sum, draw) => sum + (draw.batch.unassayedUg * draw.massUg) / draw.batch.massUg,
    0n
  )
  return {
    massUg,
    elements: new Map(blended),
    uncertainty: new Map(),
    closedFor: weakestClosure(draws.map((draw) => draw.batch.closedFor)),
    unassayedUg: (unassayed * massUg) / drawnUg
  }
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
  if (findings.some((finding) => finding.severity === 'error')) return null
  return assayedContent(residue.assay, mass.ug, review.reference)
}

const NOTHING_STATED = {
  elements: new Map<string, bigint>(),
  uncertainty: new Map<string, Rational>(),
  closedFor: 'none'
} as const

/** Element masses of an assayed dry mass. */
export function assayedContent(assay: Assay, massUg: bigint, reference: Reference): Content {
  const content = elementContent(assay, massUg, reference.chemistry, reference.units)
  return {
    massUg,
    elements: content.micrograms,
    uncertainty: content.relativeUncertainty,
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
