import { EMPTY_ROOT, nodeHash } from './merkle.ts'

/** A complete subtree: the `index`-th of 2^level leaves, counted from 0. */
export interface Node {
  readonly level: number
  readonly index: number
}

/** Leaves from `begin` up to and without `end`. */
export interface Range {
  readonly begin: number
  readonly end: number
}

/** Gives the hash of a complete subtree; throws where it does not know it. */
export type ReadNode = (node: Node) => Uint8Array

/**
 * RFC 9162 2.1.3.1: the parts of the tree whose hashes prove that the leaf at `index` is in the
 * tree of `size`, from the leaf's sibling upwards. Throws RangeError outside 0 <= index < size.
 */
export function inclusionRanges(index: number, size: number): Range[] {
  if (!(index >= 0 && index < size)) throw new RangeError(`no leaf ${index} in a tree of ${size}`)
  const path: Range[] = []
  let begin = 0
  let end = size
  while (end - begin > 1) {
    const middle = begin + largestPowerBelow(end - begin)
    if (index < middle) {
      path.push({ begin: middle, end })
      end = middle
    } else {
      path.push({ begin, end: middle })
      begin = middle
    }
  }
  return path.reverse()
}

/**
 * RFC 9162 2.1.4.1: the parts whose hashes prove that the tree of `newSize` begins with the tree of
 * `oldSize`. Throws RangeError outside 0 < oldSize <= newSize.
 */
export function consistencyRanges(oldSize: number, newSize: number): Range[] {
  if (!(oldSize > 0 && oldSize <= newSize)) {
    throw new RangeError(`a tree of ${newSize} does not extend one of ${oldSize}`)
  }
  const path: Range[] = []
  let begin = 0
  let end = newSize
  while (oldSize < end) {
    const middle = begin + largestPowerBelow(end - begin)
    if (oldSize <= middle) {
      path.push({ begin: middle, end })
      end = middle
    } else {
      path.push({ begin, end: middle })
      begin = middle
    }
  }
  // Where the old tree is a complete subtree on the left, its root is known to the verifier.
  return begin === 0 ? path.reverse() : [{ begin, end }, ...path.reverse()]
}

/** The complete subtrees that a range consists of, largest first. */
export function nodesOf({ begin, end }: Range): Node[] {
  const nodes: Node[] = []
  for (let at = begin; at < end; ) {
    let level = 0
    while (at + 2 ** (level + 1) <= end) level += 1
    nodes.push({ level, index: at / 2 ** level })
    at += 2 ** level
  }
  return nodes
}

/** The hash of a part of the tree, whose `begin` is a multiple of its largest complete subtree. */
export function hashRange(range: Range, read: ReadNode): Uint8Array {
  const hashes = nodesOf(range).map(read)
  return hashes.length === 0
    ? EMPTY_ROOT
    : hashes.reduceRight((right, left) => nodeHash(left, right))
}

/** RFC 9162 2.1.1: the root of the tree of `size`. */
export function rootOf(size: number, read: ReadNode): Uint8Array {
  return hashRange({ begin: 0, end: size }, read)
}

/** The hash of a complete subtree from the hashes on its lowest level, whose number is 2^n. */
export function combine(hashes: readonly Uint8Array[]): Uint8Array {
  let level = hashes
  while (level.length > 1) {
    const above: Uint8Array[] = []
    for (let n = 0; n + 1 < level.length; n += 2) {
      above.push(nodeHash(level[n] ?? EMPTY_ROOT, level[n + 1] ?? EMPTY_ROOT))
    }
    level = above
  }
  return level[0] ?? EMPTY_ROOT
}

/** The largest power of two smaller than `count`, which is at least 2. */
function largestPowerBelow(count: number): number {
  let power = 1
  while (power * 2 < count) power *= 2
  return power
}
