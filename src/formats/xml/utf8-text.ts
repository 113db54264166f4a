import { isAscii } from 'node:buffer'

/** Bytes that are made a string of at once. Larger strings are costly to hold. */
const CHUNK_BITS = 12
const CHUNK = 1 << CHUNK_BITS

/** Text as its bytes, of which strings are made where they are asked for. */
export class Utf8Text {
  /** Valid UTF-8. */
  readonly bytes: Buffer
  /** By their place; null where not all is ASCII, so that characters stand elsewhere than bytes. */
  readonly #chunks: (string | null | undefined)[] = []

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  }

  /** What lies between two bytes that characters begin with. To cut it out of a string is cheaper. */
  slice(begin: number, end: number): string {
    const place = begin >>> CHUNK_BITS
    if (begin < end && (end - 1) >>> CHUNK_BITS === place) {
      const chunk = this.#chunks[place] ?? this.#chunkAt(place)
      if (chunk !== null) {
        const from = place << CHUNK_BITS
        return chunk.slice(begin - from, end - from)
      }
    }
    return this.bytes.toString('utf8', begin, end)
  }

  #chunkAt(place: number): string | null {
    if (this.#chunks[place] === null) return null
    const from = place << CHUNK_BITS
    const bytes = this.bytes.subarray(from, from + CHUNK)
    const chunk = isAscii(bytes) ? bytes.toString('latin1') : null
    this.#chunks[place] = chunk
    return chunk
  }

  /** Whether the same bytes stand at two places. */
  isSameAt(one: number, other: number, length: number): boolean {
    const { bytes } = this
    for (let at = 0; at < length; at += 1) {
      if (bytes[one + at] !== bytes[other + at]) return false
    }
    return true
  }
}
