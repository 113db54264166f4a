import { RegistryError } from '../errors.ts'
import type { Deps } from './deps.ts'

/**
 * Throws `UNAVAILABLE` while the log refuses to sign: what would be accepted now would take the
 * places of entries that were signed. Reading goes on.
 */
export function refuseWritesToBrokenLog({ log }: Pick<Deps, 'log'>): void {
  const { refusal } = log.state()
  if (refusal === null) return
  throw new RegistryError(
    'UNAVAILABLE',
    `Nothing is accepted until the history of this registry is whole again. ${refusal.reason}`
  )
}
