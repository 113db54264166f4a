import type { StageTable, StepTable } from '../custody/table.ts'
import { WHOLE } from '../lineage/share.ts'
import { doneAgain } from './done-again.ts'
import type { Dossier, RequesterFacts } from './dossier.ts'
import { endItemReasons } from './end-item.ts'
import { considerExceptions } from './exceptions/consider.ts'
import type { ConsideredException } from './exceptions/exception.ts'
import type { Gap } from './gap.ts'
import { gapsOf } from './gap.ts'
import type { EvidenceRow, MissingCause, Reason } from './judgement.ts'
import { discounting, judge } from './judgement.ts'
import type { RequiredScope } from './requirement.ts'
import { elementsOf, requirementsFor, THE_MAGNET } from './requirement.ts'
import type { ClauseNote, DatedScope, Reading } from './rule-set.ts'
import type { ApplicableRules, RuleVersion } from './rule-version.ts'
import type { Verdict } from './verdict.ts'
import { verdictOf } from './verdict.ts'

/** The dated rules and the tables that give their words a meaning. */
export interface DfarsTables {
  readonly rules: ApplicableRules
  readonly steps: StepTable
  readonly stages: StageTable
  readonly rareEarths: ReadonlySet<string>
}

/** What DFARS 252.225-7052 says of one batch delivered on one date. */
export interface DfarsVerdict {
  readonly ruleVersion: RuleVersion
  /** False when the batch cannot back a claim; `unverifiedBecause` says why. */
  readonly verified: boolean
  readonly unverifiedBecause?: MissingCause
  readonly exceptions: readonly ConsideredException[]
  readonly readings: Readonly<Record<Reading, ReadingVerdict>>
  readonly notes: readonly ClauseNote[]
}

export interface ReadingVerdict {
  readonly verdict: Verdict
  /** What the chain alone would give, were there no exception. */
  readonly withoutExceptions: Verdict
  /** The exception that exempts, the first of them if several do. */
  readonly exception?: ConsideredException
  readonly elements: readonly string[]
  /** What keeps the chain from passing; an exception does not remove them. */
  readonly reasons: readonly Reason[]
  readonly evidence: readonly EvidenceRow[]
  readonly gaps: readonly Gap[]
}

/**
 * Judges one batch in both readings. Exceptions come first, then any part in a covered country
 * fails, any part without evidence is unknown, any part that is only declared or in a place for
 * review is for a person; what remains passes.
 */
export function evaluateDfars(
  dossier: Dossier,
  facts: RequesterFacts,
  tables: DfarsTables
): DfarsVerdict {
  const { clause, scope, version } = tables.rules
  const discounted = discounting(dossier, clause)
  const exceptions = considerExceptions({ facts, dossier, clause, discounted })
  const exempting = exceptions.find(({ outcome }) => outcome === 'applies')
  const required: RequiredScope = {
    clause,
    steps: scope.steps,
    stepTable: tables.steps,
    rareEarths: tables.rareEarths
  }
  const read = (reading: Reading): ReadingVerdict => {
    const chain = readChain(dossier, reading, { required, scope, discounted })
    const reasons = [...chain.reasons, ...endItemReasons(facts.endItemCountry, clause)]
    const kinds = reasons.map(({ kind }) => kind)
    return {
      verdict: verdictOf(kinds, exempting !== undefined),
      withoutExceptions: verdictOf(kinds, false),
      ...(exempting ? { exception: exempting } : {}),
      elements: chain.elements,
      reasons,
      evidence: chain.evidence,
      gaps: gapsOf(dossier, reasons, tables)
    }
  }
  return {
    ruleVersion: version,
    verified: discounted === undefined,
    ...(discounted ? { unverifiedBecause: discounted } : {}),
    exceptions,
    readings: { literal: read('literal'), conservative: read('conservative') },
    notes: clause.notes.filter(
      (note) =>
        note.material === dossier.material && note.exceptions.some((id) => id === exempting?.id)
    )
  }
}

function readChain(
  dossier: Dossier,
  reading: Reading,
  {
    required,
    scope,
    discounted
  }: {
    readonly required: RequiredScope
    readonly scope: DatedScope
    readonly discounted: MissingCause | undefined
  }
): Pick<ReadingVerdict, 'elements' | 'reasons' | 'evidence'> {
  const elements = elementsOf(dossier, reading, required)
  const requirements = requirementsFor(dossier, elements, required)
  const judgements = requirements.map((requirement) =>
    judge(requirement, required.clause, discounted)
  )
  const reasons = judgements.flatMap((judgement) => judgement.reasons)
  // Of what counts for nothing anyway nothing more is missing.
  if (!discounted) {
    const asked = { elements, scope }
    reasons.push(...requirements.flatMap((each) => doneAgain(each, dossier, asked)))
  }
  if (reading === 'conservative' && !dossier.compositionComplete) reasons.push(NOT_ASSAYED)
  return { elements, reasons, evidence: judgements.flatMap((judgement) => judgement.evidence) }
}

/** The conservative reading cannot pass while elements that nobody measured may be in the magnet. */
const NOT_ASSAYED: Reason = {
  kind: 'no_evidence',
  element: THE_MAGNET,
  step: 'assay',
  parts: WHOLE,
  cause: 'not_assayed'
}
