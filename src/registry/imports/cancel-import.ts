import { cancelImport as markCancelled } from '../../storage/imports/import-work.ts'
import type { Deps, Principal } from '../deps.ts'
import type { ImportFailure, ImportRecord } from './import-record.ts'
import { ownImport, readImport } from './read-imports.ts'

/**
 * Stops an import before its next group of items; what was recorded stays recorded. One that has
 * ended stays as it is. Throws `NOT_FOUND`.
 */
export async function cancelImport(
  deps: Deps,
  principal: Principal,
  id: string
): Promise<ImportRecord> {
  await ownImport(deps, principal, id)
  const failure: ImportFailure = {
    code: 'CANCELLED',
    message: `Cancelled by the client ${principal.client}: what has no result was not recorded.`
  }
  await markCancelled(deps.db, id, JSON.stringify(failure))
  return readImport(deps, principal, id)
}
