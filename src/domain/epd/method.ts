import type { Epd } from './epd.ts'
import type { EpdResult } from './result.ts'
import type { IndicatorFacts, IndicatorTable } from './table.ts'

/**
 * The method in the key of a result: what the result says, else what the document says; null for an
 * inventory indicator, whatever is said, since it means the same under every method.
 */
export function methodOf(result: EpdResult, epd: Epd, indicators: IndicatorTable): string | null {
  const indicator = indicators.get(result.indicator)
  if (indicator && isInventory(indicator)) return null
  return result.method ?? epd.methodSet ?? null
}

function isInventory({ definitions }: IndicatorFacts): boolean {
  return definitions.every(({ method }) => method === null)
}
