import type { Epd } from '../../domain/epd/epd.ts'
import type { Reference } from '../../domain/reference.ts'
import type { Queryable } from '../../storage/database.ts'
import { epdDocument } from '../../storage/epds/epds.ts'
import { parseEpd } from './epd-submission.ts'

/** What the version at a position says; null where it cannot be read or was lawfully erased. */
export async function storedEpd(
  db: Queryable,
  { position, mediaType }: { readonly position: number; readonly mediaType: string },
  reference: Reference
): Promise<Epd | null> {
  const document = await epdDocument(db, position)
  if (document.length === 0) return null
  return (await parseEpd({ mediaType, document }, reference)).epd ?? null
}
