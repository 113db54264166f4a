import { openCheckpoint } from '../../log/checkpoint.ts'
import type { LogKey } from '../../log/log-key.ts'
import type { Guarded } from '../../storage/journal/guard.ts'

/** How many entries the log signed according to its guard; 0 where the guard says nothing. */
export function signedSize(guarded: Guarded | null, key: LogKey): number {
  const checkpoint = guarded && openCheckpoint(guarded.note, [key.verifier])
  return Number(checkpoint?.size ?? 0)
}
