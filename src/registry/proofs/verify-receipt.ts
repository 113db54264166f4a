import { createHash } from 'node:crypto'
import { blindLeaf, leafHash, plainLeaf, SALT_BYTES } from '../../log/entry.ts'
import { same } from '../../log/merkle.ts'
import type { NoteVerifier } from '../../log/note-key.ts'
import { parseProof, verifyProof } from '../../log/proof.ts'
import { type LoggedStatement, readStatement } from '../../log/read-statement.ts'
import { ENTERED_BLIND, isForEverybody } from './for-everybody.ts'
import { misstated, otherwise } from './misstated.ts'

/** What a receipt proves, or why it proves nothing. */
export type ReceiptReport =
  | {
      readonly verified: true
      readonly log: { readonly origin: string; readonly size: string }
      readonly index: string
      readonly statement: LoggedStatement
      readonly document: 'verified' | 'withheld' | 'none'
    }
  | { readonly verified: false; readonly reason: string }

/**
 * Verifies a receipt (C2SP tlog-proof) that opens its entry, and the document that it is for where
 * one is given, without network and without database. Nothing is thrown for what a file may hold.
 */
export function verifyReceipt(
  bytes: string | Uint8Array,
  trusted: readonly NoteVerifier[],
  document?: Uint8Array
): ReceiptReport {
  const text = typeof bytes === 'string' ? bytes : decoded(bytes)
  const proof = text === null ? null : parseProof(text)
  if (!proof) return refused('It is not a receipt (c2sp.org/tlog-proof@v1).')
  const opened = proof.extra && openEntry(Buffer.from(proof.extra))
  if (!opened)
    return refused(
      'It does not say what the entry says: that is not yours to see, or was lawfully erased.'
    )
  const checkpoint = verifyProof(proof, leafHash(opened.data), trusted)
  if (!checkpoint) {
    return refused('No log that you trust holds this entry at this place.')
  }
  const statement = readStatement(opened.statement)
  if (!statement) return refused('The statement is not written as statements are.')
  if (opened.isBlind && isForEverybody(statement)) return refused(ENTERED_BLIND)
  const wrong = document ? wrongWith(document, statement) : null
  if (wrong) return refused(wrong)
  const { origin, size } = checkpoint
  return {
    verified: true,
    log: { origin, size: String(size) },
    index: String(proof.index),
    statement,
    document: document ? 'verified' : statement.document ? 'withheld' : 'none'
  }
}

/** Null for what is no UTF-8: whoever replaced that would verify another text. */
function decoded(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

interface Opened {
  readonly data: Buffer
  readonly statement: Buffer
  readonly isBlind: boolean
}

function openEntry(extra: Buffer): Opened | null {
  if (extra[0] === 0x01) {
    const statement = extra.subarray(1)
    return { data: plainLeaf(statement), statement, isBlind: false }
  }
  if (extra[0] !== 0x02 || extra.length <= 1 + SALT_BYTES) return null
  const statement = extra.subarray(1 + SALT_BYTES)
  const data = blindLeaf(statement, extra.subarray(1, 1 + SALT_BYTES))
  return { data, statement, isBlind: true }
}

function wrongWith(document: Uint8Array, statement: LoggedStatement): string | null {
  if (!isOf(document, statement)) return 'The document is not the one that was logged.'
  const name = misstated(statement, document)
  return name && otherwise(name)
}

function isOf(document: Uint8Array, { document: stated }: LoggedStatement): boolean {
  if (!stated || stated.size !== document.length) return false
  return same(createHash('sha256').update(document).digest(), stated.sha256)
}

function refused(reason: string): ReceiptReport {
  return { verified: false, reason }
}
