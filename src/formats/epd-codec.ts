import type { Epd } from '../domain/epd/epd.ts'
import type { EpdOrigin } from '../domain/epd/origin.ts'
import type { EpdTables } from '../domain/epd/table.ts'
import type { Finding } from '../domain/finding.ts'

/** Reads declarations of one wire format. */
export interface EpdCodec {
  /** The format's name in answers and in `/docs`. */
  readonly name: string
  /** Media types that select it, the most exact first. */
  readonly mediaTypes: readonly [string, ...string[]]
  /** Where it says what the native form holds; absent for the native form itself. */
  readonly origin?: EpdOrigin
  /**
   * The declaration in the bytes, or everything that the format has against them. Throws
   * `BODY_INVALID` where they are not of the format at all. Foreign formats tell indicators by ids,
   * which the tables know.
   */
  parse(
    bytes: Buffer,
    tables: EpdTables,
    wanted?: { readonly unread: boolean }
  ): ParsedEpd | Promise<ParsedEpd>
  /**
   * Equal exactly for documents that the format regards as equal; for equality only. Asked where
   * other bytes come for a version that stands. Throws as `parse`.
   */
  contentHash(bytes: Buffer, tables: EpdTables): Buffer | Promise<Buffer>
  /**
   * One document for each declaration, where one document can hold several; the bytes themselves
   * where they hold one. Throws `BODY_INVALID`.
   */
  split?(bytes: Buffer, tables: EpdTables): Promise<readonly Buffer[]>
  /** The files that a document of the format consists of, where it is an archive. */
  readonly files?: {
    list(bytes: Buffer, tables: EpdTables): Promise<readonly PackageFile[]>
    /** Undefined where there is none of this path. */
    read(bytes: Buffer, path: string, tables: EpdTables): Promise<FileContent | undefined>
  }
}

/** A file of an archive as it is listed. */
export interface PackageFile {
  readonly path: string
  readonly size: number
  /** Of the unpacked bytes, hex. */
  readonly sha256: string
  readonly mediaType: string
}

export interface FileContent {
  readonly bytes: Buffer
  readonly mediaType: string
}

export interface ParsedEpd {
  /**
   * Null when the findings say why. Findings beside a declaration are about what it does not hold,
   * and go before those of the rules. Where what is unread was asked for, to convert the document,
   * they may say that it cannot be accepted as it is.
   */
  readonly epd: Epd | null
  /** Known also for many a document that is not complete yet: what a draft is kept under. */
  readonly identity: EpdIdentity | null
  readonly findings: readonly Finding[]
  /** Where asked for: what the document says and the declaration does not. */
  readonly unread?: readonly Loss[]
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
  write(epd: Epd, tables: EpdTables, source?: EpdSource): WrittenEpd | Promise<WrittenEpd>
}

/** The document that a declaration was read from. */
export interface EpdSource {
  readonly format: string
  readonly bytes: Buffer
}

export interface WrittenEpd {
  readonly bytes: Buffer
  /** True where the document that it was read from is inside: then nothing of it is lost. */
  readonly whole?: boolean
  /** Everything that the format has no place for, each with its place in the native document. */
  readonly losses: readonly Loss[]
}

export interface Loss {
  /**
   * Where it is said: in the `declaration`, as the native format writes it, or only in the
   * `document`, which says more than declarations hold.
   */
  readonly of: 'declaration' | 'document'
  /** RFC 6901 pointer into it. */
  readonly pointer: string
  /** Why, in one sentence. */
  readonly message: string
}
