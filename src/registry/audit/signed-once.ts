import type { StatedEntry } from '../proofs/verify-bundle.ts'

type Judged = StatedEntry & { readonly statement: NonNullable<StatedEntry['statement']> }

const AGAIN = 'What was signed once stands in the log a second time.'
const OTHERWISE = 'It was signed to replace something else than what was in force.'

/**
 * A signature is over a document, and documents of parties, settings and policies could be entered again
 * when something else is in force: the end of a policy that came back, a setting that was taken back.
 * Settings and the end of a policy therefore name the position that they replace.
 */
export class SignedOnce {
  /** What was signed of each party. */
  readonly #known = new Set<string>()
  /** Positions of the settings and policies in force. */
  readonly #inForce = new Map<string, number>()

  /** What is wrong with an entry whose signature holds; null where nothing is. */
  entry({ entry, statement }: Judged): string | null {
    const { kind, subject, document, body } = statement
    const isSigned = body['signature'] !== undefined && entry.document !== null
    if (kind === 'organization' || kind === 'facility') {
      if (!isSigned || !document) return null
      const name = [kind, subject, Buffer.from(document.sha256).toString('hex')].join(' ')
      if (this.#known.has(name)) return AGAIN
      this.#known.add(name)
    }
    if (kind === 'rule_setting' || kind === 'signing_policy') {
      const name = [kind, subject, body['rule']].join(' ')
      const before = this.#inForce.get(name) ?? null
      this.#inForce.set(name, entry.index)
      if (isSigned && replacedBy(entry.document) !== before) return OTHERWISE
    }
    return null
  }
}

/** Undefined where it names nothing, or cannot be read, which is told elsewhere. */
function replacedBy(document: Uint8Array | null): unknown {
  try {
    const said = JSON.parse(Buffer.from(document ?? []).toString('utf8'))
    return (said as { readonly replaces?: unknown }).replaces
  } catch {
    return undefined
  }
}
