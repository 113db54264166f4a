import type { BatchState } from './books.ts'

/**
 * Element masses that leave with `massUg` of a batch, pro rata. With E(m) = floor(m x E / M) the
 * parts are E(drawn + m) - E(drawn), so that whatever the order and size of the draws they add up
 * to exactly E when the batch is used up (custody.md, Accounts and postings).
 */
export function leavingElements(batch: BatchState, massUg: bigint): Map<string, bigint> {
  const leaving = new Map<string, bigint>()
  for (const [element, total] of batch.elements) {
    const after = upTo(batch.drawnUg + massUg, total, batch.massUg)
    leaving.set(element, after - upTo(batch.drawnUg, total, batch.massUg))
  }
  return leaving
}

/** A batch that a correction made smaller gives no more than it holds. */
function upTo(mass: bigint, total: bigint, whole: bigint): bigint {
  if (mass >= whole) return total
  const product = mass * total
  const quotient = product / whole
  return product < 0n && product % whole !== 0n ? quotient - 1n : quotient
}

/** The same masses with the opposite sign. */
export function negated(elements: ReadonlyMap<string, bigint>): Map<string, bigint> {
  return new Map([...elements].map(([element, mass]) => [element, -mass]))
}

/** Adds `more` onto `sum` in place. */
export function accumulate(sum: Map<string, bigint>, more: ReadonlyMap<string, bigint>): void {
  for (const [element, mass] of more) sum.set(element, (sum.get(element) ?? 0n) + mass)
}
