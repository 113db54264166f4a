import { createHash } from 'node:crypto'
import { createReadStream, openAsBlob, statSync } from 'node:fs'
import { extname } from 'node:path'
import type { ApiClient } from '../client.ts'
import { CommandError, unreadable, usageError } from '../exit.ts'
import { wrongEnding } from '../file-ending.ts'
import type { Terminal } from '../terminal.ts'
import type { Job } from './job.ts'

/** What to import, and how. */
export interface ImportRequest {
  readonly file: string
  readonly kind: string | undefined
  readonly strict: boolean
  /** Import it once more although that was done before. */
  readonly again: boolean
}

export interface Started {
  readonly job: Job
  /** False where the service has had the file before. */
  readonly uploaded: boolean
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.ndjson': 'application/x-ndjson',
  '.jsonl': 'application/x-ndjson',
  '.csv': 'text/csv',
  '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  '.zip': 'application/zip'
}

/**
 * The import of a file: the one that the service has already, by the hash of the file, or a new one. The
 * key of a new one follows from the hash as well, so that an answer that was lost does no harm.
 */
export async function startImport(
  client: ApiClient,
  request: ImportRequest,
  terminal: Terminal
): Promise<Started> {
  const { file, again } = request
  const mediaType = mediaTypeOf(file)
  const handling = request.strict ? 'strict' : 'lenient'
  const kind = request.kind ?? usualKind(mediaType, request.strict)
  const sha256 = await hashOf(file)
  const earlier = await earlierImports(client, sha256)
  const same = earlier.filter(
    (job) => job.kind === kind && job.handling === handling && job.mediaType === mediaType
  )
  const known = same.find(({ state }) => state === 'received' || state === 'running')
  const [newest] = same
  const going = known ?? (newest?.state === 'done' && !again ? newest : undefined)
  if (going) return { job: going, uploaded: false }
  const content = await openAsBlob(file)
  const send = (body: Blob) =>
    client.post(`/v1/imports?kind=${kind}`, {
      body,
      contentType: mediaType,
      headers: {
        'idempotency-key': `file-${sha256}-${kind}-${handling}-${same.length}`,
        prefer: `handling=${handling}`
      }
    })
  const answer = await (content.size < LONG_BYTES
    ? send(content)
    : watched(content, send, terminal))
  return { job: answer.json() as Job, uploaded: answer.status === 202 }
}

/** A shorter file is through before anybody looks. */
const LONG_BYTES = 1_000_000

/** Shows how much of a file was handed over; it is read as the service takes it. */
async function watched<Result>(
  content: Blob,
  send: (body: Blob) => Promise<Result>,
  terminal: Terminal
): Promise<Result> {
  const progress = terminal.progress('uploading (bytes)', content.size)
  const read = content.stream.bind(content)
  const count = (chunk: Uint8Array, next: TransformStreamDefaultController<Uint8Array>) => {
    progress.advance(chunk.byteLength)
    next.enqueue(chunk)
  }
  // A stream instead of the file would have no length, and the service could not say at once that it is too long.
  const body = Object.defineProperty(content, 'stream', {
    value: () => read().pipeThrough(new TransformStream({ transform: count }))
  })
  try {
    return await send(body)
  } finally {
    progress.done()
  }
}

/** What the service takes a file for; all or nothing there are only events. */
function usualKind(mediaType: string, strict: boolean): string {
  if (mediaType === MEDIA_TYPES['.zip']) return 'epds'
  const isSheet = mediaType === MEDIA_TYPES['.csv'] || mediaType === MEDIA_TYPES['.xlsx']
  return strict || isSheet ? 'events' : 'any'
}

function mediaTypeOf(file: string): string {
  const extension = extname(file).toLowerCase()
  const type = MEDIA_TYPES[extension]
  if (type !== undefined) return type
  throw wrongEnding(file, extension, Object.keys(MEDIA_TYPES))
}

/** A pipe cannot be read twice: once for its hash, and once more where the service does not have it. */
async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    if (!statSync(file).isFile()) throw usageError(`${file} is no file on a disk: save it first.`)
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer)
  } catch (error) {
    if (error instanceof CommandError) throw error
    throw unreadable(file, error)
  }
  return hash.digest('hex')
}

/** The newest of them; the service forgets imports some weeks after they ended. */
async function earlierImports(client: ApiClient, sha256: string): Promise<readonly Job[]> {
  const answer = await client.get(`/v1/imports?sha256=${sha256}&limit=100`)
  return (answer.json() as { readonly items: readonly Job[] }).items
}
