import { hash } from 'node:crypto'
import type { Finding } from '../../domain/finding.ts'
import { uuidFrom } from '../../domain/ids.ts'
import { type ErrorCode, errors, RegistryError } from '../../errors.ts'
import { epdFormatOf } from '../../formats/epd-format.ts'
import { parseEvent } from '../../formats/native/event.ts'
import { signedLineOf } from '../../formats/signed-line.ts'
import { parseStrictJson } from '../../formats/strict-json.ts'
import type { ItemResult } from '../../storage/import-work.ts'
import type { ImportRow } from '../../storage/imports.ts'
import { acceptSignature, type StatedSignature } from '../accept-signature.ts'
import type { Deps, Principal } from '../deps.ts'
import { type EpdSubmission, readSubmission } from '../epd-submission.ts'
import { type Submission, submissionOf } from '../submission.ts'
import type { PlacedFinding } from './import-record.ts'
import type { ImportItem } from './import-source.ts'

const JSON_TYPE = 'application/json'

/** An item that could be read, or its refusal. */
export type ReadItem<Read> =
  | { readonly item: ImportItem; readonly read: Read }
  | { readonly item: ImportItem; readonly refusal: ItemResult }

export interface EpdItem {
  readonly submission: EpdSubmission
  readonly signature: StatedSignature | null
}

/**
 * The event of an item. One without an id gets an id that follows from the upload and its place in
 * it, and where it is signed from its bytes, so that the same file again never doubles anything.
 */
export async function readEventItem(
  deps: Deps,
  principal: Principal,
  job: ImportRow,
  item: ImportItem
): Promise<ReadItem<Submission>> {
  return reading(item, async (bytes, mediaType) => {
    const line = parseStrictJson(bytes)
    const signed = mediaType === null ? signedLineOf(line) : null
    const document = signed?.document ?? bytes
    const value = signed ? parseStrictJson(document) : line
    const signature = await acceptSignature(deps, principal, document, { signature: signed?.jws })
    const { organization } = principal
    const assignId = () =>
      signed
        ? uuidFrom('signed event', organization, hash('sha256', document))
        : uuidFrom('imported event', organization, job.sha256.toString('hex'), String(item.line))
    const parsed = parseEvent(value, assignId)
    if (!parsed.event) return { refusal: refused(item, 'refused', parsed.findings, null) }
    return { read: { ...submissionOf(parsed.event, value, document, JSON_TYPE), signature } }
  })
}

/** The declaration of an item, in whichever format its content shows. */
export async function readEpdItem(
  deps: Deps,
  principal: Principal,
  item: ImportItem
): Promise<ReadItem<EpdItem>> {
  return reading(item, async (bytes, known) => {
    const first = known === null && bytes[0] === 0x7b ? parseStrictJson(bytes) : null
    const signed = signedLineOf(first)
    const document = signed?.document ?? bytes
    const mediaType = known ?? epdFormatOf(document).mediaTypes[0]
    const signature = await acceptSignature(deps, principal, document, { signature: signed?.jws })
    const submission = await readSubmission({ mediaType, document }, deps.reference)
    return { read: { submission, signature } }
  })
}

type Outcome<Read> = { readonly read: Read } | { readonly refusal: ItemResult }

/** Turns what stops a request into the refusal of one item; a failure of ours stays a failure. */
async function reading<Read>(
  item: ImportItem,
  work: (bytes: Buffer, mediaType: string | null) => Promise<Outcome<Read>>
): Promise<ReadItem<Read>> {
  const { content } = item
  if ('findings' in content) {
    return { item, refusal: result(item, 'refused', null, content.findings) }
  }
  try {
    return { item, ...(await work(content.bytes, content.mediaType)) }
  } catch (error) {
    if (!(error instanceof RegistryError) || isOurs(error.code)) throw error
    return { item, refusal: refusalOf(item, error, null) }
  }
}

/** True for what is no fault of the document: the service or its surroundings failed. */
export function isOurs(code: ErrorCode): boolean {
  return code === 'INTERNAL' || isPassing(code)
}

/** True for what may be over in a moment. */
export function isPassing(code: ErrorCode): boolean {
  return code === 'UNAVAILABLE' || code === 'TIMEOUT' || code === 'OVERLOADED'
}

/** The result of an item that a verb refused by throwing. */
export function refusalOf(item: ImportItem, error: RegistryError, id: string | null): ItemResult {
  if (error.code === 'CONFLICT') return refused(item, 'conflict', detailsOf(error), id)
  const findings = error.extensions['findings'] as readonly Finding[] | undefined
  return refused(item, 'refused', findings ?? detailsOf(error), id)
}

function refused(
  item: ImportItem,
  status: ItemResult['status'],
  findings: readonly Finding[],
  id: string | null
): ItemResult {
  return result(item, status, { id, position: null }, findings.map(item.placed))
}

/** Findings of one item beyond these are counted, not kept. */
const MOST_FINDINGS = 100

export function result(
  { line, name }: ImportItem,
  status: ItemResult['status'],
  stored: { readonly id: string | null; readonly position: number | null } | null,
  findings: readonly PlacedFinding[]
): ItemResult {
  const kept = findings.slice(0, MOST_FINDINGS)
  if (findings.length > kept.length) kept.push(andMore(findings.length - kept.length))
  return {
    line,
    name,
    status,
    subject: stored?.id ?? null,
    position: stored?.position ?? null,
    findings: kept.length === 0 ? null : JSON.stringify(kept)
  }
}

function andMore(count: number): PlacedFinding {
  return {
    rule: 'import',
    code: 'LIMIT_EXCEEDED',
    severity: 'info',
    pointer: '',
    message: `There are ${count} more findings about this item.`
  }
}

const MEND = 'Mend it there and send it again.'

function detailsOf(error: RegistryError): Finding[] {
  const common = { rule: 'import', code: error.code, severity: 'error' as const }
  const [first, ...others] = error.details
  if (!first) return [{ ...common, pointer: '', message: error.message }]
  // Of what cannot be read the detail is where, which the message says already.
  const remedy = error.message.includes(first.message) ? MEND : first.message
  return [
    { ...common, pointer: first.pointer ?? '', message: error.message, remedy },
    ...others.map(({ pointer = '', message }) => ({ ...common, pointer, message }))
  ]
}

/** What is told of an item that the service itself failed on, again and again. */
export function failedOn(item: ImportItem): ItemResult {
  const [, title] = errors.INTERNAL
  return refused(
    item,
    'refused',
    [
      {
        rule: 'import',
        code: 'INTERNAL',
        severity: 'error',
        pointer: '',
        message: `${title} on this item; nothing of it was stored.`,
        remedy: 'Tell the operator of the registry, with the id of the import and the line.'
      }
    ],
    null
  )
}
