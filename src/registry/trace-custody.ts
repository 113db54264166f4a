import type { Evidence } from '../domain/custody/event.ts'
import type { Gap } from '../domain/lineage/gaps.ts'
import { sourceGaps } from '../domain/lineage/gaps.ts'
import type { Sight } from '../domain/lineage/sight.ts'
import type { Named } from '../domain/lineage/tree.ts'
import { formatKg, sumMass } from '../domain/quantity/mass.ts'
import type { Neighbors, Viewer } from '../identity/custody-sight.ts'
import { holderSight, legSight, neighborsOf } from '../identity/custody-sight.ts'
import { makingSight, seesBalance, sightOf } from '../identity/visibility.ts'
import type { BatchShipment, Holding } from '../storage/batch-custody.ts'
import { readHoldings, readShipments } from '../storage/batch-custody.ts'
import type { Directory } from '../storage/directory.ts'
import type { EventFacts } from '../storage/event-facts.ts'
import { readEventFacts } from '../storage/event-facts.ts'
import { readSources } from '../storage/sources.ts'
import type { Deps, Principal } from './deps.ts'
import { eyesOf } from './trace-batch.ts'
import type { Stamp } from './trace-moment.ts'
import { doerOf, namesOf, organizationNamed } from './trace-names.ts'
import type { BatchQuestion, Inquiry } from './trace-question.ts'
import { inquire } from './trace-question.ts'

export interface HolderLine {
  readonly visibility: Sight
  readonly custodian: Named | null
  readonly owner: Named | null
  readonly place: 'on_hand' | 'in_transit'
  /** Null where the balance is not the caller's to see. */
  readonly massKg: string | null
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

export interface EvidenceLine extends Evidence {
  readonly event: string
  readonly type: string
  readonly time: string
  readonly position: number
  readonly organization: Named
}

export interface CustodyGap extends Gap {
  readonly supplier: Named | null
}

export interface CustodyAnswer extends Stamp {
  readonly batch: string
  readonly custodyModel: string
  readonly status: string
  readonly holders: readonly HolderLine[]
  readonly shipments: readonly ShipmentLine[]
  /** What went on beyond the direct receivers of the caller. */
  readonly beyond: { readonly shipments: number; readonly massKg: string }
  readonly evidence: readonly EvidenceLine[]
  readonly gaps: readonly CustodyGap[]
}

interface Scene {
  readonly viewer: Viewer
  readonly neighbors: Neighbors
  readonly holdings: readonly Holding[]
  readonly shipments: readonly BatchShipment[]
  readonly events: ReadonlyMap<string, EventFacts>
  readonly directory: Directory
}

/** Through whose hands a batch went, with evidence and gaps. Throws `NOT_FOUND`. */
export function traceCustody(
  deps: Deps,
  principal: Principal,
  question: BatchQuestion
): Promise<CustodyAnswer> {
  return inquire(deps, principal, question, async (inquiry) => {
    const { stamp, batch } = inquiry
    const scene = await readScene(inquiry)
    const legs = scene.shipments.map((leg) => ({
      leg,
      sight: legSight(leg, scene.viewer, scene.neighbors)
    }))
    const counted = legs.filter(({ sight }) => sight === 'counted')
    return {
      batch: batch.id,
      ...stamp,
      custodyModel: batch.custodyModel,
      status: batch.status,
      holders: scene.holdings.flatMap((holding) => holderLine(holding, scene)),
      shipments: legs.flatMap(({ leg, sight }) => shipmentLine(leg, sight, scene)),
      beyond: {
        shipments: counted.length,
        massKg: formatKg(sumMass(counted.map(({ leg }) => leg.shippedUg)))
      },
      evidence: evidenceLines(inquiry, scene, legs),
      gaps: [...(await historyGaps(inquiry, deps, scene)), ...transitGaps(legs, scene)]
    }
  })
}

async function readScene(inquiry: Inquiry): Promise<Scene> {
  const { tx, stamp, asker, standing, batch } = inquiry
  const eyes = standing.entry === null ? new Set<string>() : await eyesOf(inquiry)
  const past = sightOf(standing.disclosure, { at: 'ancestor', of: standing.from })
  const viewer = { organization: asker.organization, eyes, past }
  const shipments = await readShipments(tx, batch.id, stamp.position)
  const holdings = await readHoldings(tx, batch.id, stamp.position)
  const ids = shipments.flatMap(({ id, receipts }) => [id, ...receipts])
  const events = await readEventFacts(tx, [batch.event, ...ids])
  const parties = [
    ...shipments.flatMap(({ sender, receiver }) => [sender, receiver]),
    ...holdings.flatMap(({ custodian, owner }) => [custodian, owner])
  ]
  const directory = await namesOf(tx, events.values(), stamp.position, parties)
  const neighbors = neighborsOf(viewer, shipments)
  return { viewer, neighbors, holdings, shipments, events, directory }
}

function holderLine(holding: Holding, scene: Scene): HolderLine[] {
  const { viewer, neighbors, directory } = scene
  const { custodian, owner, place, since, position } = holding
  const balance = seesBalance(holding, viewer.eyes)
  // What is on its way is told by the shipments; of others' it would tell a balance.
  if (place === 'in_transit' && !(balance && holding.balanceUg > 0n)) return []
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
      since: sight === 'whole' ? since : null,
      changed: balance ? position : null
    }
  ]
}

