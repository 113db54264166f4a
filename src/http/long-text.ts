/** Characters that are gathered before they are encoded: long enough for one call, gone before long. */
const GATHERED = 32_768

/**
 * A text of megabytes, encoded as it is written: put together first, it would be there twice, and with
 * all of its pieces a third time.
 */
export class LongText {
  readonly #encoded: Buffer[] = []
  #gathered = ''

  /** Appends well-formed text: a surrogate pair is never in two pieces. */
  add(piece: string): void {
    this.#gathered += piece
    if (this.#gathered.length >= GATHERED) this.#encode()
  }

  /** UTF-8. */
  bytes(): Buffer {
    this.#encode()
    return Buffer.concat(this.#encoded)
  }

  #encode(): void {
    this.#encoded.push(Buffer.from(this.#gathered))
    this.#gathered = ''
  }
}
