/**
 * The seed of what tests make up. The same one unless asked otherwise, so that two runs of one commit
 * say the same and a failure is about the change: TEST_SEED takes a number, which repeats
 * a run, or `random`, which looks at what no run has looked at. Whoever uses it prints it.
 */
import { randomInt } from 'node:crypto'

const asked = process.env['TEST_SEED'] ?? '20261128'

export const SEED = asked === 'random' ? randomInt(2 ** 31) : Number(asked)

if (!Number.isSafeInteger(SEED)) throw new Error(`TEST_SEED is no integer: ${asked}`)

/** Mulberry32: small, seeded, the same on every machine. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
