/** A `Map` of so many entries is still an ordinary object of the collector; beyond them it is a large one. */
const MOST_ENTRIES = 4096

/**
 * A map of any length made of maps that are not long, in the order in which keys were added.
 *
 * V8 does not move large objects: one that a collection of young memory finds alive counts as old from then on,
 * and when it is dropped all that it names stays as well, until the whole heap is gone through. A walk over
 * thousands of batches left megabytes behind in this way, and every twentieth one paid for all.
 */
export class LongMap<Key, Value> implements ReadonlyMap<Key, Value> {
  /** Most walks are not long: one map, and nothing to go through. */
  readonly #first = new Map<Key, Value>()
  readonly #others: Map<Key, Value>[] = []
  #newest = this.#first

  get size(): number {
    return this.#others.length * MOST_ENTRIES + this.#newest.size
  }

  get(key: Key): Value | undefined {
    const value = this.#first.get(key)
    return value !== undefined || this.#others.length === 0 ? value : this.#holding(key)?.get(key)
  }

  has(key: Key): boolean {
    return this.#first.has(key) || (this.#others.length > 0 && this.#holding(key) !== undefined)
  }

  set(key: Key, value: Value): this {
    const holding = this.#first.has(key) ? this.#first : this.#holding(key)
    if (holding === undefined) return this.add(key, value)
    holding.set(key, value)
    return this
  }

  /** `set` of a key that is not there, which is not looked for again. */
  add(key: Key, value: Value): this {
    if (this.#newest.size === MOST_ENTRIES) {
      this.#newest = new Map()
      this.#others.push(this.#newest)
    }
    this.#newest.set(key, value)
    return this
  }

  forEach(each: (value: Value, key: Key, map: ReadonlyMap<Key, Value>) => void): void {
    for (const part of [this.#first, ...this.#others]) {
      part.forEach((value, key) => {
        each(value, key, this)
      })
    }
  }

  *entries(): MapIterator<[Key, Value]> {
    for (const part of [this.#first, ...this.#others]) yield* part.entries()
  }

  *keys(): MapIterator<Key> {
    for (const part of [this.#first, ...this.#others]) yield* part.keys()
  }

  *values(): MapIterator<Value> {
    for (const part of [this.#first, ...this.#others]) yield* part.values()
  }

  [Symbol.iterator](): MapIterator<[Key, Value]> {
    return this.entries()
  }

  /** By number: to go through parts by an iterator makes one each time. */
  #holding(key: Key): Map<Key, Value> | undefined {
    for (let n = 0; n < this.#others.length; n += 1) {
      if (this.#others[n]?.has(key)) return this.#others[n]
    }
    return undefined
  }
}
