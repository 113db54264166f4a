import { plainStatement } from '../../log/entry.ts'
import { type LoggedStatement, readStatement } from '../../log/read-statement.ts'

/**
 * What the entries that everybody may read tell: how many of each kind came, and in so many words what an auditor
 * looks for: withdrawals, keys that were revoked, erasures, rules.
 */
export class News {
  readonly #counts = new Map<string, number>()
  readonly lines: string[] = []

  add(data: Uint8Array, position: number): void {
    const bytes = plainStatement(data)
    const statement = bytes && readStatement(bytes)
    if (bytes && !statement)
      this.lines.push(`${position}  an entry in the open that is no statement`)
    const kind = statement?.kind ?? (bytes ? 'unreadable' : 'confidential')
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1)
    const told = statement && toldOf(statement)
    if (told) this.lines.push(`${position}  ${statement.at}  ${told}`)
  }

  /** `12 confidential, 3 epd_transition` */
  counted(): string {
    return [...this.#counts].map(([kind, count]) => `${count} ${kind}`).join(', ')
  }
}

function toldOf({ kind, subject, body }: LoggedStatement): string | null {
  if (kind === 'epd_transition' && body['state'] === 'deregistered') {
    return `declaration ${subject}, version ${body['version']}, was withdrawn`
  }
  if (kind === 'key_revocation')
    return `key ${subject} was revoked: ${body['reason'] ?? 'no reason'}`
  if (kind === 'erasure') return `entry ${body['position']} was erased: ${body['reason']}`
  if (kind === 'rule_set' || kind === 'schema') return `${subject} holds from here on`
  return null
}
