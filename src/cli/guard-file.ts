import { join } from 'node:path'
import type { Config } from '../config.ts'
import { directoryGuard, type Guard, type Guarded } from '../storage/journal/guard.ts'
import { usageError } from './exit.ts'

/** The guard of the configured registry. */
export function guardOf({ guardDir, dataDir }: Pick<Config, 'guardDir' | 'dataDir'>): Guard {
  return directoryGuard(guardDir ?? join(dataDir, 'guard'))
}

/** What the guard holds; ends the command where that cannot be read. */
export async function readGuard(guard: Guard): Promise<Guarded | null> {
  try {
    return await guard.read()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw usageError(`Cannot read the guard in ${guard.place}: ${code ?? message}.`)
  }
}
