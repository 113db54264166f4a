import { RegistryError } from '../errors.ts'
import type { Deps } from './deps.ts'

/**
 * `UNAVAILABLE` while the log refuses to sign: what would be accepted now would take the places of
 * entries that were signed. Reading goes on. Undefined while all is well.
 */
export function refusalOfWrites({ log }: Pick<Deps, 'log'>): RegistryError | undefined {
  const { refusal } = log.state()
  if (refusal === null) return undefined
  return new RegistryError(
    'UNAVAILABLE',
    `Nothing is accepted until the history of this registry is whole again. ${refusal.reason}`
  )
}
