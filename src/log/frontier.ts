import { EMPTY_ROOT, nodeHash } from './merkle.ts'

/** A tree that is only grown: the roots of its complete subtrees, largest first. */
export class Frontier {
  readonly #subtrees: { readonly level: number; readonly hash: Uint8Array }[] = []
  size = 0

  add(leaf: Uint8Array): void {
    let hash = leaf
    let level = 0
    for (let last = this.#subtrees.at(-1); last?.level === level; last = this.#subtrees.at(-1)) {
      hash = nodeHash(last.hash, hash)
      level += 1
      this.#subtrees.pop()
    }
    this.#subtrees.push({ level, hash })
    this.size += 1
  }

  /** RFC 9162 2.1.1: the root of what was added. */
  root(): Uint8Array {
    const hashes = this.#subtrees.map(({ hash }) => hash)
    return hashes.length === 0
      ? EMPTY_ROOT
      : hashes.reduceRight((right, left) => nodeHash(left, right))
  }
}
