import type { DeclaredStep, Evidence } from '../custody/event.ts'
import type { EvidenceRow } from './judgement.ts'
import { THE_MAGNET } from './requirement.ts'

/** What a walk up the chain finds of the history of a batch, as far as the requester may see it. */
export interface Ancestry {
  readonly executions: readonly RecordedExecution[]
  readonly declarations: readonly DeclaredHistory[]
}

/** A recorded event that put material of the batch through legal steps. */
export interface RecordedExecution {
  readonly event: string
  /** SHA-256, hex, of the exact bytes of the event. */
  readonly sha256: string
  readonly facility: string
  /** Calendar date, UTC. */
  readonly date: string
  readonly steps: readonly string[]
  /** Elements of what it made. */
  readonly elements: ReadonlySet<string>
  readonly evidence: readonly Evidence[]
}

/** One line of the history that a commission declared. */
export interface DeclaredHistory {
  readonly event: string
  readonly sha256: string
  readonly organization: string
  readonly line: DeclaredStep
}

/** What stands behind one line of evidence. */
export interface Support {
  /** Calendar dates of the executions, ascending; a declared history has none. */
  readonly dates: readonly string[]
  readonly references: readonly EvidenceReference[]
}

/** A recorded event (`kind` event), or a document that it names. */
export interface EvidenceReference {
  readonly kind: string
  readonly event: string
  readonly sha256: string | null
  readonly level: string
  readonly issuer: string | null
}

/**
 * The events and documents behind a line of evidence: those that recorded the step of that element
 * at that facility, or the commissions that declared it.
 */
export function supportOf(row: EvidenceRow, ancestry: Ancestry): Support {
  return row.source === 'recorded' ? recorded(row, ancestry) : declared(row, ancestry)
}

function recorded(row: EvidenceRow, { executions }: Ancestry): Support {
  const found = executions
    .filter(({ facility, steps, elements }) => {
      const touched = row.element === THE_MAGNET || elements.has(row.element)
      return facility === row.party && steps.includes(row.step) && touched
    })
    .sort((a, b) => (a.date + a.event < b.date + b.event ? -1 : 1))
  return {
    dates: [...new Set(found.map(({ date }) => date))],
    references: found.flatMap((execution) => [
      ...eventReference(execution, row),
      ...execution.evidence.map((item) => documentReference(execution.event, item))
    ])
  }
}

function declared(row: EvidenceRow, { declarations }: Ancestry): Support {
  const found = declarations
    .filter(({ line, organization }) => {
      const told = line.element === THE_MAGNET || line.element === row.element
      const party = line.facility ?? organization
      const place = line.region ?? line.country
      return told && line.step === row.step && party === row.party && place === row.place
    })
    .sort((a, b) => (a.event < b.event ? -1 : 1))
  return {
    dates: [],
    references: found.flatMap((history) => [
      ...eventReference(history, row),
      ...history.line.evidence.map((item) => documentReference(history.event, item))
    ])
  }
}

function eventReference(
  { event, sha256 }: { readonly event: string; readonly sha256: string },
  { level }: EvidenceRow
): EvidenceReference[] {
  return [{ kind: 'event', event, sha256, level, issuer: null }]
}

function documentReference(event: string, item: Evidence): EvidenceReference {
  return {
    kind: item.kind,
    event,
    sha256: item.sha256 ?? null,
    level: item.level,
    issuer: item.issuer ?? null
  }
}
