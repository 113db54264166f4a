/**
 * Answers of the database that many requests need within a moment: asked once, then remembered for
 * so long. Who asks while the answer is under way waits for the same one. A failure is not kept.
 */
export class ShortMemory<Answer> {
  readonly #ask: (key: string) => Promise<Answer>
  readonly #milliseconds: number
  readonly #most: number
  readonly #known = new Map<string, { readonly answer: Promise<Answer>; readonly until: number }>()

  constructor(ask: (key: string) => Promise<Answer>, milliseconds: number, most = 10_000) {
    this.#ask = ask
    this.#milliseconds = milliseconds
    this.#most = most
  }

  get(key: string): Promise<Answer> {
    const now = performance.now()
    const known = this.#known.get(key)
    if (known && known.until > now) return known.answer
    const answer = this.#ask(key)
    if (this.#known.size >= this.#most) this.#known.clear()
    this.#known.set(key, { answer, until: now + this.#milliseconds })
    answer.catch(() => this.forget(key))
    return answer
  }

  forget(key: string): void {
    this.#known.delete(key)
  }
}
