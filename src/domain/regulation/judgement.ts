import type { EvidenceLevel } from '../custody/event.ts'
import { parseStepKey } from '../lineage/key.ts'
import { WHOLE } from '../lineage/share.ts'
import type { Dossier } from './dossier.ts'
import { countryFor, placeStanding } from './place.ts'
import type { Execution, Requirement } from './requirement.ts'
import type { DfarsClause } from './rule-set.ts'
import type { ReasonKind } from './verdict.ts'

/** One thing that keeps a batch from passing. `parts` of 10^12 is the least part concerned. */
export interface Reason {
  readonly kind: ReasonKind
  /** Element symbol, or `*` for the magnet as a whole. */
  readonly element: string
  readonly step: string
  /** Absent where the point is that nothing is known. */
  readonly country?: string
  readonly parts: number
  /** Why there is no evidence. */
  readonly cause?: MissingCause
}

/**
 * `no_record`: no execution is known. `no_place`: one is, but not where. `custody_model`: the model
 * does not evidence physical origin. `batch_status`: the batch is under correction. `not_assayed`:
 * elements that nobody measured may be in it. `done_again`: it was done before, nobody told where.
 */
export type MissingCause =
  | 'no_record'
  | 'no_place'
  | 'custody_model'
  | 'batch_status'
  | 'not_assayed'
  | 'done_again'

/** One known execution: who put how much of the element through the step, where, and who says so. */
export interface EvidenceRow {
  readonly element: string
  /** The step performed; `bonded` may stand for `sintered`. */
  readonly step: string
  /** Facility id, else the organization that declared it. */
  readonly party: string
  readonly country: string
  /** ISO 3166-2 where known, else the country. */
  readonly place: string
  readonly parts: number
  readonly source: 'recorded' | 'declared'
  readonly level: EvidenceLevel
  readonly outcome: EvidenceOutcome
}

/** What an execution counts for; `claim_only` is told of material that is physically elsewhere. */
export type EvidenceOutcome =
  | 'accepted'
  | 'covered_country'
  | 'review_place'
  | 'declared_only'
  | 'no_place'
  | 'claim_only'
  | 'unverified'

export interface Judgement {
  readonly reasons: readonly Reason[]
  readonly evidence: readonly EvidenceRow[]
}

/**
 * Why nothing told in favor of this batch counts as evidence of where it physically was, if so.
 * What speaks against it always counts: a weaker model never improves a verdict.
 */
export function discounting(dossier: Dossier, clause: DfarsClause): MissingCause | undefined {
  if (clause.physicalOrigin.unverifiedStatuses.includes(dossier.status)) return 'batch_status'
  if (clause.physicalOrigin.unevidencedBy.includes(dossier.custodyModel)) return 'custody_model'
  return undefined
}

/** Judges one requirement; touch shares overlap, so every execution is looked at on its own. */
export function judge(
  requirement: Requirement,
  clause: DfarsClause,
  discounted: MissingCause | undefined
): Judgement {
  const evidence = requirement.parts
    .filter((execution) => execution.parts > 0)
    .map((execution) => row(requirement.element, execution, clause, discounted))
    .sort(byExecution)
  const reasons = groupByCountry(evidence, requirement.step)
  // What need not be done, and nobody says was, is not missing however little is believed.
  if (requirement.none === 0 && evidence.length === 0) return { reasons: [], evidence }
  const missing = missingParts(requirement.none, discounted)
  if (missing) reasons.push({ kind: 'no_evidence', ...named(requirement), ...missing })
  return { reasons, evidence }
}

function row(
  element: string,
  execution: Execution,
  clause: DfarsClause,
  discounted: MissingCause | undefined
): EvidenceRow {
  const { party, place, source, level } = parseStepKey(execution.key)
  return {
    element,
    step: execution.step,
    party,
    country: countryFor(place, clause),
    place,
    parts: execution.parts,
    source,
    level,
    outcome: outcomeOf(place, level, clause, discounted)
  }
}

function outcomeOf(
  place: string,
  level: EvidenceLevel,
  clause: DfarsClause,
  discounted: MissingCause | undefined
): EvidenceOutcome {
  const standing = placeStanding(place, clause)
  if (standing === 'covered') return 'covered_country'
  if (standing === 'nowhere') return 'no_place'
  if (discounted) return discounted === 'batch_status' ? 'unverified' : 'claim_only'
  if (standing === 'review') return 'review_place'
  return level === 'declared' ? 'declared_only' : 'accepted'
}

const REASON_FOR: Readonly<Partial<Record<EvidenceOutcome, ReasonKind>>> = {
  covered_country: 'covered_country',
  no_place: 'no_evidence',
  review_place: 'review_place',
  declared_only: 'declared_only'
}

/** One reason per kind and country, with the largest single part: at least that much is concerned. */
function groupByCountry(evidence: readonly EvidenceRow[], step: string): Reason[] {
  const reasons = new Map<string, Reason>()
  for (const { element, country, parts, outcome } of evidence) {
    const kind = REASON_FOR[outcome]
    if (!kind) continue
    const key = `${kind}|${country}`
    const most = Math.max(parts, reasons.get(key)?.parts ?? 0)
    const where = kind === 'no_evidence' ? { cause: 'no_place' as const } : { country }
    reasons.set(key, { kind, element, step, ...where, parts: most })
  }
  return [...reasons.values()]
}

function missingParts(
  none: number,
  discounted: MissingCause | undefined
): { parts: number; cause: MissingCause } | undefined {
  if (discounted) return { parts: WHOLE, cause: discounted }
  return none > 0 ? { parts: none, cause: 'no_record' } : undefined
}

function named({ element, step }: Requirement): { element: string; step: string } {
  return { element, step }
}

function byExecution(a: EvidenceRow, b: EvidenceRow): number {
  const [left, right] = [sortText(a), sortText(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

function sortText(row: EvidenceRow): string {
  return [row.step, row.place, row.party, row.source, row.level].join('|')
}
