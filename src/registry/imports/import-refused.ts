import type { ImportFailure } from './import-record.ts'

/** The upload as a whole cannot be imported. */
export class ImportRefused extends Error {
  override readonly name = 'ImportRefused'
  readonly failure: ImportFailure

  constructor(failure: ImportFailure) {
    super(failure.message)
    this.failure = failure
  }
}

/**
 * The import did not move on, so nothing was written: its worker has lost it, it was cancelled, its
 * client was revoked, or what came before has failed. The stored import says which.
 */
export class ImportInterrupted extends Error {
  override readonly name = 'ImportInterrupted'

  constructor() {
    super('the import did not move on')
  }
}
