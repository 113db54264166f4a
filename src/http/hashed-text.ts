import { createHash } from 'node:crypto'
import { quotedTag } from './etag.ts'

/** A body with its strong entity tag. */
export interface Tagged {
  readonly bytes: Buffer
  readonly etag: string
}

/** A long body that is hashed piece by piece, while there is something else to wait for. */
export class HashedText {
  readonly #pieces: Buffer[] = []
  readonly #hash = createHash('sha256')

  add(piece: Buffer): void {
    this.#pieces.push(piece)
    this.#hash.update(piece)
  }

  whole(): Tagged {
    const etag = quotedTag(this.#hash.digest('base64url'))
    return { bytes: Buffer.concat(this.#pieces), etag }
  }
}
