import type { Queryable } from '../../storage/database.ts'
import { PART_BYTES, uploadPart } from '../../storage/import-uploads.ts'
import type { ImportRow } from '../../storage/imports.ts'

/** The bytes of the upload from an offset on, the next part being fetched meanwhile. */
export async function* uploadBytes(
  db: Queryable,
  { id, upload, size }: Pick<ImportRow, 'id' | 'upload' | 'size'>,
  from: number
): AsyncGenerator<Buffer> {
  const end = Number(size)
  const part = (n: number) => {
    const asked = upload === null ? Promise.resolve(undefined) : uploadPart(db, upload, n)
    // A failure is told to whoever awaits it.
    asked.catch(() => {})
    return asked
  }
  let next = part(Math.floor(from / PART_BYTES))
  for (let at = from; at < end; ) {
    const n = Math.floor(at / PART_BYTES)
    const bytes = await next
    if (!bytes) throw new Error(`part ${n} of the upload of import ${id} is gone`)
    if ((n + 1) * PART_BYTES < end) next = part(n + 1)
    yield at % PART_BYTES === 0 ? bytes : bytes.subarray(at % PART_BYTES)
    at = n * PART_BYTES + bytes.length
  }
}
