import type { VersionKey } from '../../domain/epd/version.ts'
import { RegistryError } from '../../errors.ts'
import type { Queryable, Transaction } from '../database.ts'

/** Work in progress; the organization is part of the key, so nobody's ids get in another's way. */
export interface EpdDraftRow {
  readonly epd: string
  readonly organization: string
  readonly versionKey: VersionKey
  readonly version: string
  readonly mediaType: string
  readonly sha256: Buffer
  readonly size: number
  /** JSON, or null where the document does not say one yet. */
  readonly name: string | null
  readonly savedAt: string
}

const COLUMNS = `epd, organization, version_key as "versionKey", version, media_type as "mediaType",
  sha256, length(document) as size, name, saved_at as "savedAt"`

/** The organization's drafts of a declaration, oldest version first; of one where a key is given. */
export function epdDrafts(
  db: Queryable,
  organization: string,
  epd: string,
  key: VersionKey | null = null
): Promise<EpdDraftRow[]> {
  return db.query<EpdDraftRow>({
    name: 'epd_drafts',
    text: `select ${COLUMNS} from epd_draft
      where organization = $1 and epd = $2 and ($3::int[] is null or version_key = $3)
      order by version_key`,
    values: [organization, epd, key]
  })
}

/** Some of the organization's drafts of a declaration behind one of them, oldest version first. */
export function epdDraftPage(
  db: Queryable,
  page: {
    readonly organization: string
    readonly id: string
    readonly after: VersionKey | null
    readonly limit: number
  }
): Promise<EpdDraftRow[]> {
  return db.query<EpdDraftRow>({
    name: 'epd_draft_page',
    text: `select ${COLUMNS} from epd_draft
      where organization = $1 and epd = $2 and ($3::int[] is null or version_key > $3)
      order by version_key limit $4`,
    values: [page.organization, page.id, page.after, page.limit]
  })
}

/** A page of the organization's drafts, by id and version. */
export function listEpdDrafts(
  db: Queryable,
  page: {
    readonly organization: string
    readonly after: { readonly epd: string; readonly versionKey: VersionKey } | null
    readonly limit: number
  }
): Promise<EpdDraftRow[]> {
  return db.query<EpdDraftRow>({
    name: 'epd_draft_list',
    text: `select ${COLUMNS} from epd_draft
      where organization = $1 and ($2::uuid is null or (epd, version_key) > ($2, $3::int[]))
      order by epd, version_key limit $4`,
    values: [page.organization, page.after?.epd ?? null, page.after?.versionKey ?? null, page.limit]
  })
}

/** The exact bytes of a draft. */
export async function epdDraftDocument(db: Queryable, draft: EpdDraftRow): Promise<Buffer> {
  const [row] = await db.query<{ document: Buffer }>({
    name: 'epd_draft_document',
    text: `select document from epd_draft
      where organization = $1 and epd = $2 and version_key = $3`,
    values: [draft.organization, draft.epd, draft.versionKey]
  })
  // Its owner may delete a draft at any moment, also between two statements of a reader.
  if (row === undefined) throw new RegistryError('NOT_FOUND', 'The draft has just been deleted.')
  return row.document
}

export interface NewEpdDraft extends Omit<EpdDraftRow, 'savedAt' | 'size'> {
  readonly client: string
  readonly document: Buffer
  readonly savedAt: Date
}

/** Keeps a draft in place of the one before; true when there was none. */
export async function saveEpdDraft(tx: Transaction, draft: NewEpdDraft): Promise<boolean> {
  const [row] = await tx.query<{ created: boolean }>({
    name: 'epd_draft_save',
    text: `insert into epd_draft
      (organization, epd, version_key, version, client, media_type, document, sha256, name, saved_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
      on conflict (organization, epd, version_key) do update set
        version = excluded.version, client = excluded.client, media_type = excluded.media_type,
        document = excluded.document, sha256 = excluded.sha256, name = excluded.name,
        saved_at = excluded.saved_at
      returning xmax = 0 as created`,
    values: [
      draft.organization,
      draft.epd,
      draft.versionKey,
      draft.version,
      draft.client,
      draft.mediaType,
      draft.document,
      draft.sha256,
      draft.name,
      draft.savedAt
    ]
  })
  return row?.created === true
}

/** True when there was one. */
export async function deleteEpdDraft(
  tx: Transaction,
  organization: string,
  epd: string,
  key: VersionKey
): Promise<boolean> {
  const rows = await tx.query({
    name: 'epd_draft_delete',
    text: `delete from epd_draft where organization = $1 and epd = $2 and version_key = $3
      returning epd`,
    values: [organization, epd, key]
  })
  return rows.length > 0
}
