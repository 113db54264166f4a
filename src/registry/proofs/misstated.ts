import { createHash } from 'node:crypto'
import { canonicalHash } from '../../domain/canonical-json.ts'
import { versionKey } from '../../domain/epd/version.ts'
import { uuidFrom } from '../../domain/ids.ts'
import { nativeEpdTypes } from '../../formats/native/media-types.ts'
import { parseStrictJson } from '../../formats/strict-json.ts'
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
      ['id', statement.subject, said['id'] ?? assignedId('signed event', statement, document)],
      ['type', statement.body['type'], said['type']]
    ]
  ],
  [
    'facility',
    ({ statement, said }: Pair) => [
      ['organization', statement.organization, said['organization'] ?? statement.organization]
    ]
  ],
  [
    'epd',
    ({ statement: { subject, body }, said }: Pair) => [
      ['id', subject, said['id']],
      ['version', versionOf(body), versionOf(said)]
    ]
  ],
  [
    'epd_transition',
    ({ statement: { body }, said }: Pair) => [
      ['version', versionOf(body), versionOf(said)],
      ['transition', body['transition'], said['transition']],
      ['documentSha256', body['epdSha256'], fromHex(said['documentSha256']) ?? body['epdSha256']],
      ['reportSha256', body['reportSha256'], fromHex(said['reportSha256'])],
      ['baseSha256', body['baseSha256'], fromHex(said['baseSha256'])],
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
      ['scope', body['scope'], said['scope'] ?? 'chain'],
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
  if (!bothSay || isForeign(statement)) return null
  try {
    // As strictly as it was accepted: of a text that names a member twice, another reader reads the other one.
    const said = parseStrictJson(document) as Said
    const other = bothSay({ statement, said, document }).find(([, stated, told]) => stated !== told)
    return other?.[0] ?? null
  } catch {
    return 'document'
  }
}

/** Why a statement that does not fit its document is refused. */
export function otherwise(name: string): string {
  return `The statement and the document that it speaks of do not say the same ${name}.`
}

/** A declaration in another format than the native one, which only its codec reads. */
function isForeign({ kind, document }: LoggedStatement): boolean {
  return kind === 'epd' && !nativeEpdTypes.some((type) => type === document?.mediaType)
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

/** `1` and `1.0` are one version. */
function versionOf({ version }: Said): string | undefined {
  return typeof version === 'string' ? versionKey(version)?.join('.') : undefined
}

/** Requests say hashes in hex, statements in base64url. */
function fromHex(text: unknown): string | undefined {
  return typeof text === 'string' ? Buffer.from(text, 'hex').toString('base64url') : undefined
}

function hashOf(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined
  return createHash('sha256').update(text).digest('base64url')
}

function momentOf(text: unknown): string | null {
  return typeof text === 'string' ? new Date(text).toISOString() : null
}
