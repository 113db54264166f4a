import type { Books } from '../books.ts'
import type { CustodyEvent } from '../event.ts'
import type { Review } from '../review.ts'
import { report } from './table.ts'

/** R13: an event that says it corrects is the one that the correction named. */
export function reviewAnnounced(books: Books, event: CustodyEvent, review: Review): void {
  if (event.corrects === undefined) return
  const correction = books.events.get(event.corrects)
  const announced =
    correction?.organization === review.actor && correction.correctiveEvent === event.id
  if (announced) return
  review.findings.push(
    report('CORRECTIVE_UNANNOUNCED', {
      pointer: '/corrects',
      message: `No correction ${event.corrects} of yours names this event as its corrective event.`,
      remedy: 'Record the correct event first, with correctiveEvent set to the id of this event.'
    })
  )
}
