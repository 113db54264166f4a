import { createHash } from 'node:crypto'
import { quotedTag } from './etag.ts'
import { encoded, MOST_BYTES, PIECE } from './long-text.ts'

/** A body with its strong entity tag. */
export interface Tagged {
  readonly bytes: Buffer
  readonly etag: string
}

/** Room for a text that is longer than a piece; where it does not do, for four times as much. */
const ROOM = 1_048_576

/**
 * A text of megabytes that is encoded and hashed piece by piece, while there is something else to wait for. Put
 * together first, it would be there twice, and as a string that only a collection of the whole heap takes away.
 */
export class HashedText {
  readonly #hash = createHash('sha256')
  /** Short strings are put together in half the time that it takes to encode each. */
  #waiting = ''
  #place: Buffer = Buffer.alloc(0)
  #length = 0

  /** Any well-formed text. */
  add(text: string): void {
    this.#waiting += text
    if (this.#waiting.length >= PIECE) this.#encode()
  }

  /** What was encoded before. */
  addBytes(piece: Buffer): void {
    this.#encode()
    this.#makeRoom(piece.length)
    this.#took(piece.copy(this.#place, this.#length))
  }

  whole(): Tagged {
    if (this.#length === 0) {
      // Most texts are no longer than this, and get a place that is as long as they are.
      this.#place = encoded(this.#waiting)
      this.#waiting = ''
      this.#took(this.#place.length)
    }
    this.#encode()
    const etag = quotedTag(this.#hash.digest('base64url'))
    return { bytes: this.#place.subarray(0, this.#length), etag }
  }

  #encode(): void {
    if (this.#waiting === '') return
    const text = this.#waiting
    this.#waiting = ''
    this.#makeRoom(text.length * MOST_BYTES)
    this.#took(this.#place.write(text, this.#length))
  }

  #took(bytes: number): void {
    const end = this.#length + bytes
    this.#hash.update(this.#place.subarray(this.#length, end))
    this.#length = end
  }

  #makeRoom(bytes: number): void {
    const needed = this.#length + bytes
    if (needed <= this.#place.length) return
    const place = Buffer.allocUnsafeSlow(Math.max(ROOM, needed, 4 * this.#place.length))
    this.#place.copy(place, 0, 0, this.#length)
    this.#place = place
  }
}
