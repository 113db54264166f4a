import { createHash } from 'node:crypto'
import { canonicalHash } from '../../domain/canonical-json.ts'
import { versionKey } from '../../domain/epd/version.ts'
import { uuidFrom } from '../../domain/ids.ts'
import { RegistryError } from '../../errors.ts'
import { nativeEpdTypes } from '../../formats/native/media-types.ts'
import { parseStrictJson } from '../../formats/strict-json.ts'
import { fromBase64Url } from '../../log/base64.ts'
import type { LoggedStatement } from '../../log/read-statement.ts'

/** What a document says: the members of a JSON object. */
type Said = Readonly<Record<string, unknown>>

interface Pair {
  readonly statement: LoggedStatement
  readonly said: Said
  readonly document: Uint8Array
}

/** A member, as the statement has it and as its document has it. */
type Both = readonly [name: string, stated: unknown, said: unknown]

/** Of each kind whose documents are JSON of this registry: what statement and document both say. */
const BOTH_SAY: ReadonlyMap<string, (pair: Pair) => readonly Both[]> = new Map([
  [
    'event',
    ({ statement, said, document }: Pair): readonly Both[] => [
      [
        'id',
        statement.subject,
        'id' in said ? said['id'] : assignedId('signed event', statement, document)
      ],
      ['type', statement.body['type'], said['type']]
    ]
  ],
  [
    'facility',
    ({ statement, said }: Pair) => [
      [
        'organization',
        statement.organization,
        'organization' in said ? said['organization'] : statement.organization
      ]
    ]
  ],
  [
    'epd',
    ({ statement: { subject, body }, said }: Pair) => [
      ['id', subject, said['id']],
      ['version', versionOf(body) ?? UNREADABLE, versionOf(said)]
    ]
  ],
  [
    'epd_transition',
    ({ statement: { body }, said }: Pair) => [
      ['version', versionOf(body) ?? UNREADABLE, versionOf(said)],
      ['transition', body['transition'], said['transition']],
      [
        'documentSha256',
        toHex(body['epdSha256']),
        'documentSha256' in said ? said['documentSha256'] : toHex(body['epdSha256'])
      ],
      ['reportSha256', toHex(body['reportSha256']), said['reportSha256']],
      ['baseSha256', toHex(body['baseSha256']), said['baseSha256']],
      ['registrationNumber', body['registrationNumber'], said['registrationNumber']],
      ['reason', body['reasonSha256'], hashOf(said['reason'])]
    ]
  ],
  [
    'grant',
    ({ statement, statement: { subject, body }, said, document }: Pair) => [
      ['id', subject, assignedId('signed grant', statement, document)],
      ['batch', body['batch'], said['batch']],
      ['grantee', body['grantee'], said['grantee'] ?? null],
      ['scope', body['scope'], 'scope' in said ? said['scope'] : 'chain'],
      ['expiresAt', body['expiresAt'], momentOf(said['expiresAt'])]
    ]
  ],
  [
    'finding_resolution',
    ({ statement: { subject, body }, said: { finding, reason, evidence = [] } }: Pair) => [
      ['finding', subject, finding],
      ['reason', body['content'], canonicalHash({ reason, evidence }).toString('hex')]
    ]
  ],
  [
    'rule_setting',
    ({ statement: { body }, said }: Pair) => [
      ['rule', body['rule'], said['rule']],
      ['mode', body['mode'], said['mode']]
    ]
  ],
  [
    'signing_policy',
    ({ statement: { subject, body }, said }: Pair) => [
      ['organization', subject, said['organization']],
      ['unsigned', body['unsigned'], said['unsigned']]
    ]
  ]
])

/**
 * The name of what a statement says otherwise than its document; null where they agree. A signature is
 * over the document alone: else a registry could log what somebody signed as something else, as said
 * of another thing, or a second time.
 */
export function misstated(statement: LoggedStatement, document: Uint8Array): string | null {
  const bothSay = BOTH_SAY.get(statement.kind)
  if (!bothSay) return null
  if (isForeign(statement)) return isNative(document) ? 'mediaType' : null
  try {
    const said = saidBy(document)
    const other = bothSay({ statement, said, document }).find(([, stated, told]) => stated !== told)
    return other?.[0] ?? null
  } catch {
    return 'document'
  }
}

/** Why a statement that does not fit its document is refused. */
export function otherwise(name: string): string {
  if (name === 'document')
    return 'The document is no JSON object that has each name once (RFC 7493).'
  return `The statement and the document that it speaks of do not say the same ${name}.`
}

/** A declaration in another format than the native one, which only its codec reads. */
function isForeign({ kind, document }: LoggedStatement): boolean {
  return kind === 'epd' && !nativeEpdTypes.some((type) => type === document?.mediaType)
}

/** Whoever signed a declaration signed no type: under another one its id and version would not be compared. */
function isNative(document: Uint8Array): boolean {
  try {
    return 'declaredUnit' in saidBy(document)
  } catch {
    return false
  }
}

/**
 * As strictly as it was accepted: of a text that names a member twice, another reader reads the other one.
 * Throws for what is no object.
 */
function saidBy(document: Uint8Array): Said {
  const said = parseStrictJson(document)
  if (typeof said === 'object' && said !== null && !Array.isArray(said)) return said as Said
  throw new RegistryError('BODY_INVALID', 'The document is no JSON object.')
}

/** What was signed without an id has the one that follows from its bytes (`recordEvent`, `grantBatch`). */
function assignedId(
  kind: 'signed event' | 'signed grant',
  { subject, organization, body }: LoggedStatement,
  document: Uint8Array
): string {
  if (body['signature'] === undefined) return subject
  const bytes = createHash('sha256').update(document).digest('hex')
  return uuidFrom(kind, organization ?? '', bytes)
}

/** What a statement says where it should say a version: no document says the same. */
const UNREADABLE = null

/** `1` and `1.0` are one version; undefined for what is none. */
function versionOf({ version }: Said): string | undefined {
  return typeof version === 'string' ? versionKey(version)?.join('.') : undefined
}

/** Requests say hashes in hex, statements in base64url. */
function toHex(text: unknown): unknown {
  return typeof text === 'string' ? (fromBase64Url(text)?.toString('hex') ?? text) : text
}

function hashOf(text: unknown): unknown {
  return typeof text === 'string' ? createHash('sha256').update(text).digest('base64url') : text
}

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/

/** To the millisecond, as a statement says it; null for none, and what is no moment as it stands. */
function momentOf(text: unknown): unknown {
  if (typeof text !== 'string') return text ?? null
  return RFC3339.test(text) ? new Date(text).toISOString() : text
}
