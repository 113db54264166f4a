import { createHash } from 'node:crypto'
import { RegistryError } from '../../errors.ts'
import { parseStrictJson } from '../../formats/strict-json.ts'
import {
  type BundleSubject,
  type OpenedBundle,
  type OpenedEntry,
  openBundle
} from '../../log/bundle.ts'
import { type Checkpoint, openCheckpoint } from '../../log/checkpoint.ts'
import { blindLeaf, leafHash, plainLeaf, SALT_BYTES } from '../../log/entry.ts'
import { same, verifyInclusion } from '../../log/merkle.ts'
import type { NoteVerifier } from '../../log/note-key.ts'
import { type LoggedStatement, readStatement } from '../../log/read-statement.ts'
import { type BundleProblem, type BundleProblemCode, problem } from './bundle-problem.ts'
import { hiddenBatches, subjectProblems } from './bundle-subject.ts'
import { ENTERED_BLIND, isForEverybody } from './for-everybody.ts'
import { misstated, otherwise } from './misstated.ts'
import { KeysShown, type SignatureResult, verifySignature } from './verify-signature.ts'

/** What was verified of one entry. */
export interface VerifiedEntry {
  readonly index: number
  /** Null for a blind leaf: it is there, and what it says is not the reader's to know. */
  readonly statement: LoggedStatement | null
  /** `refused` where it is not what was logged, or the log does not hold its entry. */
  readonly document: 'verified' | 'refused' | 'withheld' | 'none'
  readonly signature: SignatureResult
}

export interface BundleReport {
  /** True only without any problem. */
  readonly verified: boolean
  readonly subject: BundleSubject | null
  readonly log: { readonly origin: string; readonly size: string } | null
  readonly entries: readonly VerifiedEntry[]
  /** Of a chain: the batches of which nothing that is shown tells what made them. */
  readonly hidden: readonly string[]
  readonly problems: readonly BundleProblem[]
}

/** An entry with what it says. */
export interface StatedEntry {
  readonly entry: OpenedEntry
  readonly statement: LoggedStatement | null
}

const LIMITS = { maximumDepth: 8, maximumMembers: 1_000_000 }

/**
 * Verifies a bundle without network and without database: the head by the keys of the log that the
 * reader trusts, every entry's place in it, every statement, document and signature. Every problem is
 * reported; nothing is thrown for what a file may hold.
 */
export async function verifyBundle(
  bytes: Uint8Array,
  trusted: readonly NoteVerifier[]
): Promise<BundleReport> {
  const bundle = readBundle(bytes)
  if (typeof bundle === 'string') return failed('FORMAT', bundle)
  const checkpoint = openCheckpoint(bundle.checkpoint, trusted)
  if (!checkpoint) {
    return failed('CHECKPOINT', 'The head is not signed by a log that you trust.')
  }
  const stated = bundle.entries.map((entry) => ({
    entry,
    statement: entry.statement && readStatement(entry.statement)
  }))
  const wrong = stated.map((one) => entryProblems(one, checkpoint))
  const problems = [
    ...orderProblems(bundle),
    ...timeProblems(stated),
    ...wrong.flat(),
    ...subjectProblems(bundle, stated)
  ]
  const keys = new KeysShown(stated)
  const entries = await Promise.all(
    stated.map((one, n) => verifiedEntry(one, keys, wrong[n]?.length === 0))
  )
  for (const { index, signature } of entries) {
    if (signature.state === 'refused') {
      problems.push({ code: 'SIGNATURE', index, message: signature.reason })
    }
  }
  const { origin, size } = checkpoint
  return {
    verified: problems.length === 0,
    subject: bundle.subject,
    log: { origin, size: String(size) },
    entries,
    hidden: hiddenBatches(bundle.subject, stated),
    problems
  }
}

function readBundle(bytes: Uint8Array): OpenedBundle | string {
  try {
    return openBundle(parseStrictJson(bytes, LIMITS))
  } catch (error) {
    if (error instanceof RegistryError) return error.details[0]?.message ?? error.message
    throw error
  }
}

function orderProblems({ entries }: OpenedBundle): BundleProblem[] {
  return entries.flatMap(({ index }, n) =>
    n > 0 && index <= (entries[n - 1]?.index ?? 0)
      ? [problem('ORDER', index, 'The entries are not in ascending order.')]
      : []
  )
}

/** Nobody enters a thing before what was entered: a clock that was set back is held still. */
function timeProblems(stated: readonly StatedEntry[]): BundleProblem[] {
  let latest = ''
  return stated.flatMap(({ entry: { index }, statement }) => {
    if (!statement) return []
    if (statement.at < latest) {
      const message = `It is dated ${statement.at}, and what stands before it ${latest}.`
      return [problem('ORDER', index, message)]
    }
    latest = statement.at
    return []
  })
}

function entryProblems({ entry, statement }: StatedEntry, head: Checkpoint): BundleProblem[] {
  const { index, proof } = entry
  const problems: BundleProblem[] = []
  if (entry.salt && entry.salt.length !== SALT_BYTES) {
    problems.push(problem('LEAF', index, 'The salt has not 32 bytes.'))
  }
  if (entry.salt && statement && isForEverybody(statement)) {
    problems.push(problem('LEAF', index, ENTERED_BLIND))
  }
  const { root, size } = head
  const leaf = leafHash(dataOf(entry))
  if (!verifyInclusion({ leaf, index: BigInt(index), size, proof, root })) {
    problems.push(problem('INCLUSION', index, 'The log does not hold this entry at this place.'))
  }
  if (entry.statement && !statement) {
    problems.push(problem('STATEMENT', index, 'The statement is not written as statements are.'))
  }
  if (entry.document && !isStated(entry.document, statement)) {
    problems.push(problem('DOCUMENT', index, 'The document is not the one that was logged.'))
  } else if (entry.document && statement) {
    const name = misstated(statement, entry.document)
    if (name) problems.push(problem('STATEMENT', index, otherwise(name)))
  }
  return problems
}

function dataOf({ leaf, statement, salt }: OpenedEntry): Buffer {
  if (leaf) return leaf
  const said = statement ?? Buffer.alloc(0)
  return salt ? blindLeaf(said, salt) : plainLeaf(said)
}

function isStated(document: Buffer, statement: LoggedStatement | null): boolean {
  const stated = statement?.document
  if (!stated || stated.size !== document.length) return false
  return same(createHash('sha256').update(document).digest(), stated.sha256)
}

async function verifiedEntry(
  one: StatedEntry,
  keys: KeysShown,
  holds: boolean
): Promise<VerifiedEntry> {
  const { entry, statement } = one
  const shown = holds ? 'verified' : 'refused'
  const document = entry.document ? shown : statement?.document ? 'withheld' : 'none'
  return { index: entry.index, statement, document, signature: await verifySignature(one, keys) }
}

function failed(code: BundleProblemCode, message: string): BundleReport {
  const problems = [problem(code, null, message)]
  return { verified: false, subject: null, log: null, entries: [], hidden: [], problems }
}
