import type { ShipmentStatus } from '../../domain/custody/shipment.ts'
import { formatKg } from '../../domain/quantity/mass.ts'
import type { StoredLine, StoredShipment } from '../../storage/books/shipments.ts'
import { listShipments as readShipments } from '../../storage/books/shipments.ts'
import type { Deps, Principal } from '../deps.ts'
import { inSnapshot } from '../moment.ts'
import type { PageRequest, StampedPage } from '../page.ts'
import { oneMore, pageOf } from '../page.ts'

/** A shipment as its sender and its receiver are shown it. */
export interface ShipmentRecord {
  readonly id: string
  readonly direction: 'in' | 'out'
  readonly sender: string
  readonly receiver: string
  readonly fromFacility: string
  readonly toFacility?: string
  readonly ownership: 'retained' | 'transferred'
  readonly status: ShipmentStatus
  readonly shippedAt: string
  /** Whole days since it set off, while something of it is on its way; null after that. */
  readonly ageDays: number | null
  readonly position: number
  readonly lines: readonly ShipmentLineRecord[]
}

export interface ShipmentLineRecord {
  readonly batch: string
  readonly number?: string
  readonly owner: string
  readonly shippedKg: string
  readonly openKg: string
  readonly receivedKg: string
  readonly returnedKg: string
  readonly lostKg: string
  readonly disputed: boolean
}

export interface ShipmentQuestion extends PageRequest {
  readonly direction?: 'in' | 'out'
  readonly status?: ShipmentStatus
  /** Only what is still on its way after so many days. */
  readonly olderThanDays?: number
}

const DAY_MS = 86_400_000

/** The shipments that the organization of the caller sent or is to receive, oldest first. */
export function listShipments(
  deps: Deps,
  principal: Principal,
  question: ShipmentQuestion
): Promise<StampedPage<ShipmentRecord>> {
  const { organization } = principal
  const now = deps.now().getTime()
  const { after, limit } = oneMore(question)
  const age = question.olderThanDays
  return inSnapshot(deps, undefined, async (tx, stamp) => {
    const rows = await readShipments(tx, {
      organization,
      direction: question.direction ?? null,
      status: question.status ?? null,
      openSince: age === undefined ? null : new Date(now - age * DAY_MS).toISOString(),
      after,
      limit
    })
    const record = (row: StoredShipment) => recordOf(row, organization, now)
    return { ...stamp, ...pageOf(rows, question.limit, record, ({ position }) => position) }
  })
}

function recordOf(row: StoredShipment, viewer: string, now: number): ShipmentRecord {
  const { toFacility, lines, ...shipment } = row
  const open = lines.some((line) => line.openUg > 0n)
  return {
    ...shipment,
    direction: row.sender === viewer ? 'out' : 'in',
    ...(toFacility === null ? {} : { toFacility }),
    ageDays: open ? Math.max(0, Math.floor((now - Date.parse(row.shippedAt)) / DAY_MS)) : null,
    lines: lines.map(lineRecord)
  }
}

function lineRecord(line: StoredLine): ShipmentLineRecord {
  return {
    batch: line.batch,
    ...(line.number === null ? {} : { number: line.number }),
    owner: line.owner,
    shippedKg: formatKg(line.shippedUg),
    openKg: formatKg(line.openUg),
    receivedKg: formatKg(line.receivedUg),
    returnedKg: formatKg(line.returnedUg),
    lostKg: formatKg(line.lostUg),
    disputed: line.disputed
  }
}
