import { RegistryError } from '../../errors.ts'
import type { Deps } from '../deps.ts'

/** An element that nobody knows has no shares and no batches: that is no answer. Throws `REQUEST_INVALID`. */
export function refuseUnknownElement(
  { reference }: Pick<Deps, 'reference'>,
  element: string | null | undefined
): void {
  if (element === undefined || element === null || element === '*') return
  if (reference.chemistry.elements.has(element)) return
  throw new RegistryError('REQUEST_INVALID', `The registry knows no element ${element}.`, {
    details: [{ pointer: '/element', message: 'must be the symbol of an element, such as Nd' }]
  })
}
