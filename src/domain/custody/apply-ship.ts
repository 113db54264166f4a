import type { Books } from './books.ts'
import type { Draw } from './draw.ts'
import { resolveDraws } from './draw.ts'
import type { AccountKey, Effect, Posting } from './effect.ts'
import { accountId } from './effect.ts'
import type { ShipEvent } from './event.ts'
import type { Review } from './review.ts'
import { siteOf } from './rules/r07-facility.ts'
import { eventInstant, notBefore } from './rules/r07-time.ts'
import { reviewAnnounced } from './rules/r13-corrective.ts'
import { report } from './rules/table.ts'

/** Custody sets off: the mass moves into transit, still the sender's until it is received. */
export function applyShip(books: Books, event: ShipEvent, review: Review): Effect | null {
  const atMs = eventInstant(event, review)
  const site = siteOf(books, event, review)
  reviewAnnounced(books, event, review)
  reviewReceiver(books, event, review)
  const draws = resolveDraws(books, event.lines, { pointer: '/lines', atMs }, review)
  if (!draws || !site || atMs === null) return null
  for (const draw of draws) {
    reviewOwnership(draw, event, review)
    const made = {
      atMs: draw.batch.producedAt,
      what: `batch ${draw.batch.number ?? draw.batch.id}`
    }
    notBefore(made, { atMs, pointer: '/time' }, review)
  }
  const transits = draws.map(
    ({ account }): AccountKey => ({ ...keyOf(account), place: 'in_transit' })
  )
  const postings = draws.flatMap((draw, index): Posting[] => [
    { account: keyOf(draw.account), massUg: -draw.massUg, elements: null },
    { account: transits[index] as AccountKey, massUg: draw.massUg, elements: null }
  ])
  return {
    atMs,
    newBatches: [],
    postings,
    draws: [],
    inputs: [],
    receivedLines: [],
    newShipment: {
      id: event.id,
      sender: review.actor,
      receiver: event.to,
      ownership: event.ownership,
      shippedAt: atMs,
      voided: false,
      fromFacility: site.id,
      toFacility: event.toFacility ?? null,
      lines: draws.map((draw, line) => ({
        line,
        batch: draw.batch.id,
        account: accountId(transits[line] as AccountKey),
        owner: draw.account.owner,
        shippedUg: draw.massUg,
        openUg: draw.massUg,
        receivedUg: 0n,
        returnedUg: 0n,
        lostUg: 0n,
        disputed: false
      }))
    }
  }
}

/** R1: nobody gives away what it merely holds; its owner may have it back in whatever way. */
function reviewOwnership({ account, batch, pointer }: Draw, event: ShipEvent, review: Review) {
  const { owner } = account
  if (event.ownership === 'retained' || owner === review.actor || owner === event.to) return
  review.findings.push(
    report('OWNER_NOT_SENDER', {
      pointer: `${pointer}/owner`,
      message: `Batch ${batch.number ?? batch.id} is not yours: you hold it for its owner, and cannot transfer the ownership.`,
      expected: review.actor,
      actual: owner,
      remedy:
        'Ship it with ownership retained. To sell it, its owner has it sent back and transfers it.'
    })
  )
}

function keyOf(account: AccountKey): AccountKey {
  const { batch, custodian, owner, place } = account
  return { batch, custodian, owner, place }
}

function reviewReceiver(books: Books, event: ShipEvent, review: Review): void {
  if (event.to === review.actor) {
    review.findings.push(
      report('SHIPMENT_TO_SELF', {
        pointer: '/to',
        message: 'The receiver is the sender.',
        remedy: 'A move inside one organization needs no shipment.'
      })
    )
  } else if (!books.organizations.get(event.to)) {
    review.findings.push(
      report('ORGANIZATION_UNKNOWN', {
        pointer: '/to',
        message: `There is no organization ${event.to}.`,
        remedy: 'Use the id of a registered organization.'
      })
    )
  }
  if (event.toFacility === undefined) return
  const facility = books.facilities.get(event.toFacility)
  if (facility?.organization === event.to || facility?.versions[0]?.operator === event.to) return
  review.findings.push(
    report('FACILITY_UNKNOWN', {
      pointer: '/toFacility',
      message: 'The receiver has no such facility.',
      remedy: "Leave it out, or use the id of one of the receiver's facilities."
    })
  )
}
