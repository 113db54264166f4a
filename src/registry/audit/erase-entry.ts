import { RegistryError } from '../../errors.ts'
import { entryData } from '../../log/entry.ts'
import { eraseContent, insertErasure } from '../../storage/audit/erasure.ts'
import { lockName } from '../../storage/connection/name-lock.ts'
import type { Database } from '../../storage/database.ts'
import { appendEntries } from '../../storage/journal/journal.ts'
import { entriesAt } from '../../storage/journal/journal-entries.ts'

/** Why content had to go. */
export type ErasureReason = 'court_order' | 'data_protection' | 'trade_secret' | 'other'

/** Kinds whose documents can be erased; the others hold nothing but ids and public keys. */
const ERASABLE = new Set([
  'event',
  'organization',
  'facility',
  'epd',
  'epd_transition',
  'finding_resolution'
])

/**
 * Erases lawfully what the entry at a position opened: the bytes of the document, the salt, and the
 * names in the rows made from it. The erasure is an entry itself, says for what kind of reason, and
 * names the position only. Tree, heads, postings and shares stay as they are. Returns the position
 * of the new entry. Throws `NOT_FOUND`, or `CONFLICT` where it was erased before.
 */
export function eraseEntry(
  deps: { readonly db: Database; readonly now: () => Date },
  request: { readonly position: number; readonly reason: ErasureReason }
): Promise<number> {
  const { position, reason } = request
  return deps.db.transaction(async (tx) => {
    await lockName(tx, `erasure ${position}`)
    const [entry] = await entriesAt(tx, [position])
    if (!entry || !ERASABLE.has(entry.kind)) {
      throw new RegistryError('NOT_FOUND', `Nothing at position ${position} can be erased.`)
    }
    if (entry.erased !== null) {
      throw new RegistryError('CONFLICT', `Position ${position} was erased before.`)
    }
    const leafData = entryData(entry)
    await eraseContent(tx, position)
    const { first } = await appendEntries(
      tx,
      [
        {
          kind: 'erasure',
          subject: String(position),
          organization: null,
          document: null,
          blind: false,
          body: { position, reason }
        }
      ],
      deps.now()
    )
    await insertErasure(tx, { position, leafData, erasedPosition: first, reason })
    return first
  })
}
