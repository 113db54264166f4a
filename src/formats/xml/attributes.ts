/** The attributes of an element, by local name; a Map of them is one. */
export interface Attributes extends Iterable<readonly [name: string, value: string]> {
  readonly size: number
  get(name: string): string | undefined
}

/** As few as elements usually have, in a tenth of the memory of a Map: names and values in turn. */
export class FewAttributes implements Attributes {
  static readonly none = new FewAttributes([])
  readonly #stated: readonly string[]

  constructor(stated: readonly string[]) {
    this.#stated = stated
  }

  get size(): number {
    return this.#stated.length / 2
  }

  get(name: string): string | undefined {
    for (let at = 0; at < this.#stated.length; at += 2) {
      if (this.#stated[at] === name) return this.#stated[at + 1]
    }
    return undefined
  }

  *[Symbol.iterator](): Generator<readonly [name: string, value: string]> {
    for (let at = 0; at < this.#stated.length; at += 2) {
      yield [this.#stated[at] ?? '', this.#stated[at + 1] ?? '']
    }
  }
}
