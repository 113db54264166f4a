import { publicStates } from '../../domain/epd/lifecycle.ts'
import type { VersionKey } from '../../domain/epd/version.ts'
import type { Queryable } from '../database.ts'

/** The exact bytes of a version that everybody may read, now and for ever. */
export interface PublishedDocument {
  readonly document: Buffer
  /** In lower-case hex. */
  readonly sha256: string
  readonly mediaType: string
}

export interface VersionName {
  readonly id: string
  readonly key: VersionKey
}

/** In the order of the names; undefined where there is no such version or it is not published. */
export async function publishedDocuments(
  db: Queryable,
  names: readonly VersionName[]
): Promise<readonly (PublishedDocument | undefined)[]> {
  const rows = await db.query<Row>({
    name: 'epd_published_documents',
    text: `select w.n, encode(v.sha256, 'hex') as sha256, v.media_type as "mediaType",
        case when v.media_type like '%json' then convert_from(v.document, 'UTF8') end as text,
        case when v.media_type not like '%json' then v.document end as bytes
      from unnest($1::uuid[], $2::text[]) with ordinality as w (epd, key, n)
      join epd_version v on v.epd = w.epd and v.version_key = w.key::int[]
      where length(v.document) > 0 and (
        select s.state from epd_state_version s
         where s.epd = v.epd and s.version_key = v.version_key order by s.position desc limit 1
      ) = any($3)`,
    values: [names.map(({ id }) => id), names.map(({ key }) => `{${key.join()}}`), publicStates]
  })
  const found = new Map(rows.map((row) => [Number(row.n), documentIn(row)]))
  return names.map((_, index) => found.get(index + 1))
}

/**
 * JSON comes as text, of which the same bytes are made again: it was accepted as UTF-8 without control
 * characters, and bytes as such travel as hexadecimal digits, twice as long and slow to read.
 */
interface Row extends Omit<PublishedDocument, 'document'> {
  readonly n: string
  readonly text: string | null
  readonly bytes: Buffer | null
}

function documentIn({ text, bytes, sha256, mediaType }: Row): PublishedDocument {
  return {
    document: text === null ? (bytes ?? Buffer.alloc(0)) : Buffer.from(text),
    sha256,
    mediaType
  }
}
