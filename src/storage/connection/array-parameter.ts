/** PostgreSQL's own numbers of the types whose arrays travel in binary (pg_type.dat). */
const BINARY: Readonly<Record<string, number>> = { bytea: 17, text: 25 }
const INT8 = 20
const INT8_BYTES = 8
const HIGH = 2 ** 32
const UUID = 2950
const UUID_BYTES = 16

/** Dimensions, whether there are nulls, element type, length, lower bound: four bytes each. */
const HEAD_BYTES = 20
const LENGTH_BYTES = 4

export type ArrayParameter = Buffer | string

/**
 * An array as one parameter of a statement, for `$1::type[]`. Text and bytes travel in the binary
 * format (`array_recv`), where nothing has to be escaped: they are most of what is written. So do
 * identifiers, which PostgreSQL takes almost a microsecond each to read as text. Numbers, times and
 * truth values are written as text, and cannot hold what would need escaping.
 */
export function arrayParameter(type: string, values: readonly unknown[]): ArrayParameter {
  const element = BINARY[type]
  if (element !== undefined) return binaryArray(element, values as readonly Element[])
  return (type === 'uuid' ? uuidArray(values) : null) ?? textArray(values)
}

/** Whole numbers that a `number` holds exactly, for `$1::int8[]`, in binary. */
export function numbersParameter(values: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + values.length * (LENGTH_BYTES + INT8_BYTES))
  let at = writeHead(bytes, { element: INT8, nulls: 0, length: values.length })
  for (const value of values) {
    at = bytes.writeInt32BE(INT8_BYTES, at)
    at = bytes.writeInt32BE(Math.floor(value / HIGH), at)
    at = bytes.writeUInt32BE(value >>> 0, at)
  }
  return bytes.subarray(0, at)
}

function textArray(values: readonly unknown[]): string {
  return `{${values.map((value) => value ?? 'NULL').join(',')}}`
}

type Element = string | Uint8Array | null | undefined

function binaryArray(element: number, values: readonly Element[]): Buffer {
  const lengths = values.map(lengthOf)
  let size = HEAD_BYTES
  let nulls = 0
  for (const length of lengths) {
    size += LENGTH_BYTES + Math.max(length, 0)
    if (length < 0) nulls = 1
  }
  const bytes = Buffer.allocUnsafe(size)
  let at = writeHead(bytes, { element, nulls, length: values.length })
  for (const [index, value] of values.entries()) {
    at = bytes.writeInt32BE(lengths[index] as number, at)
    if (typeof value === 'string') at += bytes.write(value, at)
    else if (value) {
      bytes.set(value, at)
      at += value.length
    }
  }
  return bytes.subarray(0, at)
}

function writeHead(
  bytes: Buffer,
  { element, nulls, length }: { element: number; nulls: number; length: number }
): number {
  let at = bytes.writeInt32BE(length === 0 ? 0 : 1)
  at = bytes.writeInt32BE(nulls, at)
  at = bytes.writeInt32BE(element, at)
  if (length === 0) return at
  at = bytes.writeInt32BE(length, at)
  return bytes.writeInt32BE(1, at)
}

/** Null where one is not written as identifiers are written: PostgreSQL shall judge it. */
function uuidArray(values: readonly unknown[]): Buffer | null {
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + values.length * (LENGTH_BYTES + UUID_BYTES))
  const nulls = values.some((value) => value === null || value === undefined) ? 1 : 0
  let at = writeHead(bytes, { element: UUID, nulls, length: values.length })
  for (const value of values) {
    const absent = value === null || value === undefined
    at = bytes.writeInt32BE(absent ? -1 : UUID_BYTES, at)
    if (absent) continue
    if (typeof value !== 'string' || !writeUuid(bytes, at, value)) return null
    at += UUID_BYTES
  }
  return bytes.subarray(0, at)
}

const TEXT_OF_UUID = 36
const DASH = 45
/** What a hexadecimal digit counts, by its code; -1 for every other code up to that of `f`. */
const DIGITS = Int8Array.from({ length: 103 }, (_, code) => {
  const digit = Number.parseInt(String.fromCharCode(code), 16)
  return Number.isNaN(digit) ? -1 : digit
})

/** False where the text is none of `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`. */
function writeUuid(bytes: Buffer, at: number, text: string): boolean {
  if (text.length !== TEXT_OF_UUID) return false
  let from = 0
  for (let byte = 0; byte < UUID_BYTES; byte += 1) {
    if (byte === 4 || byte === 6 || byte === 8 || byte === 10) {
      if (text.charCodeAt(from) !== DASH) return false
      from += 1
    }
    const high = DIGITS[text.charCodeAt(from)] ?? -1
    const low = DIGITS[text.charCodeAt(from + 1)] ?? -1
    if (high < 0 || low < 0) return false
    bytes[at + byte] = high * 16 + low
    from += 2
  }
  return true
}

/** In bytes; -1 stands for null. */
function lengthOf(value: Element): number {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (value === null || value === undefined) return -1
  if (value instanceof Uint8Array) return value.length
  throw new TypeError(`${typeof value} is neither text nor bytes`)
}
