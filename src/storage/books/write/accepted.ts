import type { Books } from '../../../domain/custody/books.ts'
import type { BookedPosting, Effect } from '../../../domain/custody/effect.ts'
import type { CustodyEvent } from '../../../domain/custody/event.ts'
import type { Finding } from '../../../domain/finding.ts'
import type { PackedLineage } from '../../../domain/lineage/codec.ts'
import type { Lineage } from '../../../domain/lineage/share.ts'
import type { LoadedBooks } from '../custody-load.ts'

/** One accepted event with everything that its transaction stores. */
export interface AcceptedEvent {
  readonly event: CustodyEvent
  readonly organization: string
  readonly client: string
  readonly mediaType: string
  readonly document: Buffer
  readonly sha256: Buffer
  readonly contentHash: Buffer
  readonly ruleSet: string
  readonly position: number
  readonly recordedAt: string
  readonly answer: string
  readonly findings: readonly Finding[]
  readonly effect: Effect
  readonly booked: readonly BookedPosting[]
}

/** The books before and after the group: what existed is updated, what is new is inserted. */
export interface GroupBooks {
  readonly loaded: LoadedBooks
  /** After the fold. */
  readonly books: Books
  /** The lineages of the new batches, as they are stored. */
  readonly packed: PackedLineages
}

export type PackedLineages = ReadonlyMap<Lineage, PackedLineage>
