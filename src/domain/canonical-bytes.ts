import { hash } from 'node:crypto'

const SMALL = 64 * 1024
/** Kept for the next value: nothing waits between its first byte and its hash. */
const KEPT = 1024 * 1024
let room = Buffer.allocUnsafeSlow(SMALL)

/**
 * The UTF-8 of canonical JSON (RFC 8785; see `canonicalJson`) in one buffer, to be hashed: as text it
 * would be put together from thousands of pieces first. Written and hashed without waiting between.
 */
export class CanonicalBytes {
  #length = 0

  /** What is JSON already, such as brackets. */
  ascii(json: string): void {
    const { length } = json
    const bytes = this.#reserve(length)
    for (let at = 0; at < length; at += 1) bytes[this.#length + at] = json.charCodeAt(at)
    this.#length += length
  }

  /** Throws TypeError for half of a surrogate pair. */
  string(text: string): void {
    const { length } = text
    const bytes = this.#reserve(length + 2)
    const begin = this.#length + 1
    for (let at = 0; at < length; at += 1) {
      const code = text.charCodeAt(at)
      if (code < 0x20 || code > 0x7e || code === 0x22 || code === 0x5c) {
        this.#other(text)
        return
      }
      bytes[begin + at] = code
    }
    bytes[begin - 1] = 0x22
    bytes[begin + length] = 0x22
    this.#length += length + 2
  }

  sha256(): Buffer {
    const digest = hash('sha256', room.subarray(0, this.#length), 'buffer')
    if (room.length > KEPT) room = Buffer.allocUnsafeSlow(SMALL)
    return digest
  }

  /** With what has to be escaped, or is not ASCII. */
  #other(text: string): void {
    if (!text.isWellFormed()) throw new TypeError('JSON text has no half of a surrogate pair')
    const json = JSON.stringify(text)
    this.#length += this.#reserve(3 * json.length).write(json, this.#length)
  }

  /** Room for so many bytes more. */
  #reserve(bytes: number): Buffer {
    const needed = this.#length + bytes
    if (needed > room.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * room.length))
      room.copy(larger, 0, 0, this.#length)
      room = larger
    }
    return room
  }
}
