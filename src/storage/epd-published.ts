import { publicStates } from '../domain/epd/lifecycle.ts'
import type { VersionKey } from '../domain/epd/version.ts'
import type { Queryable } from './database.ts'

/** The exact bytes of a version that everybody may read, now and for ever. */
export interface PublishedDocument {
  readonly document: Buffer
  readonly sha256: Buffer
  readonly mediaType: string
}

/** Undefined where there is no such version, and where it is not published. */
export async function publishedDocument(
  db: Queryable,
  id: string,
  key: VersionKey
): Promise<PublishedDocument | undefined> {
  const [row] = await db.query<PublishedDocument>({
    name: 'epd_published_document',
    text: `select v.document, v.sha256, v.media_type as "mediaType" from epd_version v
      where v.epd = $1 and v.version_key = $2 and (
        select s.state from epd_state_version s
         where s.epd = v.epd and s.version_key = v.version_key order by s.position desc limit 1
      ) = any($3)`,
    values: [id, key, publicStates]
  })
  return row
}
