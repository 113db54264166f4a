import type { Epd } from '../domain/epd/epd.ts'
import type { EpdTables } from '../domain/epd/table.ts'
import type { Finding } from '../domain/finding.ts'

/** Reads declarations of one wire format. */
export interface EpdCodec {
  /** The format's name in answers and in `/docs`. */
  readonly name: string
  /** Media types that select it, the most exact first. */
  readonly mediaTypes: readonly [string, ...string[]]
  /**
   * The declaration in the bytes, or everything that the format has against them. Throws
   * `BODY_INVALID` where they are not of the format at all. Foreign formats tell indicators by ids,
   * which the tables know.
   */
  parse(bytes: Uint8Array, tables: EpdTables): ParsedEpd
}

export interface ParsedEpd {
  /**
   * Null when the findings say why. Findings beside a declaration are about what it does not hold,
   * and go before those of the rules.
   */
  readonly epd: Epd | null
  /** Known also for many a document that is not complete yet: what a draft is kept under. */
  readonly identity: EpdIdentity | null
  /** Equal exactly for documents that the format regards as equal; for equality only. */
  readonly contentHash: Buffer
  readonly findings: readonly Finding[]
}

export interface EpdIdentity {
  readonly id: string
  readonly version: string
}
