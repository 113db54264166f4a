/** PostgreSQL's own numbers of the types whose arrays travel in binary (pg_type.dat). */
const BINARY: Readonly<Record<string, number>> = { bytea: 17, text: 25 }

/** Dimensions, whether there are nulls, element type, length, lower bound: four bytes each. */
const HEAD_BYTES = 20
const LENGTH_BYTES = 4

export type ArrayParameter = Buffer | string

/**
 * An array as one parameter of a statement, for `$1::type[]`. Text and bytes travel in the binary
 * format (`array_recv`), where nothing has to be escaped: they are most of what is written. Numbers,
 * identifiers, times and truth values are written as text, and cannot hold what would need escaping.
 */
export function arrayParameter(type: string, values: readonly unknown[]): ArrayParameter {
  const element = BINARY[type]
  if (element !== undefined) return binaryArray(element, values as readonly Element[])
  let text = '{'
  for (const [index, value] of values.entries()) {
    if (index > 0) text += ','
    text += value ?? 'NULL'
  }
  return `${text}}`
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
  let at = bytes.writeInt32BE(values.length === 0 ? 0 : 1)
  at = bytes.writeInt32BE(nulls, at)
  at = bytes.writeInt32BE(element, at)
  if (values.length === 0) return bytes.subarray(0, at)
  at = bytes.writeInt32BE(values.length, at)
  at = bytes.writeInt32BE(1, at)
  for (const [index, value] of values.entries()) {
    at = bytes.writeInt32BE(lengths[index] as number, at)
    if (typeof value === 'string') at += bytes.write(value, at)
    else if (value) {
      bytes.set(value, at)
      at += value.length
    }
  }
  return bytes
}

/** In bytes; -1 stands for null. */
function lengthOf(value: Element): number {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (value === null || value === undefined) return -1
  if (value instanceof Uint8Array) return value.length
  throw new TypeError(`${typeof value} is neither text nor bytes`)
}
