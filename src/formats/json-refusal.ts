/**
 * Why a JSON text is refused: what is wrong at which character. The scanner knows nothing of bytes,
 * lines or HTTP; `strict-json.ts` turns this into an answer.
 */
export class JsonRefusal extends Error {
  override readonly name = 'JsonRefusal'
  readonly offset: number
  /** RFC 6901 pointer of the value or member at which the scan stopped. */
  readonly pointer: string

  constructor(message: string, offset: number, pointer: string) {
    super(message)
    this.offset = offset
    this.pointer = pointer
  }
}

/** RFC 6901 pointer of a path of names and indexes. */
export function pointerOf(path: readonly (string | number)[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** A character as a reader can see it: itself where it has a shape, else its code point. */
export function characterName(point: number): string {
  const character = String.fromCodePoint(point)
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(character)
    ? `'${character}'`
    : `U+${point.toString(16).toUpperCase().padStart(4, '0')}`
}
