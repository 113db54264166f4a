import type { Books, RecordedEvent } from './books.ts'
import type { Effect } from './effect.ts'
import type { CustodyEvent } from './event.ts'
import { withReceipt } from './shipment.ts'

/** Remembers an event that was entered, so that a later one may correct it or take its place (R13). */
export function noteEvent(
  books: Books,
  { event, actor, effect }: { event: CustodyEvent; actor: string; effect: Effect }
): void {
  const noted = recorded(event, actor, effect)
  books.events.set(event.id, noted)
  if (noted.correctiveEvent !== null) books.announced.set(noted.correctiveEvent, event.id)
  if (event.type === 'receive') {
    const earlier = books.receipts.get(event.shipment) ?? []
    const wrong = books.events.get(event.corrects ?? '')?.corrected ?? null
    books.receipts.set(event.shipment, withReceipt(earlier, event.id, wrong))
  }
  const wrong = effect.undoing && books.events.get(effect.undoing.event)
  if (wrong) books.events.set(wrong.id, { ...wrong, ...leftOf(wrong, effect), undone: true })
}

/** What still stands of an event that was taken back: its place in a campaign. */
function leftOf({ outputs, postings }: RecordedEvent, { undoing }: Effect) {
  const batches = undoing?.kept?.batches ?? []
  return {
    outputs: outputs.filter((id) => batches.includes(id)),
    postings: postings.filter(({ account }) => batches.includes(account.batch))
  }
}

function recorded(event: CustodyEvent, actor: string, effect: Effect): RecordedEvent {
  return {
    id: event.id,
    organization: actor,
    type: event.type,
    atMs: Date.parse(event.time),
    undone: false,
    corrected: event.type === 'correct' ? event.event : null,
    correctiveEvent: event.type === 'correct' ? (event.correctiveEvent ?? null) : null,
    outputs: effect.newBatches.map(({ state }) => state.id),
    postings: effect.undoing ? [] : effect.postings,
    shipment: event.type === 'ship' ? event.id : event.type === 'receive' ? event.shipment : null,
    receipts: effect.receivedLines
  }
}