function shipmentLine(leg: BatchShipment, sight: Sight, { directory }: Scene): ShipmentLine[] {
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

function statusOf(leg: BatchShipment): ShipmentLine['status'] {
  const { shippedUg, receivedUg, lostUg, returnedUg } = leg
  const settledUg = receivedUg + lostUg + returnedUg
  if (settledUg === 0n) return 'in_transit'
  if (settledUg < shippedUg) return 'partly_received'
  return receivedUg === 0n && returnedUg > 0n ? 'returned' : 'received'
}

interface SeenLeg {
  readonly leg: BatchShipment
  readonly sight: Sight
}

/** Evidence of what made the batch and of the shipments that the caller sees whole. */
function evidenceLines(
  { standing, asker, batch }: Inquiry,
  { events, directory }: Scene,
  legs: readonly SeenLeg[]
): EvidenceLine[] {
  const making = events.get(batch.event)
  const own = making?.organization === asker.organization
  const sight = making
    ? makingSight(sightOf(making.disclosure, { at: 'ancestor', of: standing.from }), [
        standing.sight
      ])
    : 'nothing'
  const seen = legs.filter((item) => item.sight === 'whole').map(({ leg }) => leg)
  const ids = [
    ...(own || sight === 'whole' ? [batch.event] : []),
    ...seen.flatMap(({ id, receipts }) => [id, ...receipts])
  ]
  return ids
    .flatMap((id) => events.get(id) ?? [])
    .sort((a, b) => a.position - b.position)
    .flatMap((event) =>
      event.evidence.map((item) => ({
        event: event.id,
        type: event.type,
        time: event.at,
        position: event.position,
        organization: doerOf(
          { ...event, day: event.at.slice(0, 10), knownAt: event.position },
          directory
        ).organization,
        ...item
      }))
    )
}

async function historyGaps(
  { tx, stamp, standing, batch }: Inquiry,
  { reference }: Deps,
  { directory }: Scene
): Promise<CustodyGap[]> {
  const sources = await readSources(tx, [batch.id], stamp.position)
  const tables = { ...reference, rareEarths: reference.chemistry.rareEarths }
  const known = standing.sight === 'whole'
  const supplier = known ? organizationNamed(directory, batch.organization) : null
  return sources.flatMap((source) =>
    sourceGaps(source, tables).map((gap) => ({ ...gap, supplier }))
  )
}

function transitGaps(legs: readonly SeenLeg[], { directory }: Scene): CustodyGap[] {
  return legs
    .filter(
      ({ leg, sight }) => sight === 'whole' && !['received', 'returned'].includes(statusOf(leg))
    )
    .map(({ leg }) => ({
      kind: 'in_transit' as const,
      element: null,
      step: null,
      share: null,
      remedy: `The receiver can record the receipt of shipment ${leg.id}.`,
      supplier: organizationNamed(directory, leg.receiver)
    }))
}
