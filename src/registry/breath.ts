/** So long a service may be busy with one request before it looks after others. */
const BREATH_MS = 8

/** Lets whoever else waits for this process have a turn, every few milliseconds of work. */
export class Breath {
  #since = performance.now()

  async take(): Promise<void> {
    if (performance.now() - this.#since < BREATH_MS) return
    await nextTurn()
    this.#since = performance.now()
  }
}

/** Resolves when whoever else waits for this process has had a turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
