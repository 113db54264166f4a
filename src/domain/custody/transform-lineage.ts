import type { Execution } from '../lineage/derive.ts'
import { transformLineage } from '../lineage/derive.ts'
import type { Lineage } from '../lineage/share.ts'
import { WHOLE_MATERIAL } from '../lineage/share.ts'
import type { LineageElement, ProcessScrap } from '../lineage/weigh-inputs.ts'
import { heldBy } from './campaign-mass.ts'
import { besidePools } from './campaign-open.ts'
import type { Content } from './content.ts'
import { leftOpen } from './content.ts'
import type { Draw } from './draw.ts'
import { partOf } from './finds.ts'
import type { Gains } from './gains.ts'
import type { Review } from './review.ts'
import { parameter } from './rules/parameter.ts'
import type { Balance } from './rules/r03-balance.ts'
import { balanceOf, isUnexplained } from './rules/r03-balance.ts'
import type { StageFacts } from './table.ts'

/** The lineage that the outputs of one transform share. */
export function sharedLineage(
  balance: Balance,
  draws: readonly Draw[],
  done: {
    readonly execution: Execution
    readonly stages: readonly StageFacts[] | null
    readonly gains: Gains
    /** Mass of what comes out, without what stays in a campaign. */
    readonly leavingUg: bigint
  },
  review: Review
): Lineage {
  const inputs = draws.map((draw, index) => ({
    lineage: draw.batch.lineage,
    massUg: heldBy(draw.batch, draw.massUg),
    elements: balance.inputs[index]?.elements ?? new Map<string, bigint>(),
    leftOpen: openIn(balance.inputs[index], review),
    scrap: processScrap(draw, review)
  }))
  const pooled = new Set(
    draws.flatMap(({ batch }) => (batch.pool ? [...batch.lineage.origins.keys()] : []))
  )
  const told = toldOnly(draws)
  const elements = trackedElements(balance, { ...done, pooled, told }, review)
  return transformLineage([...inputs, ...besidePools(draws, review)], elements, done.execution)
}

/** Elements that an input may hold and has a history of their own for: of those it has no feed. */
function toldOnly(draws: readonly Draw[]): ReadonlySet<string> {
  const told = new Set<string>()
  for (const { batch } of draws) {
    const { origins, feed } = batch.lineage
    if (origins.size === feed.size) continue
    for (const symbol of origins.keys()) if (!feed.has(symbol)) told.add(symbol)
  }
  return told
}

function openIn(content: Content | undefined, { reference }: Review) {
  const { rareEarths } = reference.chemistry
  return (element: string) => (content ? leftOpen(content, element, rareEarths.has(element)) : 0n)
}

/** Scrap that a process left, as opposed to what was collected or taken in as scrap. */
export function processScrap({ batch }: Draw, { reference, actor }: Review): ProcessScrap {
  const stage = reference.stages.get(batch.stage ?? '')
  const scrap = reference.products.get(batch.productClass)?.scrap ?? false
  if (!scrap || !stage || stage.recycling) return 'none'
  return batch.organization === actor ? 'own' : 'foreign'
}

/** Tracked elements that an output holds or a campaign has held, with both sides of their balance. */
function trackedElements(
  balance: Balance,
  of: {
    /** Null where a balance over more than this event has judged it. */
    readonly stages: readonly StageFacts[] | null
    readonly gains: Gains
    readonly leavingUg: bigint
    readonly pooled: ReadonlySet<string>
    readonly told: ReadonlySet<string>
  },
  review: Review
): LineageElement[] {
  const { stages, gains, leavingUg, pooled, told } = of
  const { rules, chemistry } = review.reference
  const pickupUg = partOf(leavingUg, parameter(rules.r3.pickup))
  return rules.lineageElements.flatMap((symbol) => {
    const held = balance.outputs.some((content) => (content.elements.get(symbol) ?? 0n) > 0n)
    const open = !held && told.has(symbol)
    if (!held && !open && !pooled.has(symbol)) return []
    const { inUg, outUg } = balanceOf(symbol, balance, chemistry.rareEarths.has(symbol))
    const unexplained = stages !== null && isUnexplained(symbol, balance, stages, review)
    const pickup = !rules.r3.balanceSet.includes(symbol)
    const unknownUg = gains.get(symbol)?.unknownUg ?? 0n
    return [{ symbol, inUg, outUg, pickup, pickupUg, unexplained, unknownUg, open }]
  })
}

/** The part of a shared lineage that speaks of what this output holds, or may hold and is told of. */
export function lineageFor(content: Content, shared: Lineage, { reference }: Review): Lineage {
  const { origins, feed, steps } = shared
  const holds = (symbol: string) =>
    symbol === WHOLE_MATERIAL || (content.elements.get(symbol) ?? 0n) > 0n
  const { rareEarths } = reference.chemistry
  const speaks = (symbol: string) =>
    holds(symbol) || (!feed.has(symbol) && leftOpen(content, symbol, rareEarths.has(symbol)) > 0n)
  return { origins: only(origins, speaks), feed: only(feed, holds), steps: only(steps, speaks) }
}

function only<Value>(map: ReadonlyMap<string, Value>, of: (symbol: string) => boolean) {
  return new Map([...map].filter(([symbol]) => of(symbol)))
}
