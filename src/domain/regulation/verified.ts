import type { BatchStatus } from '../custody/books.ts'
import type { CustodyModel } from '../custody/event.ts'

/** Models by which a batch may be told to be what it physically is not (ISO 22095). */
const BY_CLAIM: readonly CustodyModel[] = ['mass_balance', 'book_and_claim']

/** Why a share of recycled material cannot be claimed of a batch; null where it can. */
export function unverifiedBecause(
  status: BatchStatus,
  model: CustodyModel
): 'batch_status' | 'claim_only' | null {
  if (status !== 'clear') return 'batch_status'
  return BY_CLAIM.includes(model) ? 'claim_only' : null
}
