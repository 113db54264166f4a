import { hash as digest } from 'node:crypto'

/** RFC 9162 2.1.1: leaves and nodes are hashed apart. */
const NODE = Buffer.from([0x01])

export const HASH_BYTES = 32

/** RFC 9162 2.1.1: the root of a tree without leaves is SHA-256 of nothing. */
export const EMPTY_ROOT: Buffer = digest('sha256', '', 'buffer')

/** RFC 9162 2.1.1: SHA-256(0x01 || left || right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return digest('sha256', Buffer.concat([NODE, left, right]), 'buffer')
}

/** What an inclusion proof says: `leaf` stands at `index` of the tree of `size` with `root`. */
export interface Inclusion {
  readonly leaf: Uint8Array
  readonly index: bigint
  readonly size: bigint
  readonly proof: readonly Uint8Array[]
  readonly root: Uint8Array
}

/** RFC 9162 2.1.3.2. False for anything that does not hold; never throws. */
export function verifyInclusion({ leaf, index, size, proof, root }: Inclusion): boolean {
  if (index < 0n || index >= size || !areHashes([leaf, root, ...proof])) return false
  let position = index
  let last = size - 1n
  let hash = leaf
  for (const sibling of proof) {
    if (last === 0n) return false
    if (isOdd(position) || position === last) {
      hash = nodeHash(sibling, hash)
      const levels = isOdd(position) ? 0n : trailingZeros(position)
      position >>= levels
      last >>= levels
    } else {
      hash = nodeHash(hash, sibling)
    }
    position >>= 1n
    last >>= 1n
  }
  return last === 0n && same(hash, root)
}

/** What a consistency proof says: the tree of `newSize` begins with the tree of `oldSize`. */
export interface Consistency {
  readonly oldSize: bigint
  readonly newSize: bigint
  readonly oldRoot: Uint8Array
  readonly newRoot: Uint8Array
  readonly proof: readonly Uint8Array[]
}

/**
 * RFC 9162 2.1.4.2. False for anything that does not hold, and for an old tree without leaves,
 * which every tree begins with: such a proof would say nothing. Never throws.
 */
export function verifyConsistency(claim: Consistency): boolean {
  const { oldSize, newSize, oldRoot, newRoot, proof } = claim
  if (oldSize <= 0n || oldSize > newSize) return false
  if (oldSize === newSize) return proof.length === 0 && same(oldRoot, newRoot)
  if (!areHashes([oldRoot, newRoot, ...proof])) return false
  const path = isPowerOfTwo(oldSize) ? [oldRoot, ...proof] : proof
  return path.length > 0 && bothRootsFollow(path, claim)
}

function bothRootsFollow(path: readonly Uint8Array[], claim: Consistency): boolean {
  const ones = trailingZeros(claim.oldSize)
  let position = (claim.oldSize - 1n) >> ones
  let last = (claim.newSize - 1n) >> ones
  const [seed = EMPTY_ROOT, ...rest] = path
  let old: Uint8Array = seed
  let now: Uint8Array = seed
  for (const sibling of rest) {
    if (last === 0n) return false
    if (isOdd(position) || position === last) {
      old = nodeHash(sibling, old)
      now = nodeHash(sibling, now)
      const levels = isOdd(position) ? 0n : trailingZeros(position)
      position >>= levels
      last >>= levels
    } else {
      now = nodeHash(now, sibling)
    }
    position >>= 1n
    last >>= 1n
  }
  return last === 0n && same(old, claim.oldRoot) && same(now, claim.newRoot)
}

/** True where the bytes are equal; for public hashes, so time does not matter. */
export function same(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0
}

function areHashes(values: readonly Uint8Array[]): boolean {
  return values.every((value) => value.length === HASH_BYTES)
}

function isOdd(value: bigint): boolean {
  return (value & 1n) === 1n
}

function isPowerOfTwo(value: bigint): boolean {
  return (value & (value - 1n)) === 0n
}

/** How often 2 divides the value; 0 for 0, which has no sibling on its left. */
function trailingZeros(value: bigint): bigint {
  let count = 0n
  for (let rest = value; rest !== 0n && !isOdd(rest); rest >>= 1n) count += 1n
  return count
}
