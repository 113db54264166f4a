/**
 * What was asked for or set of late, by key: at most `most` values. They lie in two halves; what nobody
 * has asked for since the newer one began goes when that is full, so that to ask costs one lookup.
 */
export class Recent<Value> {
  readonly #half: number
  readonly #now: () => number
  #newer = new Map<string, Value>()
  #older = new Map<string, Value>()
  #turnedAt: number
  #goneBefore: number
  #turns = 0

  /** `now` counts up, and what is set has been counted by then. */
  constructor(most: number, now: () => number = () => 0) {
    this.#half = most / 2
    this.#now = now
    this.#turnedAt = now()
    this.#goneBefore = this.#turnedAt
  }

  /** What is not here any more has been counted before. */
  get goneBefore(): number {
    return this.#goneBefore
  }

  /** How often the older half has gone; what is set is still here after the next time. */
  get turns(): number {
    return this.#turns
  }

  get(key: string): Value | undefined {
    const value = this.#newer.get(key)
    if (value !== undefined) return value
    const old = this.#older.get(key)
    if (old !== undefined) this.set(key, old)
    return old
  }

  has(key: string): boolean {
    return this.#newer.has(key) || this.#older.has(key)
  }

  set(key: string, value: Value): void {
    if (this.#newer.size >= this.#half && !this.#newer.has(key)) {
      this.#older = this.#newer
      this.#newer = new Map()
      this.#turns += 1
      this.#goneBefore = this.#turnedAt
      this.#turnedAt = this.#now()
    }
    this.#newer.set(key, value)
  }

  /** Sets what is known and not here yet. */
  put(key: string, value: Value | undefined): void {
    if (value !== undefined && this.get(key) === undefined) this.set(key, value)
  }

  clear(): void {
    this.#newer = new Map()
    this.#older = new Map()
    this.#turns += 2
    this.#turnedAt = this.#now()
    this.#goneBefore = this.#turnedAt
  }
}
