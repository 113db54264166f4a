import { createHash } from 'node:crypto'
import type { Publication } from '../../formats/publications.ts'
import { lockName } from '../../storage/connection/name-lock.ts'
import { appendEntries } from '../../storage/journal/journal.ts'
import { latestDocuments } from '../../storage/journal/publications.ts'
import type { Deps } from '../deps.ts'

/**
 * Logs, in the open, every schema and rule set with which this version of the software judges and
 * which is not the one that was logged last: so "by which rules was this accepted" is answered by the
 * log, and rules cannot be swapped afterwards. Returns how many were new.
 */
export function logPublications(
  deps: Pick<Deps, 'db' | 'now'>,
  publications: readonly Publication[]
): Promise<number> {
  return deps.db.transaction(async (tx) => {
    await lockName(tx, 'publications')
    const logged = await latestDocuments(
      tx,
      publications.map(({ subject }) => subject)
    )
    const entries = publications.flatMap(({ kind, subject, bytes }) => {
      const sha256 = createHash('sha256').update(bytes).digest()
      if (logged.get(subject)?.equals(sha256)) return []
      const document = { sha256, size: bytes.length, mediaType: 'application/json' }
      return [{ kind, subject, organization: null, document, blind: false, body: {} }]
    })
    if (entries.length > 0) await appendEntries(tx, entries, deps.now())
    return entries.length
  })
}
