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

/** A piece of text so long is handed on; shorter ones are put together first. */
const PIECE = 16_384

/**
 * Hands a long text on as its pieces come, in order, and lets whoever else waits have a turn between
 * them.
 */
export async function handOn(
  pieces: Iterable<string>,
  take: (text: string) => void
): Promise<void> {
  const breath = new Breath()
  let text = ''
  for (const piece of pieces) {
    text += piece
    if (text.length < PIECE) continue
    take(text)
    text = ''
    await breath.take()
  }
  take(text)
}

/** Resolves when whoever else waits for this process has had a turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
