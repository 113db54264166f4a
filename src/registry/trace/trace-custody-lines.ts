import type { Sight } from '../../domain/lineage/sight.ts'
import type { Named } from '../../domain/lineage/tree.ts'
import { formatKg } from '../../domain/quantity/mass.ts'
import type { Neighbors, Viewer } from '../../identity/custody-sight.ts'
import { holderSight } from '../../identity/custody-sight.ts'
import { seesBalance } from '../../identity/visibility.ts'
import type { BatchShipment, Holding } from '../../storage/batches/batch-custody.ts'
import type { EventFacts } from '../../storage/books/event-facts.ts'
import type { Directory } from '../../storage/parties/directory.ts'
import { organizationNamed } from './trace-names.ts'

export interface HolderLine {
  readonly visibility: Sight
  readonly custodian: Named | null
  readonly owner: Named | null
  readonly place: 'on_hand' | 'in_transit'
  /** Null where the balance is not the caller's to see. */
  readonly massKg: string | null
  /** Where a correction showed that more was drawn than there was: the account is frozen until then. */
  readonly deficitKg?: string
  /** Positions of the first and the last posting. */
  readonly since: number | null
  readonly changed: number | null
}

export interface ShipmentLine {
  readonly visibility: Sight
  readonly shipment: string | null
  readonly sender: Named | null
  readonly receiver: Named | null
  readonly ownership: string | null
  readonly shippedAt: string | null
  readonly receivedAt: string | null
  readonly status: 'in_transit' | 'partly_received' | 'received' | 'returned'
  readonly shippedKg: string | null
  readonly receivedKg: string | null
  readonly lostKg: string | null
}

/** Everything about the custody of a batch, before anything is left out. */
export interface Scene {
  readonly viewer: Viewer
  readonly neighbors: Neighbors
  readonly holdings: readonly Holding[]
  readonly shipments: readonly BatchShipment[]
  readonly events: ReadonlyMap<string, EventFacts>
  readonly directory: Directory
}

/** A holder as the viewer sees it: one line, or none. */
export function holderLine(holding: Holding, scene: Scene): HolderLine[] {
  const { viewer, neighbors, directory } = scene
  const { custodian, owner, place, since, position } = holding
  const balance = seesBalance(holding, viewer.eyes)
  // What is on its way is told by the shipments; of others' it would tell a balance.
  const stirs = holding.balanceUg > 0n || holding.deficitUg > 0n
  if (place === 'in_transit' && !(balance && stirs)) return []
  const sight = balance ? 'whole' : holderSight(custodian, viewer, neighbors)
  if (sight === 'counted' || sight === 'nothing') return []
  if (sight === 'outline' || sight === 'place') {
    const nobody = { custodian: null, owner: null, massKg: null, since: null, changed: null }
    return [{ visibility: sight, place, ...nobody }]
  }
  const knowsOwner =
    balance || owner === custodian || viewer.eyes.has(owner) || neighbors.before.has(owner)
  return [
    {
      visibility: sight,
      custodian: organizationNamed(directory, custodian),
      owner: knowsOwner ? organizationNamed(directory, owner) : null,
      place,
      massKg: balance ? formatKg(holding.balanceUg) : null,
      ...(balance ? deficitOf(holding) : {}),
      since: sight === 'whole' ? since : null,
      changed: balance ? position : null
    }
  ]
}

/** Told only where there is one. */
export function deficitOf({ deficitUg }: Holding): { readonly deficitKg?: string } {
  return deficitUg > 0n ? { deficitKg: formatKg(deficitUg) } : {}
}

/** A shipment as the viewer sees it: one line, or none. */
export function shipmentLine(
  leg: BatchShipment,
  sight: Sight,
  { directory }: Scene
): ShipmentLine[] {
  if (sight === 'counted' || sight === 'nothing') return []
  const status = statusOf(leg)
  if (sight !== 'whole') {
    const nobody = { shipment: null, sender: null, receiver: null, ownership: null }
    const nothing = { shippedKg: null, receivedKg: null, lostKg: null }
    return [{ visibility: sight, ...nobody, shippedAt: null, receivedAt: null, status, ...nothing }]
  }
  return [
    {
      visibility: sight,
      shipment: leg.id,
      sender: organizationNamed(directory, leg.sender),
      receiver: organizationNamed(directory, leg.receiver),
      ownership: leg.ownership,
      shippedAt: leg.shippedAt,
      receivedAt: leg.receivedAt,
      status,
      shippedKg: formatKg(leg.shippedUg),
      receivedKg: formatKg(leg.receivedUg),
      lostKg: formatKg(leg.lostUg)
    }
  ]
}

/** Where a shipment stood, as far as it concerns the batch. */
export function statusOf(leg: BatchShipment): ShipmentLine['status'] {
  const { shippedUg, receivedUg, lostUg, returnedUg } = leg
  const settledUg = receivedUg + lostUg + returnedUg
  if (settledUg === 0n) return 'in_transit'
  if (settledUg < shippedUg) return 'partly_received'
  return receivedUg === 0n && returnedUg > 0n ? 'returned' : 'received'
}
