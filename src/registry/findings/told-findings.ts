import { type Asker, readAccess } from '../../storage/batches/access.ts'
import type { FindingRow } from '../../storage/batches/findings.ts'
import type { Queryable } from '../../storage/database.ts'
import { type FindingRecord, findingRecord } from './finding-record.ts'

/**
 * Findings as their addressee may see them. Whoever holds a restricted batch and may not know its maker is
 * not told the event that made it either: the same event may have made another batch, by a known maker.
 */
export async function toldFindings(
  db: Queryable,
  rows: readonly FindingRow[],
  asker: Asker
): Promise<FindingRecord[]> {
  const others = rows.filter(({ eventBy }) => eventBy !== null && eventBy !== asker.organization)
  const batches = new Set(others.flatMap(({ batch }) => batch ?? []))
  const known = await readAccess(db, [...batches], asker)
  return rows.map((row) => {
    const access = row.batch === null ? undefined : known.get(row.batch)
    const hides = access?.knowsMaker === false && access.maker === row.eventBy
    return findingRecord(hides ? { ...row, event: null } : row)
  })
}
