import { createHash } from 'node:crypto'
import { RegistryError } from '../../errors.ts'
import { formatRefusal, type ImportFormat } from '../../formats/import-formats.ts'
import { LineCounter } from '../../formats/ndjson-stream.ts'
import type { Queryable } from '../../storage/database.ts'
import { insertPart, PART_BYTES } from '../../storage/imports/import-uploads.ts'

/**
 * Each leaves a result behind, of hundreds of bytes where it is refused: what is a hundred million lines
 * of a byte or two holds no events, and would fill the disk.
 */
const MOST_LINES = 1_000_000

interface Arriving {
  /** The upload as it arrives; it is read no faster than it is stored. */
  readonly body: AsyncIterable<Buffer>
  /** More is not read. */
  readonly limitBytes: number
}

export interface StoredUpload {
  readonly sha256: Buffer
  readonly size: number
  /** Lines that hold something; null where only reading will tell. */
  readonly items: number | null
}

/** Reads the body once: hashes it, counts it, and stores it in parts where `upload` says where. */
export async function storeUpload(
  db: Queryable,
  { body, limitBytes }: Arriving,
  format: ImportFormat,
  upload: string | null
): Promise<StoredUpload> {
  const hash = createHash('sha256')
  const counter = format === 'lines' ? new LineCounter() : null
  let size = 0
  let n = 0
  for await (const part of partsOf(body, limitBytes)) {
    const refusal = n === 0 ? formatRefusal(format, part) : null
    if (refusal !== null) throw new RegistryError('BODY_INVALID', refusal)
    hash.update(part)
    counter?.push(part)
    if (counter && counter.count > MOST_LINES) throw tooManyLines()
    if (upload !== null) await insertPart(db, { upload, n, bytes: part })
    size += part.length
    n += 1
  }
  if (size === 0) throw new RegistryError('BODY_INVALID', 'The upload is empty.')
  if (counter?.count === 0)
    throw new RegistryError('BODY_INVALID', 'The upload has only empty lines.')
  return { sha256: hash.digest(), size, items: counter?.count ?? null }
}

/** The body in parts of the length in which it is stored. */
async function* partsOf(body: AsyncIterable<Buffer>, limitBytes: number): AsyncGenerator<Buffer> {
  let kept: Buffer[] = []
  let length = 0
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > limitBytes) throw tooLarge(limitBytes)
    kept.push(chunk)
    length += chunk.length
    while (length >= PART_BYTES) {
      const whole = Buffer.concat(kept, length)
      yield whole.subarray(0, PART_BYTES)
      kept = [whole.subarray(PART_BYTES)]
      length -= PART_BYTES
    }
  }
  if (length > 0) yield Buffer.concat(kept, length)
}

/** What is answered to an upload that is, or says that it is, larger. */
export function tooLarge(limitBytes: number): RegistryError {
  const message = `An upload has at most ${limitBytes} bytes; split it between two documents.`
  return new RegistryError('BODY_TOO_LARGE', message)
}

function tooManyLines(): RegistryError {
  const message = `An import holds at most ${MOST_LINES} lines.`
  return new RegistryError('LIMIT_EXCEEDED', message, {
    details: [{ message: 'Send it in parts.' }]
  })
}
