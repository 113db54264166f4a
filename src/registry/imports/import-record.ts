import type { Finding } from '../../domain/finding.ts'
import type { ImportKind, ImportRow, ImportState } from '../../storage/imports/imports.ts'

/** Why an import failed or was stopped. */
export interface ImportFailure {
  readonly code: string
  readonly message: string
  /** About the upload as a whole, for instance its header row. */
  readonly findings?: readonly PlacedFinding[]
}

/** A finding with its pointer into the document, and its cell where it comes from a sheet. */
export interface PlacedFinding extends Omit<Finding, 'pointer'> {
  readonly pointer?: string
  readonly place?: { readonly row: number; readonly column?: string }
}

/** An import as its organization is shown it. */
export interface ImportRecord {
  readonly id: string
  readonly state: ImportState
  readonly kind: ImportKind
  readonly mediaType: string
  readonly handling: 'strict' | 'lenient'
  readonly client: string
  readonly size: number
  readonly sha256: string
  readonly receivedAt: string
  readonly startedAt?: string
  readonly finishedAt?: string
  readonly progress: ImportProgress
  readonly failure?: ImportFailure
}

export interface ImportProgress {
  /** Items that have a result. */
  readonly items: number
  /** Items in the upload; absent while nobody knows. */
  readonly total?: number
  readonly accepted: number
  /** Accepted before, by this upload or another. */
  readonly replayed: number
  readonly refused: number
  /** Right in themselves, and not recorded because others were refused. */
  readonly withheld: number
  readonly bytesRead: number
  readonly itemsPerSecond?: number
  readonly secondsLeft?: number
}

export function importRecord(row: ImportRow, now: Date): ImportRecord {
  return {
    id: row.id,
    state: row.state,
    kind: row.kind,
    mediaType: row.mediaType,
    handling: row.handling,
    client: row.client,
    size: Number(row.size),
    sha256: row.sha256.toString('hex'),
    receivedAt: row.receivedAt,
    ...(row.startedAt === null ? {} : { startedAt: row.startedAt }),
    ...(row.finishedAt === null ? {} : { finishedAt: row.finishedAt }),
    progress: progressOf(row, now),
    ...(row.failure === null ? {} : { failure: JSON.parse(row.failure) as ImportFailure })
  }
}

function progressOf(row: ImportRow, now: Date): ImportProgress {
  const { items, total, accepted, replayed, refused } = row
  return {
    items,
    ...(total === null ? {} : { total }),
    accepted,
    replayed,
    refused,
    withheld: items - accepted - replayed - refused,
    bytesRead: Number(row.bytesRead),
    ...paceOf(row, now)
  }
}

/** Over the whole time since the start, so that pauses count. */
function paceOf(row: ImportRow, now: Date): Pick<ImportProgress, 'itemsPerSecond' | 'secondsLeft'> {
  if (row.startedAt === null || row.items === 0) return {}
  const end = row.finishedAt === null ? now.getTime() : Date.parse(row.finishedAt)
  const seconds = (end - Date.parse(row.startedAt)) / 1000
  if (seconds <= 0) return {}
  const itemsPerSecond = Math.round((row.items / seconds) * 10) / 10
  if (row.state !== 'running') return { itemsPerSecond }
  const done = row.total === null ? Number(row.bytesRead) / Number(row.size) : row.items / row.total
  const left = done > 0 ? Math.ceil((seconds * (1 - done)) / done) : undefined
  return { itemsPerSecond, ...(left === undefined ? {} : { secondsLeft: Math.max(left, 0) }) }
}
