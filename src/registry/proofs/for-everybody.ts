import { publicStates } from '../../domain/epd/lifecycle.ts'
import type { LoggedStatement } from '../../log/read-statement.ts'

/** What everybody needs who follows the log: the rules, the keys, and what was erased. */
const PLAIN = new Set(['schema', 'rule_set', 'key', 'key_revocation', 'erasure'])

export const ENTERED_BLIND = 'It was entered blind, though everybody has to see it.'

/**
 * True for what has to stand in the log in plain. Entered blind it would hold for whoever has its salt, and no
 * mirror would show it: neither the revocation of a key nor the withdrawal of a declaration.
 */
export function isForEverybody({ kind, body }: Pick<LoggedStatement, 'kind' | 'body'>): boolean {
  const isPublic = publicStates.some((state) => state === body['state'])
  return PLAIN.has(kind) || (kind === 'epd_transition' && isPublic)
}
