import type { Reference } from '../domain/reference.ts'
import type { Database } from '../storage/database.ts'
import type { TrustedIssuers } from './access/trusted-issuers.ts'
import type { Bookkeeper } from './bookkeeper/bookkeeper.ts'
import type { CorrectionJob } from './books/correction-job.ts'
import type { PublishedDocuments } from './epds/published-documents.ts'
import type { ImportJob } from './imports/import-job.ts'
import type { TransparencyLog } from './log/transparency-log.ts'
import type { SigningTerms } from './signing/signing-terms.ts'

/** What every verb is given: nothing else reaches the outside world, so tests are deterministic. */
export interface Deps {
  readonly db: Database
  /** The tables of facts of `data/`, read once at start. */
  readonly reference: Reference
  /** The one way in which events and corrections reach the books. */
  readonly bookkeeper: Bookkeeper
  /** Evaluates again what a correction made suspect. */
  readonly corrections: CorrectionJob
  /** Works off uploads of many documents. */
  readonly imports: ImportJob
  /** Turns what was accepted into signed history. */
  readonly log: TransparencyLog
  /** Keys and policies of signed submissions. */
  readonly signing: SigningTerms
  /** Whose access tokens count beside our own. */
  readonly issuers: TrustedIssuers
  /** Declarations that everybody may read. */
  readonly published: PublishedDocuments
  readonly now: () => Date
  /** A UUIDv7 (RFC 9562, 5.7): made one after the other, ids lie side by side in every index. */
  readonly newId: () => string
}

export type { Principal, Role, Scope } from '../identity/principal.ts'
