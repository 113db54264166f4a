import type { Books } from '../books.ts'
import type { CustodyEvent } from '../event.ts'
import type { Review } from '../review.ts'
import { report } from './table.ts'

/** R13: an event that says it corrects is the one that the correction named. */
export function reviewAnnounced(books: Books, event: CustodyEvent, review: Review): void {
  if (event.corrects === undefined) return
  reviewGap(books, event, event.corrects, review)
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

/** Later events of a campaign stand on the wrong one, so what replaces it stays in the campaign. */
function reviewGap(books: Books, event: CustodyEvent, corrects: string, review: Review): void {
  const gap = books.batches.get(books.gaps.get(corrects) ?? '')
  const campaign = 'campaign' in event ? event.campaign : undefined
  if (!gap || gap.productName === campaign) return
  review.findings.push(
    report('CAMPAIGN_CORRECTION', {
      pointer: '/campaign',
      message: `The corrected event belongs to the campaign ${gap.productName}, and so does what replaces it.`,
      expected: gap.productName,
      ...(campaign === undefined ? {} : { actual: campaign }),
      remedy:
        'Name the campaign. Where the event did not belong to it, take its place with a transform of this campaign without inputs and outputs, and record what happened as a new event.'
    })
  )
}
