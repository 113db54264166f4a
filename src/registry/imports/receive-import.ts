import { uuidFrom } from '../../domain/ids.ts'
import { RegistryError } from '../../errors.ts'
import {
  type ImportFormat,
  type ImportKind,
  importFormatOf,
  importMediaTypes
} from '../../formats/import-formats.ts'
import { lockName } from '../../storage/connection/name-lock.ts'
import type { Queryable } from '../../storage/database.ts'
import { beginUpload, deleteUpload } from '../../storage/imports/import-uploads.ts'
import {
  countUnfinished,
  findImport,
  type ImportRow,
  insertImport,
  type NewImport
} from '../../storage/imports/imports.ts'
import type { Deps, Principal } from '../deps.ts'
import { otherContent } from '../registration.ts'
import { invalid } from '../signing/accept-signature.ts'
import { type ImportRecord, importRecord } from './import-record.ts'
import { STRICT_BYTES, STRICT_ITEMS } from './import-strictly.ts'
import { type StoredUpload, storeUpload, tooLarge } from './store-upload.ts'

/** Imports that an organization may have waiting or running. */
const MOST_UNFINISHED = 20

export interface ImportCommand {
  readonly principal: Principal
  /** In lower case, without parameters. */
  readonly mediaType: string
  /** What the upload holds; what the media type usually holds where nobody says. */
  readonly kind?: ImportKind | undefined
  readonly handling: 'strict' | 'lenient'
  readonly idempotencyKey?: string
  readonly signature?: string | undefined
  /** The upload as it arrives; it is read no faster than it is stored. */
  readonly body: AsyncIterable<Buffer>
  /** As the client says beforehand. */
  readonly length?: number | undefined
  /** More is not read. */
  readonly limitBytes: number
}

/**
 * Stores an upload where every process can read it and queues its import. The same request with the
 * same Idempotency-Key is answered with the import that it made; with other content it is `CONFLICT`.
 * Throws `MEDIA_TYPE_UNSUPPORTED`, `REQUEST_INVALID`, `FORBIDDEN`, `SIGNATURE_REQUIRED`,
 * `SIGNATURE_INVALID`, `BODY_INVALID`, `BODY_TOO_LARGE`, `LIMIT_EXCEEDED`; nothing is kept then.
 */
export async function receiveImport(
  deps: Deps,
  command: ImportCommand
): Promise<{ readonly record: ImportRecord; readonly created: boolean }> {
  const terms = termsOf(deps, command)
  await refuseUnsigned(deps, command, terms.format)
  const id = idOf(deps, command)
  const known = await findImport(deps.db, id)
  // Before it is uploaded; what others send meanwhile counts when it is queued.
  if (!known) await refuseBeyond(MOST_UNFINISHED - 1, deps.db, command.principal.organization)
  const upload = known ? null : deps.newId()
  let queued: ImportRow | undefined
  try {
    if (upload !== null) await beginUpload(deps.db, upload)
    const stored = await storeUpload(
      deps.db,
      { ...command, limitBytes: terms.limitBytes },
      terms.format,
      upload
    )
    if (command.handling === 'strict') refuseTooMuch(stored)
    const { organization, client, scopes } = command.principal
    const content = { kind: terms.kind, sha256: stored.sha256 }
    if (upload !== null) {
      queued = await queue(deps, {
        id,
        organization,
        client,
        scopes: [...scopes],
        mediaType: command.mediaType,
        handling: command.handling,
        upload,
        total: stored.items,
        ...content,
        size: stored.size
      })
    }
    const row = queued ?? (await sameAs(deps, id, { ...command, ...content }))
    if (queued) deps.imports.wake()
    return { record: importRecord(row, deps.now()), created: queued !== undefined }
  } finally {
    if (upload !== null && !queued) await deleteUpload(deps.db, upload).catch(() => {})
  }
}

