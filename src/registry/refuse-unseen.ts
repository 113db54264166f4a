import type { Unseen } from '../domain/unseen.ts'
import { RegistryError } from '../errors.ts'

/** Throws `REQUEST_INVALID` for what a request says, where it shows less than it holds. */
export function refuseUnseen(pointer: string, what: string, unseen: Unseen | null): void {
  if (!unseen) return
  throw new RegistryError('REQUEST_INVALID', `The ${what} shows less than it holds.`, {
    details: [{ pointer, message: unseen.told }]
  })
}
