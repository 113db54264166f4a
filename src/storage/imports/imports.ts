import type { Queryable } from '../database.ts'

export type ImportState = 'received' | 'running' | 'done' | 'failed' | 'cancelled'
export type ImportKind = 'any' | 'events' | 'epds'
export type ImportHandling = 'strict' | 'lenient'

/** An import as it is stored; int8 arrives as text. */
export interface ImportRow {
  readonly id: string
  readonly number: string
  readonly organization: string
  readonly client: string
  readonly scopes: readonly string[]
  readonly kind: ImportKind
  readonly mediaType: string
  readonly handling: ImportHandling
  readonly upload: string | null
  readonly sha256: Buffer
  readonly size: string
  readonly state: ImportState
  readonly receivedAt: string
  readonly startedAt: string | null
  readonly finishedAt: string | null
  readonly lease: string | null
  readonly total: number | null
  readonly items: number
  readonly line: number
  readonly bytesRead: string
  readonly accepted: number
  readonly replayed: number
  readonly refused: number
  readonly failure: string | null
}

const COLUMNS = `id, number, organization, client, scopes, kind, media_type as "mediaType", handling,
  upload, sha256, size, state, received_at as "receivedAt", started_at as "startedAt",
  finished_at as "finishedAt", lease, total, items, line, bytes_read as "bytesRead", accepted,
  replayed, refused, failure`

export interface NewImport
  extends Pick<
    ImportRow,
    | 'id'
    | 'organization'
    | 'client'
    | 'scopes'
    | 'kind'
    | 'mediaType'
    | 'handling'
    | 'sha256'
    | 'total'
  > {
  readonly upload: string
  readonly size: number
}

/** Queues an import; undefined where its id is taken, because the same request came before. */
export async function insertImport(db: Queryable, job: NewImport): Promise<ImportRow | undefined> {
  const [row] = await db.query<ImportRow>({
    name: 'import_insert',
    text: `insert into import_job (id, organization, client, scopes, kind, media_type, handling,
        upload, sha256, size, total, state, received_at, items, line, bytes_read, accepted, replayed,
        refused)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'received', clock_timestamp(), 0, 0, 0,
        0, 0, 0)
      on conflict (id) do nothing returning ${COLUMNS}`,
    values: [
      job.id,
      job.organization,
      job.client,
      job.scopes,
      job.kind,
      job.mediaType,
      job.handling,
      job.upload,
      job.sha256,
      job.size,
      job.total
    ]
  })
  return row
}

export async function findImport(db: Queryable, id: string): Promise<ImportRow | undefined> {
  const [row] = await db.query<ImportRow>({
    name: 'import_find',
    text: `select ${COLUMNS} from import_job where id = $1`,
    values: [id]
  })
  return row
}

/** Imports that an organization has waiting or running. */
export async function countUnfinished(db: Queryable, organization: string): Promise<number> {
  const [row] = await db.query<{ count: string }>({
    name: 'import_count_unfinished',
    text: `select count(*) from import_job
      where organization = $1 and state in ('received', 'running')`,
    values: [organization]
  })
  return Number(row?.count ?? 0)
}

/** The imports of an organization, newest first; those of one content where a hash is given. */
export function listImports(
  db: Queryable,
  page: {
    readonly organization: string
    readonly sha256: Buffer | null
    readonly before: number | null
    readonly limit: number
  }
): Promise<ImportRow[]> {
  return db.query<ImportRow>({
    name: 'import_list',
    text: `select ${COLUMNS} from import_job
      where organization = $1 and ($2::bytea is null or sha256 = $2)
        and ($3::int8 is null or number < $3)
      order by number desc limit $4`,
    values: [page.organization, page.sha256, page.before, page.limit]
  })
}
