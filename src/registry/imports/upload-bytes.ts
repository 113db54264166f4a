import type { Queryable } from '../../storage/database.ts'
import { uploadPiece } from '../../storage/imports/import-uploads.ts'
import type { ImportRow } from '../../storage/imports/imports.ts'

/** The bytes of the upload from an offset on, the next ones being fetched meanwhile. */
export async function* uploadBytes(
  db: Queryable,
  { id, upload, size }: Pick<ImportRow, 'id' | 'upload' | 'size'>,
  from: number
): AsyncGenerator<Buffer> {
  const end = Number(size)
  const piece = (offset: number) => {
    const asked = upload === null ? Promise.resolve(undefined) : uploadPiece(db, upload, offset)
    // A failure is told to whoever awaits it.
    asked.catch(() => {})
    return asked
  }
  let next = piece(from)
  for (let at = from; at < end; ) {
    const bytes = await next
    if (!bytes) throw new Error(`byte ${at} of the upload of import ${id} is gone`)
    at += bytes.length
    if (at < end) next = piece(at)
    yield bytes
  }
}
