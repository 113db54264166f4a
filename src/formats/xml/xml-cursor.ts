import type { Utf8Text } from './utf8-text.ts'
import { areCharacters, HIGH, isInName, isSpace, kindOf, NEVER } from './xml-characters.ts'

/** What no document has. */
const NOTHING = 0

/** A place in a document, moved on byte by byte. */
export class XmlCursor {
  at = 0
  /** Kinds of the characters that were last moved over. */
  seen = 0
  readonly #text: Utf8Text
  readonly #bytes: Uint8Array

  constructor(text: Utf8Text) {
    this.#text = text
    this.#bytes = text.bytes
  }

  next(): number {
    return this.at < this.#bytes.length ? (this.#bytes[this.at] ?? NOTHING) : NOTHING
  }

  before(): number {
    return this.#bytes[this.at - 1] ?? NOTHING
  }

  /** What was moved over since a place. */
  moved(begin: number): string {
    return this.#text.slice(begin, this.at)
  }

  /**
   * To a byte, or the end of the document. False where something lies before it that may not stand
   * there. One look at each byte: to ask for each thing by itself takes several times as long.
   */
  moveTo(end: number): boolean {
    const bytes = this.#bytes
    const { length } = bytes
    const begin = this.at
    let at = begin
    let seen = 0
    for (; at < length; at += 1) {
      const byte = bytes[at] ?? NOTHING
      if (byte === end) break
      seen |= kindOf(byte)
    }
    this.at = at
    this.seen = seen
    if ((seen & HIGH) !== 0 && !areCharacters(this.moved(begin))) return false
    return (seen & NEVER) === 0
  }

  /** Over what a name may consist of; the hash of it. */
  overName(): number {
    const bytes = this.#bytes
    const { length } = bytes
    let at = this.at
    let hash = 0
    for (; at < length; at += 1) {
      const byte = bytes[at] ?? NOTHING
      if (!isInName(byte)) break
      hash = (Math.imul(hash, 31) + byte) | 0
    }
    this.at = at
    return hash
  }

  /** True where there was any. */
  overSpace(): boolean {
    const bytes = this.#bytes
    const { length } = bytes
    const begin = this.at
    let at = begin
    while (at < length && isSpace(bytes[at] ?? NOTHING)) at += 1
    this.at = at
    return at > begin
  }
}
