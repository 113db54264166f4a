import type { Evidence } from '../../domain/custody/event.ts'
import type { Gap } from '../../domain/lineage/gaps.ts'
import { sourceGaps, voidedGap } from '../../domain/lineage/gaps.ts'
import type { Sight } from '../../domain/lineage/sight.ts'
import type { Named } from '../../domain/lineage/tree.ts'
import { formatKg, sumMass } from '../../domain/quantity/mass.ts'
import { legSight, neighborsOf } from '../../identity/custody-sight.ts'
import { makingSight, sightOf } from '../../identity/visibility.ts'
import type { BatchShipment } from '../../storage/batches/batch-custody.ts'
import { readHoldings, readShipments } from '../../storage/batches/batch-custody.ts'
import { readSources, readVoided } from '../../storage/batches/sources.ts'
import { readEventFacts } from '../../storage/books/event-facts.ts'
import type { Deps, Principal } from '../deps.ts'
import type { Stamp } from '../moment.ts'
import { eyesOf } from './trace-batch.ts'
import type { HolderLine, Scene, ShipmentLine } from './trace-custody-lines.ts'
import { holderLine, shipmentLine, statusOf } from './trace-custody-lines.ts'
import { doerOf, namesOf, organizationNamed } from './trace-names.ts'
import type { BatchQuestion, Inquiry } from './trace-question.ts'
import { inquire } from './trace-question.ts'

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
  const voided = batch.voidedBy === null ? [] : await readVoided(tx, [batch.id], stamp.position)
  return [
    ...sources.flatMap((source) => sourceGaps(source, tables).map((gap) => ({ ...gap, supplier }))),
    ...voided.map((each) => ({
      ...voidedGap(each),
      supplier: each.isReplaced ? supplier : null
    }))
  ]
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
