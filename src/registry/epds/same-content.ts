import type { Queryable } from '../../storage/database.ts'
import { type EpdVersionRow, epdDocument } from '../../storage/epds/epds.ts'
import type { Deps } from '../deps.ts'
import { codecOf, type EpdSubmission } from './epd-submission.ts'

/**
 * True where a document says what a version that stands says: in the same bytes, or in others that
 * its format regards as equal. Only then both are read again, so that nobody else pays for it.
 */
export async function isSameContent(
  db: Queryable,
  { reference }: Pick<Deps, 'reference'>,
  stored: Pick<EpdVersionRow, 'sha256' | 'mediaType' | 'position'>,
  sent: Pick<EpdSubmission, 'sha256' | 'mediaType' | 'document'>
): Promise<boolean> {
  if (stored.sha256.equals(sent.sha256)) return true
  const before = await epdDocument(db, Number(stored.position))
  // What was erased is known by its hash alone.
  if (before.length === 0) return false
  const { epd: tables } = reference
  const known = await codecOf(stored.mediaType).contentHash(before, tables)
  return known.equals(await codecOf(sent.mediaType).contentHash(sent.document, tables))
}
