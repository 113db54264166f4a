import type { CustodyModel } from '../domain/custody/event.ts'
import { shareFraction } from '../domain/lineage/share-text.ts'
import type { DfarsVerdict, ReadingVerdict } from '../domain/regulation/dfars.ts'
import type { RequesterFacts } from '../domain/regulation/dossier.ts'
import type { ConsideredException } from '../domain/regulation/exceptions/exception.ts'
import type { Gap } from '../domain/regulation/gap.ts'
import type { EvidenceRow, Reason } from '../domain/regulation/judgement.ts'
import type { ClauseNote, MaterialId, Reading } from '../domain/regulation/rule-set.ts'
import { READINGS } from '../domain/regulation/rule-set.ts'
import type { RuleVersion } from '../domain/regulation/rule-version.ts'
import type { EvidenceReference, Support } from '../domain/regulation/support.ts'
import type { Verdict } from '../domain/regulation/verdict.ts'
import { worstVerdict } from '../domain/regulation/verdict.ts'
import type { ReportHead } from './report.ts'

/** One batch of the delivery, judged, with what the requester may see of the parties. */
export interface JudgedBatch {
  readonly batch: string
  readonly number: string | null
  readonly product: { readonly class: string; readonly name: string }
  readonly material: MaterialId
  /** Dry mass when it was made, exact decimal kilograms. */
  readonly massKg: string
  /** How much of it is delivered; null when the whole batch is. */
  readonly quantityKg: string | null
  readonly status: 'clear' | 'suspect' | 'contested'
  readonly custodyModel: CustodyModel
  /** False when the chain is so long that not every document behind it is named. */
  readonly evidenceComplete: boolean
  readonly verdict: DfarsVerdict
  readonly partyOf: (row: EvidenceRow) => ReportParty
  readonly supportOf: (row: EvidenceRow) => Support
}

/** The facility that did it or the organization that told it; a restricted party keeps its row and loses its name. */
export interface ReportParty {
  readonly id: string | null
  readonly name: string | null
}

export interface DfarsReport extends ReportHead {
  readonly ruleVersion: RuleVersion
  readonly declaredByRequester: RequesterFacts
  /** The worst over the batches, in both readings; never one without the other. */
  readonly verdict: Readonly<Record<Reading, Verdict>>
  readonly batches: readonly DfarsBatch[]
}

export interface DfarsBatch extends Omit<JudgedBatch, 'verdict' | 'partyOf' | 'supportOf'> {
  /** False when the batch is left out of verified claims. */
  readonly verified: boolean
  readonly unverifiedBecause: string | null
  readonly exceptions: readonly ConsideredException[]
  readonly notes: readonly ClauseNote[]
  readonly readings: Readonly<Record<Reading, DfarsReading>>
}

export interface DfarsReading {
  readonly verdict: Verdict
  readonly withoutExceptions: Verdict
  readonly exception: { readonly id: string; readonly cite: string } | null
  readonly elements: readonly string[]
  readonly reasons: readonly Shared<Reason>[]
  readonly evidence: readonly EvidenceLine[]
  readonly gaps: readonly Shared<Gap>[]
}

/** Parts of 10^12 written as an exact decimal fraction. */
type Shared<Item extends { readonly parts: number }> = Omit<Item, 'parts'> & {
  readonly share: string
}

export type EvidenceLine = Omit<Shared<EvidenceRow>, 'party'> & {
  readonly party: ReportParty
  readonly dates: readonly string[]
  readonly references: readonly EvidenceReference[]
}

export const DFARS = 'dfars-252.225-7052'

/**
 * The report on one delivery. Batches come in the order of their ids, evidence in the order of the
 * chain, so that equal questions give equal bytes.
 */
export function dfarsReport(
  head: Omit<ReportHead, 'report' | 'ruleVersion'>,
  facts: RequesterFacts,
  ruleVersion: RuleVersion,
  batches: readonly DfarsBatch[]
): DfarsReport {
  const sorted = [...batches].sort((a, b) => (a.batch < b.batch ? -1 : 1))
  const worst = (reading: Reading) =>
    worstVerdict(sorted.map(({ readings }) => readings[reading].verdict))
  return {
    report: DFARS,
    ...head,
    ruleVersion,
    declaredByRequester: inOrder(facts),
    verdict: { literal: worst('literal'), conservative: worst('conservative') },
    batches: sorted
  }
}

/** What the report says of one batch. */
export function batchSection(judged: JudgedBatch): DfarsBatch {
  const { verdict, partyOf: _party, supportOf: _support, ...batch } = judged
  const [literal, conservative] = READINGS.map((reading) =>
    readingSection(verdict.readings[reading], judged)
  ) as [DfarsReading, DfarsReading]
  return {
    ...batch,
    verified: verdict.verified,
    unverifiedBecause: verdict.unverifiedBecause ?? null,
    exceptions: verdict.exceptions,
    notes: verdict.notes,
    readings: { literal, conservative }
  }
}

function readingSection(reading: ReadingVerdict, judged: JudgedBatch): DfarsReading {
  const { exception } = reading
  return {
    verdict: reading.verdict,
    withoutExceptions: reading.withoutExceptions,
    exception: exception ? { id: exception.id, cite: exception.cite } : null,
    elements: reading.elements,
    reasons: reading.reasons.map(shared),
    evidence: reading.evidence.map((row) => evidenceLine(row, judged)),
    gaps: reading.gaps.map(shared)
  }
}

function evidenceLine(row: EvidenceRow, judged: JudgedBatch): EvidenceLine {
  return { ...shared(row), party: judged.partyOf(row), ...judged.supportOf(row) }
}

function shared<Item extends { readonly parts: number }>(item: Item): Shared<Item> {
  const { parts, ...rest } = item
  return { ...rest, share: shareFraction(parts) }
}

/** Facts in alphabetical order, however the question was written. */
function inOrder(facts: RequesterFacts): RequesterFacts {
  return Object.fromEntries(
    Object.entries(facts).sort(([a], [b]) => (a < b ? -1 : 1))
  ) as unknown as RequesterFacts
}
