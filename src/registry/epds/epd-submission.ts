import { createHash } from 'node:crypto'
import { boundedFindings } from '../../domain/bounded-findings.ts'
import type { Epd } from '../../domain/epd/epd.ts'
import { located } from '../../domain/epd/origin.ts'
import { report } from '../../domain/epd/rules/table.ts'
import { type VersionKey, versionKey } from '../../domain/epd/version.ts'
import type { Finding } from '../../domain/finding.ts'
import type { Reference } from '../../domain/reference.ts'
import { RegistryError } from '../../errors.ts'
import type { EpdCodec, ParsedEpd } from '../../formats/epd-codec.ts'
import { epdFormatOf } from '../../formats/epd-format.ts'
import { epdCodecOf, epdMediaTypes } from '../../formats/media-types.ts'
import { nativeEpd } from '../../formats/native/epd.ts'
import { refuseFindings } from '../refuse-findings.ts'

/** One declaration as it was sent. */
export interface EpdDocument {
  readonly mediaType: string
  readonly document: Buffer
}

/** A document that its format accepts, with what it is stored by. */
export interface EpdSubmission extends EpdDocument {
  readonly epd: Epd
  readonly versionKey: VersionKey
  readonly sha256: Buffer
  /** What the format has to say about a document that it could read. */
  readonly formatFindings: readonly Finding[]
}

/** Reads a document by its media type. Throws `MEDIA_TYPE_UNSUPPORTED` and `BODY_INVALID`. */
export async function parseEpd(
  { mediaType, document }: EpdDocument,
  { epd: tables }: Reference,
  wanted?: { readonly unread: boolean }
): Promise<ParsedEpd> {
  const codec = codecOf(mediaType)
  const read = await codec.parse(document, tables, wanted)
  const parsed = { ...read, findings: boundedFindings(located(read.findings, codec.origin)) }
  if (parsed.epd) return parsed
  const other = epdFormatOf(document)
  // What has no mark of any format passes for native, and need not be.
  const isPlain = other === codec || other === nativeEpd
  return isPlain ? parsed : { ...parsed, findings: [sentAs(other), ...parsed.findings] }
}

/** Said first, since what the wrong format has against a document helps nobody. */
function sentAs({ name, mediaTypes: [mediaType] }: EpdCodec): Finding {
  return report('EPD_DOCUMENT', {
    pointer: '',
    message: `The document looks like ${name}.`,
    remedy: `Send it with Content-Type: ${mediaType}.`
  })
}

/**
 * One document for each declaration in the one that was sent: itself nearly always, and a package
 * for each where an archive holds several. Throws as `parseEpd`.
 */
export async function splitDocument(
  { mediaType, document }: EpdDocument,
  { epd: tables }: Reference
): Promise<readonly EpdDocument[]> {
  const documents = (await codecOf(mediaType).split?.(document, tables)) ?? [document]
  return documents.map((each) => ({ mediaType, document: each }))
}

/** The codec of a media type. Throws `MEDIA_TYPE_UNSUPPORTED`. */
export function codecOf(mediaType: string): EpdCodec {
  const codec = epdCodecOf(mediaType)
  if (codec) return codec
  throw new RegistryError(
    'MEDIA_TYPE_UNSUPPORTED',
    `${mediaType || 'A body without a media type'} is not a format of declarations; send ${epdMediaTypes.join(' or ')}.`
  )
}

/** As `parseEpd`, for a document that is to stand: throws `FINDINGS` where it cannot be read. */
export async function readEpdSubmission(
  sent: EpdDocument,
  reference: Reference
): Promise<EpdSubmission> {
  return epdSubmissionOf(sent, await parseEpd(sent, reference))
}

export function epdSubmissionOf(sent: EpdDocument, parsed: ParsedEpd): EpdSubmission {
  const { epd, findings } = parsed
  if (!epd) refuseFindings(findings)
  const key = epd ? versionKey(epd.version) : null
  if (!epd || !key) throw new RangeError('a format gave neither a declaration nor findings')
  return {
    ...sent,
    epd,
    versionKey: key,
    sha256: sha256(sent.document),
    formatFindings: findings
  }
}

export function sha256(document: Buffer): Buffer {
  return createHash('sha256').update(document).digest()
}
