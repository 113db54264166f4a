import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Asks again and again until it holds; false where it does not within the time. For what another
 * process or a timer does: how long that takes on a busy machine is not what a test is about.
 */
export async function eventually(
  holds: () => boolean | Promise<boolean>,
  withinMs = 30_000
): Promise<boolean> {
  const end = performance.now() + withinMs
  while (!(await holds())) {
    if (performance.now() > end) return false
    await sleep(20)
  }
  return true
}
