import type { CommissionedBatch, DeclaredStep, Entry, EvidenceLevel } from '../custody/event.ts'
import type { Execution } from './derive.ts'
import type { OriginKind } from './key.ts'
import { originKey, stepKey, UNKNOWN_KEY } from './key.ts'
import type { Distribution, Lineage, Part, Touches } from './share.ts'
import { WHOLE, WHOLE_MATERIAL } from './share.ts'

/** A declared history line with its share in parts; see `declaredParts`. */
export interface DeclaredPart extends DeclaredStep {
  readonly parts: number
}

/** What the lineage of a commissioned batch is made from. */
export interface CommissionFacts {
  readonly batch: CommissionedBatch
  /** The organization that tells the history. */
  readonly organization: string
  /** Elements of the assay whose origins are tracked. */
  readonly elements: readonly string[]
  /** Those that it may hold and has a history of their own for: of them no feed is told, they may be absent. */
  readonly open: readonly string[]
  readonly declared: readonly DeclaredPart[]
  readonly execution: Execution
}

const FEED: Record<Entry, string> = {
  mined: 'primary',
  purchased: 'primary',
  opening_stock: 'primary',
  post_consumer_scrap: 'post_consumer',
  pre_consumer_scrap: 'pre_consumer'
}

/**
 * The lineage of a batch that entered without recorded inputs: mined here, arisen as scrap, or what
 * its history declares; the part that is not declared is unknown (rule R16).
 */
export function commissionLineage(facts: CommissionFacts): Lineage {
  const origins = new Map<string, Distribution>()
  const steps = new Map<string, ReadonlyMap<string, Touches>>()
  const held = [...facts.elements, WHOLE_MATERIAL]
  for (const element of [...held, ...facts.open]) {
    origins.set(element, originOf(element, facts))
    steps.set(element, stepsOf(element, facts))
  }
  const feed: Distribution = [{ key: FEED[facts.batch.entry], parts: WHOLE }]
  return { origins, steps, feed: new Map(held.map((element) => [element, feed])) }
}

function originOf(element: string, facts: CommissionFacts): Distribution {
  const { entry, sourceCountry } = facts.batch
  const party = facts.execution.facility
  if (entry === 'mined') return wholly('mine', party, facts.execution.place)
  if (entry === 'post_consumer_scrap') return wholly('post_consumer', party, sourceCountry ?? '')
  if (entry === 'pre_consumer_scrap') return wholly('pre_consumer', party, sourceCountry ?? '')
  const mined = linesFor(element, facts).filter((line) => line.step === 'mined')
  return partition(mined, facts.organization)
}

function wholly(kind: OriginKind, party: string, place: string): Distribution {
  return [{ key: originKey({ kind, party, place }), parts: WHOLE }]
}

function partition(lines: readonly DeclaredPart[], organization: string): Distribution {
  const parts = summed(lines, (line) =>
    originKey({ kind: 'declared', party: line.facility ?? organization, place: placeOf(line) })
  )
  const rest = WHOLE - parts.reduce((sum, part) => sum + part.parts, 0)
  if (rest > 0) parts.push({ key: UNKNOWN_KEY, parts: rest })
  return parts.sort(byKey)
}

function stepsOf(element: string, facts: CommissionFacts): ReadonlyMap<string, Touches> {
  const steps = new Map<string, Touches>()
  const lines = linesFor(element, facts)
  for (const step of [...new Set(lines.map((line) => line.step))].sort()) {
    const parts = summed(
      lines.filter((line) => line.step === step),
      (line) =>
        stepKey({
          party: line.facility ?? facts.organization,
          place: placeOf(line),
          source: 'declared',
          level: strongest(line)
        })
    ).sort(byKey)
    steps.set(step, { none: WHOLE - parts.reduce((sum, part) => sum + part.parts, 0), parts })
  }
  if (facts.batch.entry === 'mined') steps.set('mined', minedHere(facts.execution))
  return steps
}

function minedHere(execution: Execution): Touches {
  const key = stepKey({
    party: execution.facility,
    place: execution.place,
    source: 'recorded',
    level: execution.level
  })
  return { none: 0, parts: [{ key, parts: WHOLE }] }
}

/** Lines that name the element; for a step that no such line tells, lines for the whole. */
function linesFor(element: string, facts: CommissionFacts): DeclaredPart[] {
  const own = facts.declared.filter((line) => line.element === element)
  const told = new Set(own.map((line) => line.step))
  const general = facts.declared.filter(
    (line) => line.element === WHOLE_MATERIAL && !told.has(line.step)
  )
  return element === WHOLE_MATERIAL ? own : [...own, ...general]
}

function summed(lines: readonly DeclaredPart[], keyOf: (line: DeclaredPart) => string): Part[] {
  const sums = new Map<string, number>()
  for (const line of lines) {
    if (line.parts === 0) continue
    const key = keyOf(line)
    sums.set(key, (sums.get(key) ?? 0) + line.parts)
  }
  return [...sums].map(([key, parts]) => ({ key, parts }))
}

function placeOf(line: DeclaredPart): string {
  return line.region ?? line.country
}

const LEVELS: readonly EvidenceLevel[] = [
  'declared',
  'documented',
  'counterparty_confirmed',
  'verified'
]

function strongest(line: DeclaredPart): EvidenceLevel {
  const best = Math.max(0, ...line.evidence.map((item) => LEVELS.indexOf(item.level)))
  return LEVELS[best] ?? 'declared'
}

function byKey(a: Part, b: Part): number {
  return a.key < b.key ? -1 : 1
}
