/**
 * The seed of what tests make up. The same one unless asked otherwise, so that two runs of one commit
 * say the same and a failure is about the change: TEST_SEED takes a number, which repeats
 * a run, or `random`, which looks at what no run has looked at. Whoever uses it prints it.
 */
import { randomInt } from 'node:crypto'

const asked = process.env['TEST_SEED'] ?? '20261128'

export const SEED = asked === 'random' ? randomInt(2 ** 31) : Number(asked)

if (!Number.isSafeInteger(SEED)) throw new Error(`TEST_SEED is no integer: ${asked}`)
