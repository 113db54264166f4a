/**
 * Counts values by their size, for the metrics: a few additions a value, and nothing else until
 * somebody asks.
 */
export class Tally {
  /** Upper bounds, included, ascending; what is larger than the last counts in the sum alone. */
  readonly bounds: readonly number[]
  readonly #counts: number[]
  #count = 0
  #sum = 0

  constructor(bounds: readonly number[]) {
    this.bounds = bounds
    this.#counts = bounds.map(() => 0)
  }

  add(value: number): void {
    this.#count += 1
    this.#sum += value
    const { bounds } = this
    for (let n = 0; n < bounds.length; n += 1) {
      if (value <= (bounds[n] as number)) {
        this.#counts[n] = (this.#counts[n] as number) + 1
        return
      }
    }
  }

  get count(): number {
    return this.#count
  }

  get sum(): number {
    return this.#sum
  }

  /** How many values were at most as large as each bound. */
  cumulative(): number[] {
    let sum = 0
    return this.#counts.map((count) => {
      sum += count
      return sum
    })
  }
}
