import { RegistryError } from '../errors.ts'
import { isMigrated } from '../storage/readiness.ts'
import type { Deps } from './deps.ts'

/** Resolves when the database answers and is migrated; throws `UNAVAILABLE` or `TIMEOUT`. */
export async function checkReadiness({ db }: Deps): Promise<void> {
  if (await isMigrated(db)) return
  throw new RegistryError('UNAVAILABLE', 'The database is not migrated.')
}
