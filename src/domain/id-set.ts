/** Slots of an empty set; a power of two, as every size after it. */
const FEW = 1_024

/**
 * Ids in eight bytes each, because an upload may have a million events. Half of an id stands for the whole:
 * two of a million that are derived from hashes share it once in some ten million uploads.
 */
export class IdSet {
  /** Two words a slot; both 0 where it is empty. */
  #words = new Uint32Array(2 * FEW)
  #count = 0

  has(id: string): boolean {
    const [first, second] = halfOf(id)
    return this.#isAt(this.#slotFor(first, second), first, second)
  }

  add(id: string): void {
    const [first, second] = halfOf(id)
    const slot = this.#slotFor(first, second)
    if (this.#isAt(slot, first, second)) return
    this.#put(slot, first, second)
    this.#count += 1
    if (this.#count * 4 > this.#words.length) this.#grow()
  }

  /** Where it is, or would be. */
  #slotFor(first: number, second: number): number {
    const last = this.#words.length / 2 - 1
    let slot = first & last
    while (!this.#isAt(slot, 0, 0) && !this.#isAt(slot, first, second)) slot = (slot + 1) & last
    return slot
  }

  #isAt(slot: number, first: number, second: number): boolean {
    return this.#words[2 * slot] === first && this.#words[2 * slot + 1] === second
  }

  #put(slot: number, first: number, second: number): void {
    this.#words[2 * slot] = first
    this.#words[2 * slot + 1] = second
  }

  #grow(): void {
    const before = this.#words
    this.#words = new Uint32Array(2 * before.length)
    for (let at = 0; at < before.length; at += 2) {
      const [first = 0, second = 0] = before.subarray(at, at + 2)
      if (first !== 0 || second !== 0) this.#put(this.#slotFor(first, second), first, second)
    }
  }
}

/** The first and the last eight digits: those of its version and variant are in between. */
function halfOf(id: string): readonly [number, number] {
  const [first, last] = [Number.parseInt(id.slice(0, 8), 16), Number.parseInt(id.slice(-8), 16)]
  return first === 0 && last === 0 ? [0, 1] : [first, last]
}
