import { hash } from 'node:crypto'
import { canonicalHash } from '../../domain/canonical-json.ts'
import type { CustodyEvent } from '../../domain/custody/event.ts'
import type { Finding } from '../../domain/finding.ts'
import { parseStrictJson } from '../../formats/strict-json.ts'
import type { PreparedStatement } from '../../storage/connection/statement.ts'
import type { Transaction } from '../../storage/database.ts'
import type { Said, StatedSignature } from '../signing/accept-signature.ts'

/** One event document, parsed, with its exact bytes. */
export interface Submission {
  readonly event: CustodyEvent
  readonly mediaType: string
  readonly document: Buffer
  readonly sha256: Buffer
  /** RFC 8785 hash of the parsed document: same id and same content is the same submission. */
  readonly contentHash: Buffer
  /** Verified over the exact bytes; null or absent where nobody signed. */
  readonly signature?: StatedSignature | null
}

/** Submissions of one request that are judged in order. */
export interface Unit {
  readonly organization: string
  readonly client: string
  readonly submissions: readonly Submission[]
  /** Strict: all or nothing. Lenient: each on its own. */
  readonly strict: boolean
  /** Bulk units take turns with interactive ones. */
  readonly bulk: boolean
  /**
   * Written in the transaction of the unit, after everything else and not where a strict unit that
   * corrects is refused; what it throws undoes the transaction and rejects the submission.
   */
  readonly alongside?: (tx: Transaction, answers: readonly Answer[]) => Promise<void>
  /**
   * The same without waiting for the answer: a statement that fails where `alongside` would throw, and with it
   * the transaction. Then the unit is tried again with `alongside`, which says why.
   */
  readonly alongsideOrFail?: (answers: readonly Answer[]) => PreparedStatement
  /**
   * Settles when everything that was submitted before it and that it may build on is durable or has failed.
   * Until then only what the process remembers tells what that has made.
   */
  readonly follows?: Promise<unknown>
  /**
   * Told when it has been judged by what the process remembers, and sent: what it makes is remembered too, so
   * that what builds on it may be submitted. Not told where it was judged by what was read.
   */
  readonly onSent?: () => void
}

/** What became of one submission. */
export type Answer =
  | { readonly status: 'accepted'; readonly replayed: boolean; readonly text: string }
  | { readonly status: 'refused'; readonly findings: readonly Finding[] }
  | { readonly status: 'conflict' }
  /** Nothing wrong with it, but the strict unit that it belongs to was refused. */
  | { readonly status: 'withheld' }

/** True for units that take something back or put something else in its place. */
export function needsBooksAlone(unit: Pick<Unit, 'submissions'>): boolean {
  return unit.submissions.some(
    ({ event }) => event.type === 'correct' || event.corrects !== undefined
  )
}

/** Who said what in the units, signed or not. */
export function saidIn(units: readonly Unit[]): Said[] {
  return units.flatMap(({ organization, submissions }) =>
    submissions.map(({ signature = null }) => ({ organization, signature }))
  )
}

/**
 * True where what was submitted is the content of this hash, stated id or not: who leaves the id to the registry
 * and who writes the same one into the document submit the same event.
 */
export function hasContent(submission: Submission, contentHash: Buffer): boolean {
  if (contentHash.equals(submission.contentHash)) return true
  const { id, ...rest } = parseStrictJson(submission.document) as { readonly id?: string }
  const other = id === undefined ? { ...rest, id: submission.event.id } : rest
  return contentHash.equals(canonicalHash(other))
}

export function submissionOf(
  event: CustodyEvent,
  value: unknown,
  document: Buffer,
  mediaType: string
): Submission {
  return {
    event,
    mediaType,
    document,
    sha256: hash('sha256', document, 'buffer'),
    contentHash: canonicalHash(value)
  }
}
