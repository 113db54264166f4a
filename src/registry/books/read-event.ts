import { RegistryError } from '../../errors.ts'
import type { StoredEvent } from '../../storage/books/events.ts'
import { eventById } from '../../storage/books/events.ts'
import type { Deps, Principal } from '../deps.ts'

/**
 * An event with its exact bytes, for the organization that recorded it; the other side of a shipment
 * sees its ship and receive events too. For everybody else it does not exist.
 */
export async function readEvent(
  deps: Deps,
  principal: Principal,
  id: string
): Promise<StoredEvent> {
  const event = await eventById(deps.db, id)
  const parties = [event?.organization, event?.counterparty]
  if (!event || !parties.includes(principal.organization)) {
    throw new RegistryError('NOT_FOUND', `There is no event ${id}.`)
  }
  return event
}
