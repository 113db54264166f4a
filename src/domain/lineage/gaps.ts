import type { Entry } from '../custody/event.ts'
import type { ProductTable, StageTable, StepTable } from '../custody/table.ts'
import { WHOLE_MATERIAL } from './derive.ts'
import { parseOriginKey, parseStepKey } from './key.ts'
import type { Lineage } from './share.ts'
import { WHOLE } from './share.ts'
import { shareFraction } from './share-text.ts'
import { asks } from './step-shares.ts'

/** A batch at which recorded history begins. */
export interface SourceBatch {
  readonly entry: Entry
  readonly productClass: string
  readonly lineage: Lineage
}

export type GapKind =
  /** Nobody says where it was mined or arose. */
  | 'origin_unknown'
  /** It is told that it was recycled, not in which country it arose. */
  | 'country_unknown'
  /** A step that the material has behind it, with nobody saying where. */
  | 'step_unknown'
  /** Told, without a document. */
  | 'evidence_missing'
  /** The graph goes on; it was not walked. */
  | 'not_walked'
  /** A shipment that its receiver has not recorded as received. */
  | 'in_transit'

/** Something that is not known of a batch, how much of it, and how it could be told. */
export interface Gap {
  readonly kind: GapKind
  /** Element symbol, `*` for the whole material; null where it does not matter. */
  readonly element: string | null
  readonly step: string | null
  /** Part of the element's mass in that batch; null where it does not matter. */
  readonly share: string | null
  readonly remedy: string
}

/** The tables that tell which history a batch could have. */
export interface GapTables {
  readonly products: ProductTable
  readonly stages: StageTable
  readonly steps: StepTable
  readonly rareEarths: ReadonlySet<string>
}

const MINED = 'mined'

const DECLARE =
  'Whoever brought the batch into the books can correct the commission with `declared` lines that name step, country and evidence.'
const NAME_COUNTRY =
  'Whoever brought the scrap into the books can correct the commission with its `sourceCountry`.'
const EVIDENCE =
  'Whoever declared it can correct the commission with evidence: a document with its SHA-256 and issuer.'

/** What is missing at a batch that entered without recorded inputs; a mined one lacks nothing. */
export function sourceGaps(source: SourceBatch, tables: GapTables): readonly Gap[] {
  return [...originGaps(source.lineage), ...stepGaps(source, tables)]
}

/** Told by element where elements are known; else for the whole. */
function originGaps({ origins }: Lineage): Gap[] {
  const known = [...origins].filter(([element]) => origins.size === 1 || element !== WHOLE_MATERIAL)
  return known.sort(bySymbol).flatMap(([element, distribution]) => {
    let unknown = 0
    let placeless = 0
    for (const { key, parts } of distribution) {
      const { kind, place } = parseOriginKey(key)
      if (kind === 'unknown') unknown += parts
      else if (place === '') placeless += parts
    }
    return [
      ...gap('origin_unknown', { element, step: null, parts: unknown, remedy: DECLARE }),
      ...gap('country_unknown', { element, step: null, parts: placeless, remedy: NAME_COUNTRY })
    ]
  })
}

function stepGaps({ entry, productClass, lineage }: SourceBatch, tables: GapTables): Gap[] {
  const reach = reachOf(entry, productClass, tables)
  return [...lineage.steps].sort(bySymbol).flatMap(([element, touched]) =>
    tables.steps.flatMap((step) => {
      if (!asks(step.requiredFor, element, tables.rareEarths)) return []
      const touches = touched.get(step.id) ?? { none: WHOLE, parts: [] }
      // Where it was mined is what its origin says.
      const behind = step.id !== MINED && orderOf(step.stages, tables) <= reach
      const told = touches.parts
        .filter(({ key }) => isBare(key))
        .reduce((most, { parts }) => Math.max(most, parts), 0)
      const at = { element, step: step.id }
      return [
        ...gap('step_unknown', { ...at, parts: behind ? touches.none : 0, remedy: DECLARE }),
        ...gap('evidence_missing', { ...at, parts: told, remedy: EVIDENCE })
      ]
    })
  )
}

/**
 * Order of the last stage that the material has behind it by what it is; none for what was mined
 * here (it is recorded) and for scrap, whose first life no regulation asks about step by step.
 */
function reachOf(entry: Entry, productClass: string, { products, stages }: GapTables): number {
  if (entry !== 'purchased' && entry !== 'opening_stock') return Number.NEGATIVE_INFINITY
  const orders = (products.get(productClass)?.producedBy ?? []).flatMap(
    (stage) => stages.get(stage)?.order ?? []
  )
  return orders.length > 0 ? Math.min(...orders) : Number.NEGATIVE_INFINITY
}

/** Where a step stands in the chain: the first of the stages that perform it. */
function orderOf(performing: readonly string[], { stages }: GapTables): number {
  const orders = performing.flatMap((stage) => stages.get(stage)?.order ?? [])
  return orders.length > 0 ? Math.min(...orders) : Number.POSITIVE_INFINITY
}

function isBare(key: string): boolean {
  const { source, level } = parseStepKey(key)
  return source === 'declared' && level === 'declared'
}

function gap(
  kind: GapKind,
  of: { readonly element: string; readonly step: string | null; readonly parts: number } & {
    readonly remedy: string
  }
): Gap[] {
  const { element, step, parts, remedy } = of
  return parts > 0 ? [{ kind, element, step, share: shareFraction(parts), remedy }] : []
}

/** Elements in alphabetical order, the whole material first. */
function bySymbol([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  if (a === WHOLE_MATERIAL || b === WHOLE_MATERIAL) return a === WHOLE_MATERIAL ? -1 : 1
  return a < b ? -1 : 1
}
