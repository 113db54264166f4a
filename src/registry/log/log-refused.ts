import type { Break } from '../../log/continuity.ts'

/** Signing would fork or shorten the history; the operator has to act. */
export class LogRefused extends Error {
  override readonly name = 'LogRefused'
  readonly remedy: string

  constructor({ reason, remedy }: Break) {
    super(reason)
    this.remedy = remedy
  }
}
