import { uuidFrom } from '../../domain/ids.ts'
import { formatKg } from '../../domain/quantity/mass.ts'
import { RegistryError } from '../../errors.ts'
import { eventById } from '../../storage/books/events.ts'
import type { StoredLine, StoredShipment } from '../../storage/books/shipments.ts'
import { readShipment } from '../../storage/books/shipments.ts'
import type { Deps, Principal } from '../deps.ts'
import type { RecordedEvent } from './record-event.ts'
import { recordEvent } from './record-event.ts'

/** A receipt in short: what is left out is taken from the shipment. */
export interface ReceiptCommand {
  readonly principal: Principal
  readonly shipment: string
  readonly outcome: 'accepted' | 'disputed'
  readonly facility: string
  /** The id of the receive event; assigned where absent. */
  readonly id?: string
  /** When it arrived, RFC 3339 UTC. Where nobody says, it counts as there since it set off. */
  readonly time?: string
  /** Lines of a receive event; by default all that is open, accepted as shipped or disputed whole. */
  readonly lines?: readonly unknown[]
  readonly evidence?: readonly unknown[]
  readonly note?: string
  readonly idempotencyKey?: string
}

/**
 * Records the `receive` event that accepts or disputes a shipment. Throws `NOT_FOUND` for a shipment
 * that is not on its way to the caller, and what `recordEvent` throws. The event is written here, so
 * nobody can sign it: `SIGNATURE_REQUIRED` tells who has to how else it is recorded.
 */
export async function receiveShipment(deps: Deps, command: ReceiptCommand): Promise<RecordedEvent> {
  const { principal } = command
  const shipment = await readShipment(deps.db, command.shipment)
  if (!shipment || shipment.receiver !== principal.organization) {
    throw new RegistryError('NOT_FOUND', `There is no shipment ${command.shipment} to you.`)
  }
  const id = eventId(deps, command)
  // What is open changes with every receipt, so a repetition is known by its id, not by its content.
  const found = await eventById(deps.db, id)
  const known = found?.organization === principal.organization ? found : undefined
  if (known && command.lines === undefined) return { id, replayed: true, text: known.answer }
  // The moment of the acceptance would bar what was done with the material before somebody accepted it.
  const time = command.time ?? shipment.shippedAt
  const document = Buffer.from(JSON.stringify(documentOf(command, shipment, { id, time })))
  try {
    return await recordEvent(deps, { principal, document, mediaType: 'application/json' })
  } catch (error) {
    const unsigned = error instanceof RegistryError && error.code === 'SIGNATURE_REQUIRED'
    throw unsigned ? signedElsewhere() : error
  }
}

function signedElsewhere(): RegistryError {
  return new RegistryError(
    'SIGNATURE_REQUIRED',
    'Your organization signs what it submits: write the receipt as an event of the type `receive`, and send it to /v1/events with the signature over it.'
  )
}

function eventId(deps: Deps, { id, principal, idempotencyKey }: ReceiptCommand): string {
  if (id !== undefined) return id
  if (idempotencyKey === undefined) return deps.newId()
  return uuidFrom('event', principal.organization, idempotencyKey)
}

function documentOf(
  command: ReceiptCommand,
  shipment: StoredShipment,
  { id, time }: { readonly id: string; readonly time: string }
) {
  const { outcome, facility, evidence, note } = command
  return {
    type: 'receive',
    id,
    time,
    facility,
    shipment: shipment.id,
    outcome,
    lines: command.lines ?? openLines(shipment, outcome),
    ...(evidence === undefined ? {} : { evidence }),
    ...(note === undefined ? {} : { note })
  }
}

function openLines({ id, lines }: StoredShipment, outcome: ReceiptCommand['outcome']) {
  const open = lines.filter(
    ({ openUg, disputed }) => openUg > 0n && !(outcome === 'disputed' && disputed)
  )
  if (open.length === 0) {
    throw new RegistryError(
      'TRANSITION_NOT_ALLOWED',
      `Nothing of shipment ${id} is left to settle.`
    )
  }
  return open.map((line) => {
    const several = lines.filter(({ batch }) => batch === line.batch).length > 1
    return {
      batch: line.batch,
      ...(several ? { owner: line.owner } : {}),
      ...(outcome === 'accepted' ? { mass: asShipped(line) } : {})
    }
  })
}

function asShipped({ openUg }: StoredLine) {
  return { value: formatKg(openUg), unit: 'KGM', basis: 'dry' }
}
