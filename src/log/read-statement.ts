import { fromBase64Url } from './base64.ts'
import { prepareStatement, type Statement } from './entry.ts'
import { HASH_BYTES } from './merkle.ts'

/** A statement as it stands in the log, with the time that it got there. */
export interface LoggedStatement extends Statement {
  readonly at: string
}

/**
 * Reads the bytes of a statement; null for anything but the one way in which it is written, so that
 * nobody can read two things from the same entry.
 */
export function readStatement(bytes: Uint8Array): LoggedStatement | null {
  try {
    const value = JSON.parse(Buffer.from(bytes).toString('utf8')) as Raw
    const document = value.document && {
      sha256: fromBase64Url(value.document.sha256) ?? Buffer.alloc(0),
      size: value.document.size,
      mediaType: value.document.mediaType
    }
    if (document && document.sha256.length !== HASH_BYTES) return null
    const { kind, subject, organization, at, body } = value
    if (!isShaped(value)) return null
    const statement = { kind, subject, organization, document, body, at }
    const written = prepareStatement(statement)(at)
    return Buffer.compare(written, bytes) === 0 ? statement : null
  } catch {
    return null
  }
}

/** Whoever holds the key of a log can make it say anything: what is read has to be what is meant. */
function isShaped({ kind, subject, organization, at, document, body }: Raw): boolean {
  const isBody = typeof body === 'object' && body !== null && !Array.isArray(body)
  const texts = [kind, subject, at, organization ?? '', document === null ? '' : document.mediaType]
  const isSized = document === null || (Number.isSafeInteger(document.size) && document.size >= 0)
  // Half of a surrogate pair is no text (RFC 8785 3.2.2.2), though JSON can write it.
  const isText = texts.every((text) => typeof text === 'string' && text.isWellFormed())
  return isBody && isSized && isText && isMoment(at)
}

const MOMENT_LENGTH = '2026-01-01T00:00:00.000Z'.length

/** In UTC with milliseconds, and a day that there is: such times are in order where their texts are. */
function isMoment(at: string): boolean {
  return at.length === MOMENT_LENGTH && new Date(at).toISOString() === at
}

interface Raw {
  readonly kind: string
  readonly subject: string
  readonly organization: string | null
  readonly at: string
  readonly document: {
    readonly sha256: string
    readonly size: number
    readonly mediaType: string
  } | null
  readonly body: Readonly<Record<string, unknown>>
}
