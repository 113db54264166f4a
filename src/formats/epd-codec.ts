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

/** Writes declarations in one wire format. */
export interface EpdWriter {
  /** As the command line and `/docs` name it. */
  readonly name: string
  readonly mediaType: string
  write(epd: Epd, tables: EpdTables): WrittenEpd
}

export interface WrittenEpd {
  readonly bytes: Buffer
  /** Everything that the format has no place for, each with its place in the native document. */
  readonly losses: readonly Loss[]
}

export interface Loss {
  /** RFC 6901 pointer into the native form of the declaration. */
  readonly pointer: string
  /** Why, in one sentence. */
  readonly message: string
}
