import type { Books } from '../../domain/custody/books.ts'
import { announcing, recordedEvents } from '../../storage/books/corrections.ts'
import type { LoadedBooks } from '../../storage/books/custody-load.ts'
import { loadBooks, namedBatches } from '../../storage/books/custody-load.ts'
import { receiptsOf } from '../../storage/books/load-shipments.ts'
import type { Queryable } from '../../storage/database.ts'
import type { Unit } from './submission.ts'
import { touchedBy } from './touched-by.ts'

/**
 * The books that a unit with corrections names, and those that the wrong events touched. A corrective
 * event is still to come: one that is there already cannot take the place.
 */
export async function loadCorrected(tx: Queryable, unit: Unit): Promise<LoadedBooks> {
  const events = unit.submissions.map(({ event }) => event)
  const corrections = events.filter((event) => event.type === 'correct')
  const coming = corrections.flatMap(({ correctiveEvent }) => correctiveEvent ?? [])
  const wrong = [...corrections.map(({ event }) => event), ...events.flatMap(correctedBy)]
  const known = await recordedEvents(tx, [...new Set<string>([...wrong, ...coming])])
  const touched = touchedBy([unit])
  const targets = known.filter(({ id }) => (wrong as readonly string[]).includes(id))
  const named = await namedBatches(tx, {
    ...touched,
    batches: [
      ...touched.batches,
      ...targets.flatMap(({ outputs, postings }) => [
        ...outputs,
        ...postings.map(({ account }) => account.batch)
      ])
    ]
  })
  const shipments = targets.flatMap(({ shipment }) => shipment ?? [])
  const loaded = await loadBooks(
    tx,
    { ...touched, shipments: [...touched.shipments, ...shipments] },
    named
  )
  for (const recorded of known) loaded.books.events.set(recorded.id, recorded)
  const replaced = events.flatMap((event) =>
    event.type === 'receive' && event.corrects !== undefined ? event.shipment : []
  )
  const taken = targets.flatMap(({ type, shipment }) =>
    type === 'receive' ? (shipment ?? []) : []
  )
  await loadReceipts(tx, loaded.books, [...new Set<string>([...replaced, ...taken])])
  for (const [corrective, correction] of await announcing(tx, coming)) {
    loaded.books.announced.set(corrective, correction)
  }
  return loaded
}

/** Of a shipment of which a receipt is taken back or replaced, the others too: they say whether it is disputed. */
async function loadReceipts(tx: Queryable, books: Books, shipments: readonly string[]) {
  const received = await receiptsOf(tx, shipments)
  const others = [...received.values()].flat().filter((id) => !books.events.get(id))
  for (const recorded of await recordedEvents(tx, others)) books.events.set(recorded.id, recorded)
  for (const [shipment, receipts] of received) books.receipts.set(shipment, receipts)
}

function correctedBy({ corrects }: Unit['submissions'][number]['event']) {
  return corrects ?? []
}
