import { createHash } from 'node:crypto'

/**
 * Reproducible randomness: the same seed gives the same chains on every machine (sfc32, begun from
 * the hash of the seed). Its 128 bits of state keep the streams of a run apart: with 32 bits two of
 * them would soon be at the same place, and from there on make events with the same ids.
 */
export class Random {
  readonly #state: Uint32Array

  constructor(seed: number) {
    const hash = createHash('sha256').update(`${seed}`).digest()
    this.#state = Uint32Array.from([0, 4, 8, 12], (at) => hash.readUInt32LE(at))
  }

  /** A number from 0 up to, not including, 1. */
  fraction(): number {
    const [a = 0, b = 0, c = 0, counter = 0] = this.#state
    const drawn = (a + b + counter) >>> 0
    this.#state.set([b ^ (b >>> 9), c + (c << 3), ((c << 21) | (c >>> 11)) + drawn, counter + 1])
    return drawn / 2 ** 32
  }

  /** An integer, both ends included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.fraction() * (most - least + 1))
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.between(0, items.length - 1)]
    if (item === undefined) throw new RangeError('nothing to pick from')
    return item
  }

  /** So many hexadecimal digits. */
  hex(digits: number): string {
    let text = ''
    while (text.length < digits) text += this.between(0, 0xffff).toString(16).padStart(4, '0')
    return text.slice(0, digits)
  }

  /** A UUID of version 8, so that nobody takes it for one that a clock or the system has drawn. */
  uuid(): string {
    const hex = this.hex(32)
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`
  }
}
