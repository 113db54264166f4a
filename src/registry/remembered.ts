/** What never changes, so what is remembered stays true; the oldest goes where there is too much. */
export class Remembered<Key, Value> {
  readonly #most: number
  readonly #known = new Map<Key, Value>()

  constructor(most: number) {
    this.#most = most
  }

  get(key: Key): Value | undefined {
    return this.#known.get(key)
  }

  has(key: Key): boolean {
    return this.#known.has(key)
  }

  keep(key: Key, value: Value): void {
    if (this.#known.has(key)) return
    this.#known.set(key, value)
    const [oldest] = this.#known.size > this.#most ? this.#known.keys() : []
    if (oldest !== undefined) this.#known.delete(oldest)
  }
}
