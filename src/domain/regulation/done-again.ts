import type { Dossier, HistorySource } from './dossier.ts'
import type { Reason } from './judgement.ts'
import type { Requirement } from './requirement.ts'
import { THE_MAGNET, touchesOf } from './requirement.ts'
import type { DatedScope } from './rule-set.ts'

/**
 * A step that is known for all of the material, though some of it came in with the step behind it and nobody told
 * where: who melts bought alloy again does not answer for its first melting. The shares no longer say how much that
 * is, so the least part is one.
 */
export function doneAgain(
  { element, step, none }: Requirement,
  { sources }: Pick<Dossier, 'sources'>,
  asked: { readonly elements: readonly string[]; readonly scope: DatedScope }
): Reason[] {
  if (none > 0) return []
  const elements = element === THE_MAGNET ? asked.elements : [element]
  const untold = sources.some((source) => isUntold(source, { step, elements, ...asked.scope }))
  return untold ? [{ kind: 'no_evidence', element, step, parts: 1, cause: 'done_again' }] : []
}

/** True where material came in with the step behind it, and of some of it nobody told where that was done. */
export function isUntold(
  { steps, behind, reach }: HistorySource,
  {
    step,
    elements,
    firstLife
  }: Pick<DatedScope, 'firstLife'> & { readonly step: string; readonly elements: readonly string[] }
): boolean {
  // What may have any stage behind it is scrap.
  if (!behind.has(step) || (reach === null && !firstLife)) return false
  return elements.some((symbol) => steps.has(symbol) && touchesOf(steps, symbol, step).none > 0)
}
