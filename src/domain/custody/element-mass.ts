import type { BatchState } from './books.ts'

/**
 * Element masses that leave with `massUg` of a batch, pro rata: E(m) = floor(m x E / M). It depends
 * on nothing but the draw itself, so the same events end in the same books in whatever order they
 * arrive. What rounding leaves behind, less than a microgram a draw, stays with the batch, so no
 * element is ever given away twice (custody.md, Accounts and postings; docs/adr).
 */
export function leavingElements(batch: BatchState, massUg: bigint): Map<string, bigint> {
  const leaving = new Map<string, bigint>()
  // A batch that a correction made smaller gives no more than it holds.
  const part = massUg < batch.massUg ? massUg : batch.massUg
  for (const [element, total] of batch.elements) {
    leaving.set(element, (part * total) / batch.massUg)
  }
  return leaving
}

/** The same masses with the opposite sign. */
export function negated(elements: ReadonlyMap<string, bigint>): Map<string, bigint> {
  return new Map([...elements].map(([element, mass]) => [element, -mass]))
}
