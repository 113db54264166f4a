import { hash } from 'node:crypto'
import type { Finding } from '../../domain/finding.ts'
import { uuidFrom } from '../../domain/ids.ts'
import { RegistryError } from '../../errors.ts'
import { epdFormatOf, isDeclaration } from '../../formats/epd-format.ts'
import { parseEvent } from '../../formats/native/event.ts'
import { signedLineOf } from '../../formats/signed-line.ts'
import { parseForeignJson, parseStrictJson } from '../../formats/strict-json.ts'
import type { ItemResult } from '../../storage/imports/import-work.ts'
import { type Submission, submissionOf } from '../bookkeeper/submission.ts'
import type { Deps, Principal } from '../deps.ts'
import { type EpdSubmission, readEpdSubmission } from '../epds/epd-submission.ts'
import { acceptSignature, type StatedSignature } from '../signing/accept-signature.ts'
import type { ImportItem } from './import-source.ts'
import type { ImportWork } from './import-work.ts'
import { isOurs, refusalOf, refused, result } from './item-result.ts'

const JSON_TYPE = 'application/json'

/** An item that could be read, or its refusal. */
export type ReadItem<Read> =
  | { readonly item: ImportItem; readonly read: Read }
  | { readonly item: ImportItem; readonly refusal: ItemResult }

/** An item of an upload of any kind that is a declaration, to be read by `readEpdItem`. */
export interface Declared {
  readonly item: ImportItem
  readonly declaration: true
}

export interface EpdItem {
  readonly submission: EpdSubmission
  readonly signature: StatedSignature | null
}

/**
 * The event of an item. One without an id gets one that follows from what it says and from what stands before it
 * (`UnnamedEvents`), and where it is signed from its bytes, so that nothing is recorded twice.
 * Items are read in their order.
 */
export function readEventItem(work: ImportWork, item: ImportItem): Promise<ReadItem<Submission>> {
  return reading(item, async (bytes, mediaType) => {
    const opened = openItem(bytes, mediaType)
    const value = parsedItem(opened.document)
    if (isDeclaration(value)) return { refusal: refused(item, 'refused', [notAnEvent], null) }
    return readEvent(work, { item, ...opened }, value)
  })
}

/** As `readEventItem` where an item may be a declaration as well, which is left to `readEpdItem`. */
export function readAnyItem(
  work: ImportWork,
  item: ImportItem
): Promise<ReadItem<Submission> | Declared> {
  return reading(item, async (bytes, mediaType) => {
    const opened = openItem(bytes, mediaType)
    const value = parsedItem(opened.document)
    if (isDeclaration(value)) return { declaration: true } as const
    requireScope(work.principal, 'event:write')
    return readEvent(work, { item, ...opened }, value)
  })
}

const notAnEvent: Finding = {
  rule: 'schema',
  code: 'SCHEMA',
  severity: 'error',
  pointer: '',
  message: 'This is a declaration, and an event is expected.',
  expected: 'an event by /schemas/event.json',
  actual: 'a declaration',
  remedy:
    'Import declarations by kind=epds; where the file holds both, leave out kind and Prefer: handling=strict.'
}

/** Formats of others have numbers with more digits than an event may have. */
function parsedItem(document: Buffer): unknown {
  try {
    return parseStrictJson(document)
  } catch (error) {
    const foreign = parseForeignJson(document)
    if (isDeclaration(foreign)) return foreign
    throw error
  }
}

interface OpenedItem {
  readonly document: Buffer
  readonly jws: string | undefined
}

/** The document of an item, and the signature where it is a line that carries one. */
function openItem(bytes: Buffer, mediaType: string | null): OpenedItem {
  const mayBeSigned = mediaType === null && bytes.includes('"payload"')
  const signed = mayBeSigned ? signedLineOf(parseForeignJson(bytes)) : null
  return { document: signed?.document ?? bytes, jws: signed?.jws }
}

async function readEvent(
  { deps, principal, names }: ImportWork,
  { item, document, jws }: OpenedItem & { readonly item: ImportItem },
  value: unknown
): Promise<Outcome<Submission>> {
  const signature = await acceptSignature(deps, principal, document, { signature: jws })
  const unnamed = jws === undefined && lacksId(value) ? await names.recalled() : null
  const assignId = () =>
    unnamed
      ? unnamed.nameFor(value)
      : uuidFrom('signed event', principal.organization, hash('sha256', document))
  const parsed = parseEvent(value, assignId)
  if (!parsed.event) return { refusal: refused(item, 'refused', parsed.findings, null) }
  names.take(parsed.event.id)
  return { read: { ...submissionOf(parsed.event, value, document, JSON_TYPE), signature } }
}

function lacksId(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !('id' in value)
}

/** The declaration of an item, in whichever format its content shows. */
export function readEpdItem(
  deps: Deps,
  principal: Principal,
  item: ImportItem
): Promise<ReadItem<EpdItem>> {
  return reading(item, async (bytes, known): Promise<Outcome<EpdItem>> => {
    requireScope(principal, 'epd:write')
    const { document, jws } = openItem(bytes, known)
    const mediaType = known ?? epdFormatOf(document).mediaTypes[0]
    const signature = await acceptSignature(deps, principal, document, { signature: jws })
    const submission = await readEpdSubmission({ mediaType, document }, deps.reference)
    return { read: { submission, signature } }
  })
}

/** Where an upload holds both, a client may be allowed one of them. */
function requireScope({ scopes }: Principal, scope: 'event:write' | 'epd:write'): void {
  if (scopes.has(scope)) return
  throw new RegistryError('FORBIDDEN', `To import this the token needs the scope ${scope}.`)
}

type Outcome<Read> = { readonly read: Read } | { readonly refusal: ItemResult }

/** Turns what stops a request into the refusal of one item; a failure of ours stays a failure. */
async function reading<Out extends object>(
  item: ImportItem,
  work: (bytes: Buffer, mediaType: string | null) => Promise<Out>
): Promise<{ readonly item: ImportItem } & (Out | { readonly refusal: ItemResult })> {
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
