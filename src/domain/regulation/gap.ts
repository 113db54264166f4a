import type { StageTable, StepTable } from '../custody/table.ts'
import { parseStepKey } from '../lineage/key.ts'
import { isUntold } from './done-again.ts'
import type { Dossier, HistorySource, Party } from './dossier.ts'
import type { Reason } from './judgement.ts'
import { countryFor } from './place.ts'
import { THE_MAGNET, touchesOf } from './requirement.ts'
import type { DatedScope, DfarsClause } from './rule-set.ts'

/** Something unknown or undecided, and who could settle it. */
export interface Gap {
  readonly kind: Reason['kind']
  readonly element: string
  readonly step: string
  /** Least part of the element's mass concerned, of 10^12. */
  readonly parts: number
  readonly cause?: Reason['cause']
  readonly country?: string
  readonly closers: readonly Closer[]
}

export interface Closer {
  readonly party: Party
  /** The batch whose history is missing; null where the requester may not know which. */
  readonly batch: string | null
  /** `source`: brought the batch into the books. `holder`: made or holds the batch asked about. */
  readonly role: 'source' | 'holder'
}

/** The tables that tell which history a source could know. */
export interface ChainTables {
  readonly stages: StageTable
  readonly steps: StepTable
  readonly rules: {
    readonly clause: DfarsClause
    readonly scope: Pick<DatedScope, 'firstLife'>
  }
}

/**
 * The reasons that more evidence or a decision could remove, each with who can bring it: the
 * organizations that brought in batches without that part of their history, and the holder where
 * the step comes after all of them.
 */
export function gapsOf(dossier: Dossier, reasons: readonly Reason[], tables: ChainTables): Gap[] {
  return reasons
    .filter(({ kind }) => kind !== 'covered_country' && kind !== 'end_item_country')
    .map((reason) => ({ ...reason, closers: closersOf(dossier, reason, tables) }))
}

function closersOf(dossier: Dossier, reason: Reason, tables: ChainTables): Closer[] {
  const order = orderOf(reason.step, tables)
  const silent = dossier.sources.filter(
    (source) => reason.kind !== 'review_place' && isSilent(source, reason, { order, tables })
  )
  if (silent.length > 0 && reason.cause !== 'batch_status' && reason.cause !== 'custody_model') {
    return silent.map(({ organization, batch }) => ({ party: organization, batch, role: 'source' }))
  }
  const { holder, batch } = dossier
  return holder ? [{ party: holder, batch, role: 'holder' }] : []
}

/** True when the material was past the step before it entered the books, and nobody evidenced it. */
function isSilent(
  source: HistorySource,
  reason: Reason,
  { order, tables }: { readonly order: number; readonly tables: ChainTables }
): boolean {
  const elements = reason.element === THE_MAGNET ? [...source.steps.keys()] : [reason.element]
  if (reason.cause === 'done_again') {
    return isUntold(source, { step: reason.step, elements, ...tables.rules.scope })
  }
  if (source.reach !== null && source.reach < order) return false
  return elements.some((element) => {
    if (!source.steps.has(element)) return false
    const touches = touchesOf(source.steps, element, reason.step)
    if (reason.kind === 'declared_only') {
      return touches.parts.some(({ key }) => isDeclaredIn(key, reason.country, tables.rules.clause))
    }
    return touches.none > 0
  })
}

/** Whoever told of another country has nothing to add about this one. */
function isDeclaredIn(key: string, country: string | undefined, clause: DfarsClause): boolean {
  const { level, place } = parseStepKey(key)
  return level === 'declared' && countryFor(place, clause) === country
}

/** Where the step stands in the chain: the first of the stages that perform it. */
function orderOf(step: string, { stages, steps }: ChainTables): number {
  const performing = steps.find((facts) => facts.id === step)?.stages ?? []
  const orders = performing.flatMap((stage) => stages.get(stage)?.order ?? [])
  return orders.length > 0 ? Math.min(...orders) : Number.POSITIVE_INFINITY
}
