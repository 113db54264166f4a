import type { ActorId } from './cast.ts'
import type { Deed } from './deed.ts'
import { kg, named, paper } from './document.ts'

interface Line {
  /** Whose number it is. */
  readonly from: ActorId
  readonly number: string
  /** Kilograms of dry mass. */
  readonly mass: string
}

interface Shipment {
  readonly name: string
  readonly day: number
  readonly to: ActorId
  readonly ownership: 'transferred' | 'retained'
  readonly says: string
  readonly lines: readonly Line[]
}

/** Material sets off to another company. */
export function ships(actor: ActorId, shipment: Shipment): Deed {
  return {
    actor,
    says: shipment.says,
    event: (at) => ({
      type: 'ship',
      id: at.event(shipment.name),
      time: at.day(shipment.day),
      facility: at.facility(actor),
      to: at.organization(shipment.to),
      toFacility: at.facility(shipment.to),
      ownership: shipment.ownership,
      evidence: [paper('waybill', shipment.name, 'Demo Carrier')],
      lines: shipment.lines.map(({ from, number, mass }) => ({
        batch: named(at, from, number),
        mass: kg(mass)
      }))
    })
  }
}

interface Arrival {
  readonly shipment: string
  readonly day: number
  readonly says: string
  readonly lines: readonly Line[]
}

/** The receiver says what arrived. */
export function receives(actor: ActorId, arrival: Arrival): Deed {
  return {
    actor,
    says: arrival.says,
    event: (at) => ({
      type: 'receive',
      time: at.day(arrival.day),
      facility: at.facility(actor),
      shipment: at.event(arrival.shipment),
      outcome: 'accepted',
      lines: arrival.lines.map(({ from, number, mass }) => ({
        batch: named(at, from, number),
        mass: kg(mass)
      }))
    })
  }
}
