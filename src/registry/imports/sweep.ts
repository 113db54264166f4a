import { sweepImports } from '../../storage/imports/import-uploads.ts'
import type { Deps } from '../deps.ts'
import { refusalOfWrites } from '../refuse-writes.ts'

const HOUR_MS = 3_600_000

/** An upload that has not become an import after so long never will. */
const UPLOAD_MS = 6 * HOUR_MS

export interface Keeping {
  /** Uploaded bytes are deleted so many hours after their import ended. */
  readonly keepBytesHours: number
  /** Imports and their results are deleted so many days after they ended. */
  readonly keepResultsDays: number
}

/** Deletes what is past its time; nothing while nobody knows what time it is, or whether the database is the right one. */
export async function sweep(
  deps: Pick<Deps, 'db' | 'log'>,
  { keepBytesHours, keepResultsDays }: Keeping
): Promise<void> {
  if (refusalOfWrites(deps) !== undefined) return
  await sweepImports(deps.db, {
    uploadMs: UPLOAD_MS,
    bytesMs: keepBytesHours * HOUR_MS,
    resultsMs: keepResultsDays * 24 * HOUR_MS
  })
}
