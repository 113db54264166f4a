import type { Finding } from '../../domain/finding.ts'
import { type ErrorCode, errors, RegistryError } from '../../errors.ts'
import type { ItemResult } from '../../storage/imports/import-work.ts'
import type { PlacedFinding } from './import-record.ts'
import { ImportInterrupted } from './import-refused.ts'
import type { ImportItem } from './import-source.ts'
import type { ImportWork } from './import-work.ts'

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
  if (error.code === 'CONFLICT') return refused(item, 'conflict', detailsOf(item, error), id)
  const findings = error.extensions['findings'] as readonly Finding[] | undefined
  return refused(item, 'refused', findings ?? detailsOf(item, error), id)
}

export function refused(
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
  { line, name, noted = [] }: ImportItem,
  status: ItemResult['status'],
  stored: { readonly id: string | null; readonly position: number | null } | null,
  findings: readonly PlacedFinding[]
): ItemResult {
  const all = [...noted, ...findings]
  const kept = all.slice(0, MOST_FINDINGS)
  if (all.length > kept.length) kept.push(andMore(all.length - kept.length))
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
    message: `There are ${count} more findings about this item.`,
    remedy: 'Mend those that are told and send it again: mostly it is one mistake many times.'
  }
}

const MEND = 'Mend it there and send it again.'
/** Where the refusal does not say it of the item itself. */
const REMEDIES: Partial<Record<ErrorCode, string>> = {
  FORBIDDEN: 'Ask an administrator of your organization for a client that may do this.',
  SIGNATURE_REQUIRED: 'Sign the line with a registered key (`lodestone sign`) and send it again.',
  SIGNATURE_INVALID: 'Sign the line again, with a key that is registered and in force.',
  CONFLICT: 'Choose a new id, or leave it out where it is the one that stands already.'
}
const CUT_OFF =
  'The upload ends here, without a line end: if it was cut off, send the whole file; what was recorded is not recorded twice.'

function detailsOf({ open }: ImportItem, error: RegistryError): Finding[] {
  const common = { rule: 'import', code: error.code, severity: 'error' as const }
  const [first, ...others] = error.details
  const otherwise = REMEDIES[error.code] ?? MEND
  if (!first) return [{ ...common, pointer: '', message: error.message, remedy: otherwise }]
  // Of what cannot be read the detail is where, which the message says already.
  const mend = open && error.code === 'BODY_INVALID' ? CUT_OFF : MEND
  const remedy = first.remedy ?? (error.message.includes(first.message) ? mend : first.message)
  return [
    { ...common, pointer: first.pointer ?? '', message: error.message, remedy },
    ...others.map(({ pointer = '', message, remedy = otherwise }) => ({
      ...common,
      pointer,
      message,
      remedy
    }))
  ]
}

/** What is told of an item that the service itself failed on, again and again. */
function failedOn(item: ImportItem): ItemResult {
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

/** The refusal of an item that cannot be accepted as it is; anything that may pass is thrown again. */
export function refusalAfter(item: ImportItem, error: unknown, work: ImportWork): ItemResult {
  if (error instanceof ImportInterrupted) throw error
  if (error instanceof RegistryError) {
    if (!isOurs(error.code)) return refusalOf(item, error, null)
    if (error.code !== 'INTERNAL') throw error
  }
  work.onFailure(error)
  return failedOn(item)
}