function termsOf({ reference }: Deps, command: ImportCommand) {
  const row = importFormatOf(command.mediaType)
  if (!row) {
    throw new RegistryError(
      'MEDIA_TYPE_UNSUPPORTED',
      `${command.mediaType || 'A body without a media type'} cannot be imported; send ${importMediaTypes.join(' or ')}.`
    )
  }
  const { handling, principal, signature } = command
  const kind = command.kind ?? usualKind(row.kinds, handling)
  if (!row.kinds.includes(kind)) {
    throw new RegistryError(
      'REQUEST_INVALID',
      `${row.name} holds ${row.kinds.join(' or ')}, not ${kind}.`,
      { details: [{ pointer: 'kind', message: `must be ${row.kinds.join(' or ')}` }] }
    )
  }
  if (kind !== 'events' && handling === 'strict') {
    const message = 'EPDs are accepted each on its own: leave out Prefer: handling=strict.'
    throw new RegistryError('REQUEST_INVALID', message)
  }
  // Of what holds both, each item is held against the scope that it needs; the route demands one of them.
  const scope = kind === 'events' ? 'event:write' : 'epd:write'
  if (kind !== 'any' && !principal.scopes.has(scope)) {
    throw new RegistryError('FORBIDDEN', `To import ${kind} the token needs the scope ${scope}.`)
  }
  if (signature !== undefined) {
    throw invalid('A signature covers one document: send NDJSON whose lines are signed each.')
  }
  const ofArchives = reference.epd.archive.archiveBytes
  const most = row.format === 'archive' ? ofArchives : (row.mostBytes ?? command.limitBytes)
  const limitBytes = Math.min(command.limitBytes, most)
  if ((command.length ?? 0) > limitBytes) throw tooLarge(limitBytes)
  return { format: row.format, kind, limitBytes }
}

/** What an upload holds where nobody says; all or nothing there are only events. */
function usualKind(
  kinds: readonly [ImportKind, ...ImportKind[]],
  handling: 'strict' | 'lenient'
): ImportKind {
  return handling === 'strict' && kinds.includes('events') ? 'events' : kinds[0]
}

/** Lines carry signatures of their own; rows and data sets cannot. */
async function refuseUnsigned(
  { signing }: Deps,
  { principal }: ImportCommand,
  format: ImportFormat
): Promise<void> {
  if (format === 'lines' || (await signing.acceptsUnsigned(principal.organization))) return
  throw new RegistryError(
    'SIGNATURE_REQUIRED',
    'Your organization signs what it submits: send NDJSON in which every line is a flattened JWS.'
  )
}

function idOf(deps: Deps, { principal, idempotencyKey }: ImportCommand): string {
  if (idempotencyKey === undefined) return deps.newId()
  return uuidFrom('import', principal.organization, principal.client, idempotencyKey)
}

/** Undefined where its id is taken; one after the other for an organization, so that all are counted. */
function queue({ db }: Deps, job: NewImport): Promise<ImportRow | undefined> {
  return db.transaction(async (tx) => {
    await lockName(tx, `imports of ${job.organization}`)
    const row = await insertImport(tx, job)
    if (row) await refuseBeyond(MOST_UNFINISHED, tx, job.organization)
    return row
  })
}

async function refuseBeyond(most: number, db: Queryable, organization: string): Promise<void> {
  if ((await countUnfinished(db, organization)) <= most) return
  throw new RegistryError(
    'LIMIT_EXCEEDED',
    `Your organization has ${MOST_UNFINISHED} imports that have not ended; wait for one, or cancel one.`
  )
}

function refuseTooMuch({ items, size }: StoredUpload): void {
  if ((items === null || items <= STRICT_ITEMS) && size <= STRICT_BYTES) return
  throw new RegistryError(
    'LIMIT_EXCEEDED',
    `A strict import holds at most ${STRICT_ITEMS} items and ${STRICT_BYTES} bytes.`,
    { details: [{ message: 'Send it in parts, or without Prefer: handling=strict.' }] }
  )
}

/** The import that stands under the id, which the same request made. */
async function sameAs(
  { db }: Deps,
  id: string,
  sent: Pick<ImportRow, 'kind' | 'mediaType' | 'handling' | 'sha256'>
): Promise<ImportRow> {
  const row = await findImport(db, id)
  const same =
    row?.sha256.equals(sent.sha256) &&
    row.kind === sent.kind &&
    row.mediaType === sent.mediaType &&
    row.handling === sent.handling
  if (!row || !same) throw otherContent(id)
  return row
}
