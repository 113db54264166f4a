import type { DeclaredStep, Evidence, EvidenceLevel } from '../custody/event.ts'
import type { ScrapSource } from '../lineage/scrap-sources.ts'
import type { EvidenceRow } from './judgement.ts'
import { THE_MAGNET } from './requirement.ts'

/** What a walk up the chain finds of the history of a batch, as far as the requester may see it. */
export interface Ancestry {
  readonly executions: readonly RecordedExecution[]
  readonly declarations: readonly DeclaredHistory[]
  readonly scraps: readonly TakenScrap[]
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

/** Scrap that a commission took into the books. */
export interface TakenScrap {
  readonly event: string
  readonly sha256: string
  readonly kind: ScrapSource['kind']
  readonly country: ScrapSource['country']
  readonly level: EvidenceLevel
  /** Elements that it was assayed for. */
  readonly elements: ReadonlySet<string>
  readonly evidence: readonly Evidence[]
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
 * The events and documents behind each line of evidence: those that recorded the step of that element
 * at that facility, or the commissions that declared it. A history is looked through once, not again
 * for every line.
 */
export function supportIn(ancestry: Omit<Ancestry, 'scraps'>): (row: EvidenceRow) => Support {
  const executions = indexed(
    ancestry.executions.toSorted((a, b) => inOrder(a.date + a.event, b.date + b.event)),
    ({ facility, steps }) => steps.map((step) => named(facility, step))
  )
  const declarations = indexed(
    ancestry.declarations.toSorted((a, b) => inOrder(a.event, b.event)),
    ({ organization, line }) => [
      named(line.facility ?? organization, line.step, line.region ?? line.country)
    ]
  )
  return (row) =>
    row.source === 'recorded'
      ? recorded(row, executions.get(named(row.party, row.step)) ?? [])
      : declared(row, declarations.get(named(row.party, row.step, row.place)) ?? [])
}

/** The events that took in scrap of an element of one kind and country, with their documents. */
export function scrapSupportIn({
  scraps
}: Pick<Ancestry, 'scraps'>): (
  element: string,
  source: ScrapSource
) => readonly EvidenceReference[] {
  const named = (kind: string, country: string | null) => `${kind} ${country ?? ''}`
  const taken = indexed(
    scraps.toSorted((a, b) => inOrder(a.event, b.event)),
    ({ kind, country }) => [named(kind, country)]
  )
  return (element, { kind, country }) => {
    const found = (taken.get(named(kind, country)) ?? []).filter(({ elements }) =>
      elements.has(element)
    )
    return found.flatMap((scrap) => [
      eventReference(scrap, scrap),
      ...scrap.evidence.map((item) => documentReference(scrap.event, item))
    ])
  }
}

function recorded(row: EvidenceRow, executions: readonly RecordedExecution[]): Support {
  const found = executions.filter(
    ({ elements }) => row.element === THE_MAGNET || elements.has(row.element)
  )
  return {
    dates: [...new Set(found.map(({ date }) => date))],
    references: found.flatMap((execution) => [
      eventReference(execution, row),
      ...execution.evidence.map((item) => documentReference(execution.event, item))
    ])
  }
}

function declared(row: EvidenceRow, declarations: readonly DeclaredHistory[]): Support {
  const found = declarations.filter(
    ({ line }) => line.element === THE_MAGNET || line.element === row.element
  )
  return {
    dates: [],
    references: found.flatMap((history) => [
      eventReference(history, row),
      ...history.line.evidence.map((item) => documentReference(history.event, item))
    ])
  }
}

function indexed<Item>(
  items: readonly Item[],
  namesOf: (item: Item) => readonly string[]
): ReadonlyMap<string, readonly Item[]> {
  const found = new Map<string, Item[]>()
  for (const item of items) {
    for (const name of new Set(namesOf(item))) {
      const known = found.get(name)
      if (known) known.push(item)
      else found.set(name, [item])
    }
  }
  return found
}

function named(...parts: readonly string[]): string {
  return parts.join('|')
}

function inOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function eventReference(
  { event, sha256 }: { readonly event: string; readonly sha256: string },
  { level }: Pick<EvidenceRow, 'level'>
): EvidenceReference {
  return { kind: 'event', event, sha256, level, issuer: null }
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
