import type { Database, Queryable } from '../database.ts'

/** Uploaded bytes lie in parts of this length; the last one may be shorter. */
export const PART_BYTES = 256 * 1024

/**
 * So many are read at once. The driver takes bytes as hex, and V8 gives a text of more than 128 KiB a
 * place of its own, which is not free again before the next full collection: longer pieces would take
 * the memory of a good part of the upload.
 */
const PIECE_BYTES = 60 * 1024

/** A new upload, without bytes yet. */
export async function beginUpload(db: Queryable, id: string): Promise<void> {
  await db.query({
    name: 'import_upload_begin',
    text: 'insert into import_upload (id, begun_at) values ($1, clock_timestamp())',
    values: [id]
  })
}

export async function insertPart(
  db: Queryable,
  part: { readonly upload: string; readonly n: number; readonly bytes: Buffer }
): Promise<void> {
  await db.query({
    name: 'import_part_insert',
    text: 'insert into import_part (upload, n, bytes) values ($1, $2, $3)',
    values: [part.upload, part.n, part.bytes]
  })
}

export async function deleteUpload(db: Queryable, id: string): Promise<void> {
  await db.query({ text: 'delete from import_upload where id = $1', values: [id] })
}

/**
 * A piece of the upload from the offset on; undefined behind its end, and where the bytes were deleted.
 * At least one byte, and never beyond the end of a part.
 */
export async function uploadPiece(
  db: Queryable,
  upload: string,
  offset: number
): Promise<Buffer | undefined> {
  const [row] = await db.query<{ bytes: Buffer }>({
    name: 'import_piece_read',
    text: 'select substring(bytes from $3 for $4) as bytes from import_part where upload = $1 and n = $2',
    values: [upload, Math.floor(offset / PART_BYTES), (offset % PART_BYTES) + 1, PIECE_BYTES]
  })
  return row && row.bytes.length > 0 ? row.bytes : undefined
}

export interface Retention {
  /** An upload that has not become an import after so long never will. */
  readonly uploadMs: number
  /** Bytes are deleted so long after their import ended. */
  readonly bytesMs: number
  /** Jobs and results are deleted so long after the import ended. */
  readonly resultsMs: number
}

/** Deletes what is past its time. Any number of processes may do so at once. */
export async function sweepImports(db: Database, retention: Retention): Promise<void> {
  const { uploadMs, bytesMs, resultsMs } = retention
  await db.query({
    text: `delete from import_upload u using import_job j where j.upload = u.id
      and j.finished_at < clock_timestamp() - $1 * interval '1 millisecond'`,
    values: [bytesMs]
  })
  await db.query({
    text: `update import_job set upload = null where upload is not null
      and finished_at < clock_timestamp() - $1 * interval '1 millisecond'`,
    values: [bytesMs]
  })
  await db.query({
    text: `delete from import_upload u
      where begun_at < clock_timestamp() - $1 * interval '1 millisecond'
        and not exists (select from import_job j where j.upload = u.id)`,
    values: [uploadMs]
  })
  await db.transaction(async (tx) => {
    const old = await tx.query<{ id: string }>({
      text: `delete from import_job where id in (
          select id from import_job where finished_at < clock_timestamp() - $1 * interval '1 millisecond'
          limit 10 for update skip locked)
        returning id`,
      values: [resultsMs]
    })
    if (old.length === 0) return
    await tx.query({
      text: 'delete from import_result where import = any($1::uuid[])',
      values: [old.map(({ id }) => id)]
    })
  })
}
