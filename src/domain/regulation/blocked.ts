import type { StageLaw, StageTable, StepTable } from '../custody/table.ts'
import type { Gap } from '../lineage/gaps.ts'

/** A regulation that asks where steps happened. */
export interface AskingRegulation {
  readonly id: string
  readonly cite: string
  /** Which verbs of the stages are its. */
  readonly law: keyof StageLaw
  /** Element symbols, or `*` for every one. */
  readonly elements: readonly string[]
  /** A history that is told without documents blocks it too. */
  readonly documents: boolean
  /** It asks where recycled material was mined and worked the first time, too. */
  readonly firstLife: boolean
  /** The report of this registry that needs it; null where there is none. */
  readonly report: string | null
}

/** What a gap keeps from being answered. */
export interface Blocked {
  readonly regulation: string
  readonly cite: string
  readonly report: string | null
}

export interface AskingTables {
  readonly asking: readonly AskingRegulation[]
  readonly stages: StageTable
  readonly steps: StepTable
}

/** Scrap whose country nobody told is missing where recycling is asked about. */
const COLLECTION = 'collection'
const MINED = 'mined'

/** The regulations that a gap of the history blocks, and the reports that wait for it. */
export function blockedBy(
  gap: Pick<Gap, 'kind' | 'element' | 'step'>,
  tables: AskingTables
): Blocked[] {
  const { stages } = tables
  const performing = performedBy(gap, tables).flatMap((id) => stages.get(id)?.law ?? [])
  return tables.asking
    .filter(
      ({ law, elements, documents, firstLife }) =>
        performing.some((verbs) => verbs[law] !== null) &&
        concerns(elements, gap.element) &&
        (gap.kind !== 'evidence_missing' || documents) &&
        (gap.kind !== 'first_life_unknown' || firstLife)
    )
    .map(({ id, cite, report }) => ({ regulation: id, cite, report }))
}

function performedBy({ kind, step }: Pick<Gap, 'kind' | 'step'>, { steps }: AskingTables) {
  if (kind === 'not_walked' || kind === 'in_transit') return []
  if (kind === 'country_unknown') return [COLLECTION]
  return steps.find(({ id }) => id === (step ?? MINED))?.stages ?? []
}

function concerns(elements: readonly string[], element: string | null): boolean {
  return element === null || element === '*' || elements.includes('*') || elements.includes(element)
}
