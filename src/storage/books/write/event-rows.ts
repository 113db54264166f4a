import type { Effect } from '../../../domain/custody/effect.ts'
import type { CustodyEvent } from '../../../domain/custody/event.ts'
import { insertInto, type RowsStatement } from '../../connection/statement.ts'
import type { AcceptedEvent } from './accepted.ts'
import { receiptsJson } from './receipts-json.ts'

const EVENT = insertInto('event', [
  ['id', 'uuid'],
  ['position', 'int8'],
  ['recorded_at', 'timestamptz'],
  ['organization', 'uuid'],
  ['client', 'text'],
  ['type', 'text'],
  ['at', 'timestamptz'],
  ['facility', 'uuid'],
  ['disclosure', 'text'],
  ['media_type', 'text'],
  ['document', 'bytea'],
  ['sha256', 'bytea'],
  ['content_hash', 'bytea'],
  ['rule_set', 'text'],
  ['details', 'text'],
  ['answer', 'text'],
  ['corrective_event', 'uuid']
])

export function eventRows(accepted: readonly AcceptedEvent[]): RowsStatement | null {
  const rows = accepted.map((entry) => [
    entry.event.id,
    entry.position,
    entry.recordedAt,
    entry.organization,
    entry.client,
    entry.event.type,
    entry.event.time,
    entry.event.facility,
    entry.event.disclosure ?? 'chain',
    entry.mediaType,
    entry.document,
    entry.sha256,
    entry.contentHash,
    entry.ruleSet,
    detailsOf(entry.event, entry.effect),
    entry.answer,
    entry.event.type === 'correct' ? (entry.event.correctiveEvent ?? null) : null
  ])
  return EVENT.of(rows)
}

/** What a reader of the chain is shown of an event beside its edges and postings. */
export function detailsOf(event: CustodyEvent, effect: Effect): string {
  const shared = { evidence: event.evidence, note: event.note, corrects: event.corrects }
  switch (event.type) {
    case 'transform': {
      const { stages, residues, losses, campaign } = event
      return JSON.stringify({ ...shared, stages, residues, losses, campaign })
    }
    case 'close_campaign': {
      const { campaign, closing, carryTo } = event
      return JSON.stringify({ ...shared, campaign, closing, carryTo })
    }
    case 'ship':
      return JSON.stringify({ ...shared, to: event.to, ownership: event.ownership })
    case 'receive':
      return JSON.stringify({
        ...shared,
        shipment: event.shipment,
        outcome: event.outcome,
        receipts: receiptsJson(effect.receivedLines)
      })
    case 'correct':
      return JSON.stringify({ ...shared, event: event.event, reason: event.reason })
    case 'adjust':
      return JSON.stringify({ ...shared, direction: event.direction, reason: event.reason })
    default:
      return JSON.stringify(shared)
  }
}
