import { type PackedLineage, packLineage, unpackLineage } from './codec.ts'
import type { Lineage } from './share.ts'

/** A lineage as it is stored, which takes a tenth of the memory, unpacked when somebody looks into it. */
export class UnreadLineage implements Lineage {
  readonly #packed: PackedLineage
  #read: Lineage | undefined

  private constructor(packed: PackedLineage) {
    this.#packed = packed
  }

  /** The same lineage, with nothing of it unpacked; `packed` where somebody has packed it already. */
  static of(lineage: Lineage, packed?: PackedLineage): UnreadLineage {
    if (!(lineage instanceof UnreadLineage)) {
      return new UnreadLineage(packed ?? packLineage(lineage))
    }
    lineage.#read = undefined
    return lineage
  }

  get origins(): Lineage['origins'] {
    return this.#unpacked().origins
  }

  get feed(): Lineage['feed'] {
    return this.#unpacked().feed
  }

  get steps(): Lineage['steps'] {
    return this.#unpacked().steps
  }

  #unpacked(): Lineage {
    this.#read ??= unpackLineage(this.#packed)
    return this.#read
  }
}
