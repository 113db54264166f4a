/**
 * A number of a document that is not ours, as it is written: figures are kept with the digits that
 * somebody stated, and no double has the last word on them.
 */
export class JsonNumber {
  readonly literal: string

  constructor(literal: string) {
    this.literal = literal
  }

  /** What `JSON.stringify` writes: the same digits. */
  toJSON(): unknown {
    return rawJson(this.literal)
  }

  /** The same for the same number, however it is spelled. */
  get canonical(): string {
    return canonical(this.literal)
  }

  get isZero(): boolean {
    return this.canonical === '0'
  }

  /** True where a double holds something else than nothing or infinity in its place. */
  get inRange(): boolean {
    const value = Number(this.literal)
    return Number.isFinite(value) && (value !== 0 || this.isZero)
  }
}

/** ECMAScript has it, and the library types of es2024 do not yet. */
const { rawJSON: rawJson } = JSON as unknown as { rawJSON(text: string): unknown }

const PARTS = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/

/**
 * Why an IEEE 754 double does not carry the number as written (RFC 7493 2.2), or undefined when it
 * does: the shortest decimal that names the double must be the same decimal. Exact quantities
 * belong in strings.
 */
export function unfaithful(literal: string): string | undefined {
  if (literal.length <= 15 && /^[1-9]\d*$/.test(literal)) return undefined
  const value = Number(literal)
  if (Object.is(value, -0)) return `'${literal}' is negative zero, which does not survive; write 0`
  if (!Number.isFinite(value)) return `${shown(literal)} is out of the range of a number`
  if (/^-?\d+$/.test(literal) && !Number.isSafeInteger(value)) {
    return `${shown(literal)} is an integer beyond 2^53-1, which does not survive; send it as a string`
  }
  if (canonical(literal) === canonical(String(value))) return undefined
  return `${shown(literal)} has more digits than a number carries; send it as a string`
}

/** Sign, significant digits and exponent: equal exactly where the decimals are equal. */
function canonical(literal: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = PARTS.exec(literal) ?? []
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return '0'
  const power = Number(exponent) - fraction.length + (digits.length - significant.length)
  return `${sign}${significant}e${power}`
}

function shown(literal: string): string {
  return literal.length <= 40 ? `'${literal}'` : `'${literal.slice(0, 36)}...'`
}
