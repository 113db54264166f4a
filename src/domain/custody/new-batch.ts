import type { Lineage } from '../lineage/share.ts'
import type { BatchState, Books } from './books.ts'
import { numberKey } from './books.ts'
import type { Content } from './content.ts'
import type { AccountKey, NewBatch, Posting } from './effect.ts'
import type { BatchDeclaration, CustodyModel, Disclosure } from './event.ts'
import type { Review } from './review.ts'
import { report } from './rules/table.ts'

/** What an event says of every batch that it makes. */
export interface Making {
  readonly event: string
  readonly facility: string
  readonly atMs: number
  readonly stage: string | null
  readonly disclosure: Disclosure
  readonly status: BatchState['status']
}

/** R14: neither the id nor the number stands for something else, in the books or in the document. */
export function reviewIdentity(
  books: Books,
  event: { readonly corrects?: string; readonly outputs: readonly BatchDeclaration[] },
  review: Review
): void {
  const ids = new Set<string>()
  const numbers = new Set<string>()
  event.outputs.forEach((declaration, index) => {
    const pointer = `/outputs/${index}`
    const standing = books.batches.get(declaration.id)
    if (
      (standing && !mayDeclareAgain(standing, event.corrects, review)) ||
      ids.has(declaration.id)
    ) {
      review.findings.push(taken(`${pointer}/id`, `The batch id ${declaration.id}`))
    }
    ids.add(declaration.id)
    if (declaration.number === undefined) return
    const key = numberKey(review.actor, declaration.number)
    const holder = books.numbers.get(key)
    if ((holder !== undefined && holder !== declaration.id) || numbers.has(key)) {
      review.findings.push(taken(`${pointer}/number`, `The number ${declaration.number}`))
    }
    numbers.add(key)
  })
}

/**
 * A corrective event declares again what a correction of its organization took out of the books: mostly
 * the one that names it, but also an earlier one, whose corrective event left a batch out.
 */
function mayDeclareAgain(
  standing: BatchState,
  corrects: string | undefined,
  { actor }: Review
): boolean {
  return corrects !== undefined && standing.voidedBy !== null && standing.organization === actor
}

function taken(pointer: string, what: string) {
  return report('ID_CONFLICT', {
    pointer,
    message: `${what} stands for another batch already.`,
    remedy: 'Choose another one; a wrong event is mended by a correction, not by repeating it.'
  })
}

/** R1: a stated owner is registered. */
export function knownOwner(
  books: Books,
  owner: string | undefined,
  pointer: string,
  review: Review
): boolean {
  if (owner === undefined || owner === review.actor || books.organizations.get(owner)) return true
  review.findings.push(
    report('OWNER_UNKNOWN', {
      pointer: `${pointer}/owner`,
      message: `There is no organization ${owner}.`,
      remedy: 'Use the id of a registered organization.'
    })
  )
  return false
}

/** The new batch as the books keep it. */
export function newBatch(
  declaration: BatchDeclaration,
  content: Content,
  made: Making & {
    readonly custodyModel: CustodyModel
    readonly lineage: Lineage
    readonly gained: BatchState['gained']
  },
  maker: { readonly actor: string; readonly books: Books }
): NewBatch {
  // Consumers of a batch that is declared again stay attached: what they drew stays drawn.
  const before = maker.books.batches.get(declaration.id)
  const state: BatchState = {
    id: declaration.id,
    organization: maker.actor,
    number: declaration.number ?? before?.number ?? null,
    event: made.event,
    productClass: declaration.product.class,
    productName: declaration.product.name,
    stage: made.stage,
    facility: made.facility,
    producedAt: made.atMs,
    massUg: content.massUg,
    drawnUg: before?.drawnUg ?? 0n,
    foundUg: before?.foundUg ?? 0n,
    foundParts: before?.foundParts ?? 0n,
    elements: content.elements,
    uncertainty: content.uncertainty,
    bounds: content.bounds,
    gained: made.gained,
    closedFor: content.closedFor,
    unassayedUg: content.unassayedUg,
    custodyModel: made.custodyModel,
    disclosure: declaration.disclosure ?? made.disclosure,
    status: made.status,
    voidedBy: null,
    flagged: false,
    lineage: made.lineage
  }
  return { state, declaration }
}

/** The first posting of a batch: its mass, in the hands of its maker. */
export function openingPosting(batch: NewBatch, owner: string): Posting {
  const account: AccountKey = {
    batch: batch.state.id,
    custodian: batch.state.organization,
    owner,
    place: 'on_hand'
  }
  return { account, massUg: batch.state.massUg, elements: batch.state.elements }
}
