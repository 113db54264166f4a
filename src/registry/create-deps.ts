import { v7 } from 'uuid'
import type { Reference } from '../domain/reference.ts'
import type { IssuerTerms } from '../identity/trusted-issuer.ts'
import type { Database } from '../storage/database.ts'
import { TrustedIssuers } from './access/trusted-issuers.ts'
import { createBookkeeper, type QueueLimits } from './bookkeeper/bookkeeper.ts'
import { createCorrectionJob } from './books/correction-job.ts'
import type { Deps } from './deps.ts'
import { PublishedDocuments } from './epds/published-documents.ts'
import { createImportJob } from './imports/import-job.ts'
import { type LogSurroundings, TransparencyLog } from './log/transparency-log.ts'
import { refusalOfWrites } from './refuse-writes.ts'
import { SigningTerms } from './signing/signing-terms.ts'

/** A process without a guard never signs. */
const NO_GUARD = { origin: 'localhost/log', guard: null }

/**
 * The surroundings of the verbs, with the clock and ids of this machine unless told otherwise. The
 * log has to be started by whoever wants this process to take part in signing it.
 */
export function createDeps(
  db: Database,
  reference: Reference,
  options: Partial<Pick<Deps, 'now' | 'newId'>> & {
    readonly log?: Pick<LogSurroundings, 'origin' | 'guard'>
    readonly queue?: QueueLimits
    readonly issuers?: readonly IssuerTerms[]
  } = {}
): Deps {
  const { now = () => new Date(), newId = () => v7() } = options
  const log = new TransparencyLog({ db, now, ...(options.log ?? NO_GUARD) })
  const corrections = createCorrectionJob({
    db,
    reference,
    now,
    mayWrite: () => refusalOfWrites({ db, log }) === undefined
  })
  const bookkeeper = createBookkeeper({
    db,
    reference,
    now,
    onCorrection: corrections.wake,
    ...(options.queue ? { queue: options.queue } : {})
  })
  return {
    db,
    reference,
    now,
    newId,
    bookkeeper,
    corrections,
    imports: createImportJob(),
    log,
    signing: new SigningTerms(db),
    issuers: new TrustedIssuers(options.issuers ?? []),
    published: new PublishedDocuments(db, now)
  }
}
