import type { StepFacts, StepTable } from '../custody/table.ts'
import type { Part, Touches } from '../lineage/share.ts'
import { WHOLE } from '../lineage/share.ts'
import { settled } from '../lineage/step-shares.ts'
import type { Dossier } from './dossier.ts'
import { atLeast } from './material.ts'
import type { DfarsClause, Reading } from './rule-set.ts'

/** Stands for the magnet itself in a requirement that no single element has. */
export const THE_MAGNET = '*'

/** One thing that must have happened outside covered countries, and what is known of it. */
export interface Requirement {
  /** Element symbol, or `*` when all elements of the magnet went the same way. */
  readonly element: string
  readonly step: string
  readonly none: number
  readonly parts: readonly Execution[]
}

/** A touch share with the step that was really performed (bonding in the place of sintering). */
export interface Execution extends Part {
  readonly step: string
}

/** What is known of where the material was. */
type Origin = Pick<Dossier, 'material' | 'steps' | 'sources'>

/** What decides which elements and steps are asked for. */
export interface RequiredScope {
  readonly clause: DfarsClause
  /** Ids of the steps in scope on the delivery date. */
  readonly steps: readonly string[]
  readonly stepTable: StepTable
  readonly rareEarths: ReadonlySet<string>
}

/**
 * The elements that a reading asks about, sorted: those the clause names; the conservative reading
 * adds every tracked element that makes up at least the threshold. An element that is not assayed
 * is not taken to be absent when the clause names it.
 */
export function elementsOf(dossier: Dossier, reading: Reading, scope: RequiredScope): string[] {
  const material = scope.clause.materials.find((candidate) => candidate.id === dossier.material)
  const elements = new Set(material?.namedElements)
  if (reading === 'conservative') {
    const threshold = scope.clause.readings.conservativeThresholdFraction
    for (const [element, fraction] of dossier.composition) {
      if (isTraced(element, scope) && atLeast(fraction, threshold)) elements.add(element)
    }
  }
  return [...elements].sort()
}

/**
 * One requirement per element and step, in the order of the chain. Steps of the magnet itself
 * (melted, sintered ...) are looked up for each element and come out once, as `*`, when all agree.
 */
export function requirementsFor(
  dossier: Origin,
  elements: readonly string[],
  scope: RequiredScope
): Requirement[] {
  return scope.steps.flatMap((id) => {
    const facts = scope.stepTable.find((step) => step.id === id)
    if (!facts) throw new RangeError(`the step table does not know the step ${id}`)
    if (isOfTheMagnet(facts)) return ofTheMagnet(dossier, facts, elements, scope)
    return elements
      .filter((element) => asksFor(facts, element, scope))
      .map((element) => requirement(dossier, element, facts, scope))
  })
}

function ofTheMagnet(
  dossier: Origin,
  step: StepFacts,
  elements: readonly string[],
  scope: RequiredScope
): Requirement[] {
  // An element that joined afterwards is asked for where some of it was put through the step all the same.
  const each = elements.flatMap((element) => {
    const asked = requirement(dossier, element, step, scope)
    if (asked.none === 0 || !joinedLater(dossier, element, step.id, scope)) return asked
    return asked.parts.length > 0 ? { ...asked, none: 0 } : []
  })
  const [first, ...others] = each
  if (!first) return []
  const agreed = others.every((other) => alike(first, other))
  return agreed ? [{ ...first, element: THE_MAGNET }] : each
}

/**
 * True where no source of the element had the step behind it without a word where, so that what was not put
 * through it here joined the magnet afterwards: dysprosium that diffuses into sintered blocks is never melted
 * with them. Those that the clause names make the magnet, and are always asked for.
 */
function joinedLater(
  { material, sources }: Origin,
  element: string,
  step: string,
  { clause }: RequiredScope
): boolean {
  const named = clause.materials.find(({ id }) => id === material)?.namedElements ?? []
  if (named.includes(element)) return false
  const bringing = sources.filter(({ steps }) => steps.has(element))
  const untold = bringing.some(
    ({ steps, behind }) => behind.has(step) && touchesOf(steps, element, step).none > 0
  )
  return bringing.length > 0 && !untold
}

function requirement(
  dossier: Pick<Dossier, 'steps'>,
  element: string,
  { id: step, ifDone = false }: StepFacts,
  scope: RequiredScope
): Requirement {
  const known = touchesOf(dossier.steps, element, step)
  let none = known.none
  const parts = known.parts.map((part) => ({ ...part, step }))
  for (const substitute of scope.clause.substitutes.steps[step] ?? []) {
    const touches = touchesOf(dossier.steps, element, substitute)
    none = Math.min(none, touches.none)
    parts.push(...touches.parts.map((part) => ({ ...part, step: substitute })))
  }
  return { element, step, none: ifDone ? 0 : none, parts }
}

const NEVER: Touches = { none: WHOLE, parts: [] }

/** Touch shares of an element and step; an absent step was never executed. */
export function touchesOf(steps: Dossier['steps'], element: string, step: string): Touches {
  return settled(steps.get(element)?.get(step) ?? NEVER)
}

/** True for elements that some step asks about; nickel of a coating, for instance, is not one. */
function isTraced(element: string, scope: RequiredScope): boolean {
  return scope.stepTable.some((step) => asksFor(step, element, scope))
}

function asksFor(step: StepFacts, element: string, scope: RequiredScope): boolean {
  const { requiredFor } = step
  return (
    requiredFor.includes(element) || (requiredFor.includes('REE') && scope.rareEarths.has(element))
  )
}

function isOfTheMagnet(step: StepFacts): boolean {
  return step.requiredFor.includes(THE_MAGNET)
}

function alike(a: Requirement, b: Requirement): boolean {
  return (
    a.none === b.none &&
    a.parts.length === b.parts.length &&
    a.parts.every((part, index) => {
      const other = b.parts[index]
      return part.key === other?.key && part.parts === other.parts && part.step === other.step
    })
  )
}
