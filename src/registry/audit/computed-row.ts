import type { BatchState } from '../../domain/custody/books.ts'
import type { CustodyEvent } from '../../domain/custody/event.ts'
import type { ReplayedStep } from '../../domain/custody/replay.ts'
import type { Finding } from '../../domain/finding.ts'
import { uuidFrom } from '../../domain/ids.ts'
import { packLineage } from '../../domain/lineage/codec.ts'
import type { BookRow } from '../../storage/books/recorded-rows.ts'
import { addressed } from '../../storage/books/write/finding-rows.ts'
import { firstMade } from '../../storage/books/write/made-rows.ts'

export type Values = BookRow['values']

/** An event of the journal with what its replay did. */
export interface ComputedEvent {
  readonly id: string
  readonly organization: string
  readonly position: number
  readonly event: CustodyEvent
  readonly step: ReplayedStep
  /** As they were answered. */
  readonly findings: readonly Finding[]
}

/** What is known of origins and steps of a batch from an event on. */
export function bodies(state: BatchState, event: string): BookRow[] {
  const { origins, steps } = packLineage(state.lineage)
  return [
    row('origin_version', state.id, state.id, { event, body: origins }),
    row('step_version', state.id, state.id, { event, body: steps })
  ]
}

/** What an event was the first to make, as one text. */
export function madeRow(
  { id, position, step }: ComputedEvent,
  births: ReadonlyMap<string, number>
): BookRow[] {
  const body = firstMade(position, step.effect.newBatches, births)
  return body === null ? [] : [row('event_made', id, id, { body })]
}

/** What a ship event sent off. */
export function shipmentRows({ event, step }: ComputedEvent): BookRow[] {
  const shipment = step.effect.newShipment
  if (!shipment) return []
  const values = {
    sender: shipment.sender,
    receiver: shipment.receiver,
    from_facility: shipment.fromFacility,
    to_facility: shipment.toFacility,
    ownership: shipment.ownership,
    shipped_at: instant(event.time)
  }
  return [
    row('shipment', shipment.id, shipment.id, values),
    ...shipment.lines.map(({ line, batch, account, owner, shippedUg }) =>
      row('shipment_line', `${line}`, batch, { account, owner, shipped_ug: `${shippedUg}` })
    )
  ]
}

/** What was found about an event, as it was told. */
export function findingRows({ id, organization: by, step, findings }: ComputedEvent): BookRow[] {
  const told = addressed({ organization: by, effect: step.effect, findings })
  return told.map(({ organization, finding, batch }, line) => {
    const subject = batch ?? id
    const own = { id: uuidFrom('finding', id, `${line}`), event: id, organization }
    return row('finding', `${line}`, subject, { ...own, ...findingValues(finding) })
  })
}

export function findingValues(finding: Finding): Values {
  const { rule, code, severity, pointer, message } = finding
  const { expected = null, actual = null, remedy = null } = finding
  return { rule, code, severity, pointer, message, expected, actual, remedy }
}

/** To the millisecond, as the books order by it. */
export function instant(time: string | number): string {
  return new Date(time).toISOString()
}

export function row(table: string, key: string, subject: string, values: Values): BookRow {
  return { table, key, subject, values }
}
