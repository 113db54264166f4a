/**
 * Lookups that many requests make at once: those of one turn of the event loop share one query, of the
 * cost of one. Each caller gets its own answer, undefined where there
 * is none; a failure goes to all who shared the query.
 */
export class Gathered<Key, Answer> {
  readonly #ask: (keys: readonly Key[]) => Promise<readonly (Answer | undefined)[]>
  readonly #most: number
  #waiting: Waiting<Key, Answer>[] = []
  #scheduled = false

  /** `ask` answers in the order of its keys, of which it gets at most so many. */
  constructor(ask: (keys: readonly Key[]) => Promise<readonly (Answer | undefined)[]>, most = 100) {
    this.#ask = ask
    this.#most = most
  }

  find(key: Key): Promise<Answer | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ key, resolve, reject })
      if (this.#scheduled) return
      this.#scheduled = true
      setImmediate(() => this.#turn())
    })
  }

  #turn(): void {
    this.#scheduled = false
    const waiting = this.#waiting
    this.#waiting = []
    for (let from = 0; from < waiting.length; from += this.#most) {
      void this.#answer(waiting.slice(from, from + this.#most))
    }
  }

  async #answer(waiting: readonly Waiting<Key, Answer>[]): Promise<void> {
    try {
      const answers = await this.#ask(waiting.map(({ key }) => key))
      for (const [index, { resolve }] of waiting.entries()) resolve(answers[index])
    } catch (error) {
      for (const { reject } of waiting) reject(error)
    }
  }
}

interface Waiting<Key, Answer> {
  readonly key: Key
  readonly resolve: (answer: Answer | undefined) => void
  readonly reject: (error: unknown) => void
}
