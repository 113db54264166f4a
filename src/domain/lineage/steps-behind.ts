import type { Entry } from '../custody/event.ts'
import type { ProductFacts, StageTable, StepFacts, StepTable } from '../custody/table.ts'
import { WHOLE_MATERIAL } from './share.ts'

/** The tables that tell what material must have gone through. */
interface ChainTables {
  readonly stages: StageTable
  readonly steps: StepTable
}

/** Steps that material without recorded inputs had behind it when it came in, told or not. */
export function stepsBehind(
  entry: Entry,
  product: ProductFacts | undefined,
  tables: ChainTables
): ReadonlySet<string> {
  if (entry === 'mined') return new Set()
  const behind = tables.steps.filter((step) => isBehind(step, product, tables))
  return new Set(behind.map(({ id }) => id))
}

/**
 * True where the material has the step behind it by what it is: the first stage that makes it comes
 * no earlier. What no stage makes (iron, ferroboron) came before the last that takes it, by steps
 * that are asked of elements. Scrap came from a whole magnet, whose later steps are done again. A step
 * that is not always done is behind what nothing else makes.
 */
function isBehind(
  step: StepFacts,
  product: ProductFacts | undefined,
  tables: Pick<ChainTables, 'stages'>
): boolean {
  const performing = ordersOf(step.stages, tables)
  const makers = ordersOf(product?.producedBy ?? [], tables)
  if (step.ifDone) return !isScrap(product) && isMadeBy(step, product)
  if (makers.length > 0 && !isScrap(product)) {
    return Math.min(...performing) <= Math.min(...makers)
  }
  if (!isScrap(product) && step.requiredFor.includes(WHOLE_MATERIAL)) return false
  return Math.max(...performing) < Math.max(...ordersOf(product?.consumedBy ?? [], tables))
}

/** True where every stage that makes the product performs the step. */
function isMadeBy({ stages }: StepFacts, product: ProductFacts | undefined): boolean {
  const makers = product?.producedBy ?? []
  return makers.length > 0 && makers.every((stage) => stages.includes(stage))
}

/** True of what arises where magnets are worked or thrown away. */
export function isScrap(product: ProductFacts | undefined): boolean {
  return product?.entries.some((entry) => entry.endsWith('_scrap')) ?? false
}

function ordersOf(stages: readonly string[], tables: Pick<ChainTables, 'stages'>): number[] {
  return stages.flatMap((stage) => tables.stages.get(stage)?.order ?? [])
}
