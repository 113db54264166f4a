import type { LoggedStatement } from '../../log/read-statement.ts'
import { readStatement } from '../../log/read-statement.ts'
import { documentsAt } from '../../storage/audit/bundle-parts.ts'
import type { Database, Queryable } from '../../storage/database.ts'
import { entriesBetween } from '../../storage/journal/journal-entries.ts'
import { countEntries } from '../../storage/journal/log-tree.ts'
import { misstated, otherwise } from '../proofs/misstated.ts'
import type { StatedEntry } from '../proofs/verify-bundle.ts'
import { KeysShown, verifySignature } from '../proofs/verify-signature.ts'
import { signingOrganization } from '../signing/signed-by.ts'
import type { LogProblem } from './audit-log.ts'
import { SignedOnce } from './signed-once.ts'

const CHUNK = 1_024

/** What an organization says itself, and may refuse to say unsigned. */
const SAID: ReadonlySet<string> = new Set([
  'event',
  'organization',
  'facility',
  'epd',
  'epd_transition',
  'grant',
  'finding_resolution',
  'rule_setting'
])

/**
 * Judges everything in the log that somebody signed, or should have, as whoever gets its bundle does: the
 * signature and the key by the entries before it, what the statement says by its document, and by the
 * policy in force whether it may stand there unsigned.
 */
export function auditSignatures(db: Database): Promise<readonly LogProblem[]> {
  return db.transaction(
    async (tx) => {
      const audit = new SignatureAudit()
      const entries = await countEntries(tx)
      for (let begin = 0; begin < entries; begin += CHUNK) {
        for (const one of await readEntries(tx, begin, Math.min(entries, begin + CHUNK))) {
          await audit.entry(one)
        }
      }
      return audit.problems
    },
    { isolation: 'repeatable read', readOnly: true }
  )
}

interface Judged {
  readonly entry: StatedEntry['entry']
  readonly statement: LoggedStatement
}

async function readEntries(db: Queryable, begin: number, end: number): Promise<readonly Judged[]> {
  const entries = await entriesBetween(db, begin, end)
  const documents = await documentsAt(
    db,
    entries.map(({ position }) => position)
  )
  return entries.flatMap(({ position, statement: bytes, salt }) => {
    const statement = readStatement(bytes)
    const document = documents.get(position) ?? null
    const entry = { index: position, proof: [], statement: bytes, salt, leaf: null, document }
    // What nobody can read is told by `auditLog`.
    return statement ? [{ entry, statement }] : []
  })
}

class SignatureAudit {
  readonly problems: LogProblem[] = []
  /** Those that were registered and revoked so far. */
  readonly #keys = new KeysShown()
  readonly #once = new SignedOnce()
  /** Organizations that have a key, and those that refuse what nobody signed. */
  readonly #signing = new Set<string | null>()
  readonly #refusing = new Set<string | null>()
  /** Organizations that had a client which administers the registry. */
  readonly #administering = new Set<string | null>()

  async entry(judged: Judged): Promise<void> {
    const { entry, statement } = judged
    const { kind, body, organization } = statement
    const position = entry.index
    const signature = await verifySignature(judged, this.#keys)
    if (signature.state === 'refused') this.problems.push({ position, message: signature.reason })
    else if (this.#isRefused(statement, signature.state !== 'none')) {
      const message = 'Nobody signed it, though its organization refused what nobody signed.'
      this.problems.push({ position, message })
    }
    const repeated = this.#once.entry(judged)
    if (repeated) this.problems.push({ position, message: repeated })
    const name = entry.document ? misstated(statement, entry.document) : null
    if (name) this.problems.push({ position, message: otherwise(name) })
    this.#keys.add(judged)
    if (kind === 'key') this.#signing.add(organization)
    if (kind === 'client' && isAdministrator(body)) this.#administering.add(organization)
    if (kind === 'signing_policy') {
      if (body['unsigned'] === 'refused') this.#refusing.add(organization)
      else this.#refusing.delete(organization)
    }
  }

  /**
   * A further key needs one that vouches for it, the first does not; what follows by itself has no document.
   * The end of the policy needs a signature too, unless who runs the registry makes it.
   */
  #isRefused(statement: LoggedStatement, isSigned: boolean): boolean {
    const { kind, organization, body } = statement
    const by = signingOrganization(statement)
    if (kind === 'signing_policy') {
      const isEnd = body['unsigned'] === 'accepted' && this.#refusing.has(organization)
      const isAllowed = this.#administering.has(by) || (isSigned && by === organization)
      return isEnd && !isAllowed
    }
    if (isSigned) return false
    if (kind === 'key') return this.#refusing.has(organization) && this.#signing.has(organization)
    const isSaid = SAID.has(kind) && body['transition'] !== 'supersede'
    return isSaid && this.#refusing.has(by)
  }
}

function isAdministrator({ roles }: LoggedStatement['body']): boolean {
  return Array.isArray(roles) && roles.includes('admin')
}
