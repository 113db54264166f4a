import { RegistryError } from '../errors.ts'

/** A 404 takes this long, or twice as long, or four times ... whatever had to be looked up for it. */
const STEP_MS = 25

/**
 * Runs `work`; a `NOT_FOUND` of it, and an answer that holds nothing, is told after a step of time that
 * doubles, so that how long a search took does not tell what was searched: an unknown batch and one
 * that is not to be seen answer alike.
 */
export async function unhurried<T>(
  work: () => Promise<T>,
  holdsNothing: (answer: T) => boolean = () => false
): Promise<T> {
  const began = performance.now()
  try {
    const answer = await work()
    if (holdsNothing(answer)) await stepOf(began)
    return answer
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'NOT_FOUND') await stepOf(began)
    throw error
  }
}

async function stepOf(began: number): Promise<void> {
  const took = performance.now() - began
  let step = STEP_MS
  while (step < took) step *= 2
  // A timer may be early by the part of a millisecond that it does not count.
  for (let left = step - took; left > 0; left = began + step - performance.now()) {
    await new Promise((resolve) => setTimeout(resolve, left))
  }
}
