import type { Entry } from '../custody/event.ts'
import type { ProductTable, StageTable, StepFacts, StepTable } from '../custody/table.ts'
import { parseOriginKey, parseStepKey } from './key.ts'
import type { Lineage, Touches } from './share.ts'
import { WHOLE, WHOLE_MATERIAL } from './share.ts'
import { shareFraction } from './share-text.ts'
import { asks, settled } from './step-shares.ts'
import { isScrap, stepsBehind } from './steps-behind.ts'

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
  /** Scrap: a step of its first life, with nobody saying where. */
  | 'first_life_unknown'
  /** Told, without a document. */
  | 'evidence_missing'
  /** A correction took the batch out of the books: nothing is known of what was used of it. */
  | 'voided'
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
const NEVER: Touches = { none: WHOLE, parts: [] }

const DECLARE =
  'Whoever brought the batch into the books can correct the commission with `declared` lines that name step, country and evidence; of a step, the lines of an element take the place of those of `*`.'
const NAME_COUNTRY =
  'Whoever brought the scrap into the books can correct the commission with its `sourceCountry`.'
const REPLACE =
  'A correction took the batch out of the books and announced an event that takes the place of the wrong one. Whoever made it can record that event.'
const CORRECT_USE =
  'A correction took the batch out of the books. Whoever used it can correct that use.'
const EVIDENCE =
  'Whoever declared it can correct the commission with evidence: a document with its SHA-256 and issuer.'

/** What is missing at a batch that entered without recorded inputs; a mined one lacks nothing. */
export function sourceGaps(source: SourceBatch, tables: GapTables): readonly Gap[] {
  return [...originGaps(source.lineage), ...stepGaps(source, tables)]
}

/** What is missing at a batch that a correction took out of the books. */
export function voidedGap({ isReplaced }: { readonly isReplaced: boolean }): Gap {
  const remedy = isReplaced ? REPLACE : CORRECT_USE
  return {
    kind: 'voided',
    element: WHOLE_MATERIAL,
    step: null,
    share: shareFraction(WHOLE),
    remedy
  }
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

function stepGaps(source: SourceBatch, tables: GapTables): Gap[] {
  const { entry, productClass, lineage } = source
  const product = tables.products.get(productClass)
  const scrap = isScrap(product)
  const passed = stepsBehind(entry, product, tables)
  const behind = (step: StepFacts) => passed.has(step.id)
  const asked = new Map(tables.steps.map((step) => [step.id, askedOf(step, lineage, tables)]))
  const elements = [...new Set([WHOLE_MATERIAL, ...lineage.steps.keys()])].sort()
  const untold = elements.flatMap((element) =>
    tables.steps.flatMap((step) => {
      const touches = asked.get(step.id)?.get(element)
      if (!touches) return []
      // Where it was mined is what its origin says.
      const missing = !scrap && step.id !== MINED && behind(step)
      const at = { element, step: step.id }
      const none = missing ? touches.none : 0
      return [
        ...gap('step_unknown', { ...at, parts: none, remedy: DECLARE }),
        ...gap('evidence_missing', { ...at, parts: bareParts(touches), remedy: EVIDENCE })
      ]
    })
  )
  return scrap ? [...untold, ...firstLifeGaps(source, tables.steps.filter(behind), tables)] : untold
}

/**
 * What is known of a step by the elements of which it is asked. A step of the whole material is asked
 * of each element that any step is asked of, as the verdicts do, and told as one where all went the
 * same way; the whole answers for itself only where no element is known.
 */
function askedOf(
  { id, requiredFor }: StepFacts,
  { steps }: Lineage,
  tables: GapTables
): ReadonlyMap<string, Touches> {
  const { rareEarths } = tables
  const touchesOf = (element: string) => settled(steps.get(element)?.get(id) ?? NEVER)
  const each = (isAsked: (element: string) => boolean) =>
    new Map([...steps.keys()].filter(isAsked).map((element) => [element, touchesOf(element)]))
  if (!requiredFor.includes(WHOLE_MATERIAL)) {
    return each((element) => asks(requiredFor, element, rareEarths))
  }
  const traced = each(
    (element) =>
      element !== WHOLE_MATERIAL &&
      tables.steps.some((step) => asks(step.requiredFor, element, rareEarths))
  )
  const [first, ...others] = traced.values()
  if (first === undefined) return new Map([[WHOLE_MATERIAL, touchesOf(WHOLE_MATERIAL)]])
  const alike = others.every(
    (other) => other.none === first.none && bareParts(other) === bareParts(first)
  )
  return alike ? new Map([[WHOLE_MATERIAL, first]]) : traced
}

/** The largest part that is told without a document. */
function bareParts({ parts }: Touches): number {
  const bare = parts.filter(({ key }) => isBare(key))
  return bare.reduce((most, part) => Math.max(most, part.parts), 0)
}

/**
 * Where scrap was worked before it was scrap. What nobody told of any element is one gap of the whole:
 * a plant takes in thousands of lots.
 */
function firstLifeGaps(
  { entry, lineage }: SourceBatch,
  steps: StepTable,
  tables: GapTables
): Gap[] {
  // The origin of scrap says where it arose, that of what was bought says where it was mined.
  const behind = steps.filter(({ id }) => id !== MINED || entry.endsWith('_scrap'))
  return behind.flatMap((step) => {
    const asked = [...askedOf(step, lineage, tables)]
      .map(([element, { none }]): [string, number] => [element, none])
      .sort(bySymbol)
    const wholly = asked.length > 0 && asked.every(([, parts]) => parts === WHOLE)
    const told = wholly ? [[WHOLE_MATERIAL, WHOLE] as const] : asked
    return told.flatMap(([element, parts]) =>
      gap('first_life_unknown', { element, step: step.id, parts, remedy: DECLARE })
    )
  })
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

/** Elements in alphabetical order; the sign of the whole material comes before all letters. */
function bySymbol([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}
