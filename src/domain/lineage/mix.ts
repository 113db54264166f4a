import type { Distribution, Part, Touches } from './share.ts'
import { WHOLE } from './share.ts'

/** Shares of one input, weighted by the element mass that it gives. */
export interface Weighed<Shares> {
  readonly weightUg: bigint
  readonly shares: Shares
}

/**
 * Mass-weighted mean of partitions: each share rounded down, a positive share getting at least one
 * part, the residual going to the largest part, ties by key bytes (custody.md, Lineage). The result
 * adds up to exactly WHOLE on every machine. Weights must add up to more than zero.
 */
export function mixDistributions(inputs: readonly Weighed<Distribution>[]): Distribution {
  const weighing = inputs.filter((input) => input.weightUg > 0n)
  const first = weighing[0]
  if (!first) throw new RangeError('nothing to mix')
  if (weighing.every((input) => sameParts(input.shares, first.shares))) return first.shares
  return apportion(weightedParts(weighing.map(columnOf)))
}

/**
 * Mass-weighted mean of touch shares. They may overlap, so each is rounded down on its own; a
 * positive share keeps at least one part, so nothing that ever happened is lost by rounding.
 */
export function mixTouches(inputs: readonly Weighed<Touches>[]): Touches {
  const weighing = inputs.filter((input) => input.weightUg > 0n)
  const first = weighing[0]
  if (!first) throw new RangeError('nothing to mix')
  if (weighing.every((input) => sameTouches(input.shares, first.shares))) return first.shares
  const columns = weighing.map((input) => ({
    weightUg: input.weightUg,
    parts: [{ key: NONE, parts: input.shares.none }, ...input.shares.parts]
  }))
  const mixed = weightedParts(columns)
  const none = mixed.find((part) => part.key === NONE)?.parts ?? 0
  return { none, parts: mixed.filter((part) => part.key !== NONE) }
}

const NONE = ''

interface Column {
  readonly weightUg: bigint
  readonly parts: readonly Part[]
}

interface Sum {
  estimate: number
  seen: number
  least: number
  most: number
}

/**
 * Doubles find the floor; where one comes too near to a whole number to be sure of it, the sum is
 * made again with integers. So the result is exact at nearly the speed of doubles.
 */
function weightedParts(columns: readonly Column[]): Part[] {
  const total = columns.reduce((sum, column) => sum + column.weightUg, 0n)
  const sums = new Map<string, Sum>()
  for (const column of columns) gather(sums, column, Number(column.weightUg) / Number(total))
  const doubt = (columns.length + 4) * 2 ** -52 * WHOLE
  const mixed: Part[] = []
  for (const [key, sum] of sums) {
    const parts = settle(key, sum, { columns, total, doubt })
    if (parts > 0) mixed.push({ key, parts })
  }
  return mixed.sort(byKey)
}

function gather(sums: Map<string, Sum>, column: Column, ratio: number): void {
  for (const { key, parts } of column.parts) {
    const sum = sums.get(key)
    if (!sum) {
      sums.set(key, { estimate: ratio * parts, seen: 1, least: parts, most: parts })
      continue
    }
    sum.estimate += ratio * parts
    sum.seen += 1
    sum.least = Math.min(sum.least, parts)
    sum.most = Math.max(sum.most, parts)
  }
}

function settle(
  key: string,
  sum: Sum,
  mix: { columns: readonly Column[]; total: bigint; doubt: number }
): number {
  if (sum.most === 0) return 0
  if (sum.seen === mix.columns.length && sum.least === sum.most) return sum.least
  const floor = Math.floor(sum.estimate)
  const above = sum.estimate - floor
  const sure = above > mix.doubt && 1 - above > mix.doubt
  return Math.max(1, sure ? floor : exactFloor(key, mix.columns, mix.total))
}

function exactFloor(key: string, columns: readonly Column[], total: bigint): number {
  let sum = 0n
  for (const column of columns) {
    const part = column.parts.find((candidate) => candidate.key === key)
    if (part) sum += column.weightUg * BigInt(part.parts)
  }
  return Number(sum / total)
}

/** Gives the residual, of either sign, to the largest part. */
function apportion(parts: readonly Part[]): Distribution {
  const residual = WHOLE - parts.reduce((sum, part) => sum + part.parts, 0)
  if (residual === 0) return parts
  const largest = parts.reduce((best, part) => (part.parts > best.parts ? part : best))
  return parts.map((part) =>
    part === largest ? { key: part.key, parts: part.parts + residual } : part
  )
}

function columnOf(input: Weighed<Distribution>): Column {
  return { weightUg: input.weightUg, parts: input.shares }
}

function sameTouches(a: Touches, b: Touches): boolean {
  return a === b || (a.none === b.none && sameParts(a.parts, b.parts))
}

function sameParts(a: readonly Part[], b: readonly Part[]): boolean {
  if (a === b) return true
  return (
    a.length === b.length &&
    a.every((part, index) => part.key === b[index]?.key && part.parts === b[index]?.parts)
  )
}

function byKey(a: Part, b: Part): number {
  return a.key < b.key ? -1 : 1
}
