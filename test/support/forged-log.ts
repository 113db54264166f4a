import { generateKeyPairSync, randomBytes } from 'node:crypto'
import type { Bundle } from '../../src/log/bundle.ts'
import { checkpointText } from '../../src/log/checkpoint.ts'
import { blindLeaf, leafHash, plainLeaf } from '../../src/log/entry.ts'
import { nodeHash } from '../../src/log/merkle.ts'
import { signNote } from '../../src/log/note.ts'
import { type NoteVerifier, noteVerifier } from '../../src/log/note-key.ts'
import { hashRange, inclusionRanges, type ReadNode, rootOf } from '../../src/log/tree.ts'

/** One entry that a forger wants in its log. */
export interface ForgedEntry {
  readonly statement: Buffer
  readonly blind?: boolean
  readonly document?: string
}

/** A log of the test's own: whoever holds the key of a log can make it say anything once. */
export interface ForgedLog {
  readonly verifier: NoteVerifier
  bundle(subject: Bundle['subject'], entries: readonly ForgedEntry[]): Bundle
}

export function forgedLog(origin: string): ForgedLog {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const { x = '' } = publicKey.export({ format: 'jwk' })
  const verifier = noteVerifier(origin, Buffer.from(x, 'base64url'))
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
  return {
    verifier,
    bundle(subject, entries) {
      const salt = randomBytes(32)
      const leaves = entries.map(({ statement, blind }) =>
        leafHash(blind ? blindLeaf(statement, salt) : plainLeaf(statement))
      )
      const size = leaves.length
      const read: ReadNode = ({ level, index }) =>
        level === 0
          ? leaves[index]!
          : nodeHash(
              read({ level: level - 1, index: index * 2 }),
              read({ level: level - 1, index: index * 2 + 1 })
            )
      const head = { origin, size, root: rootOf(size, read) }
      return {
        format: 'lodestone-bundle@v1',
        subject,
        checkpoint: signNote(checkpointText(head), verifier, privateKey),
        entries: entries.map(({ statement, blind, document }, index) => ({
          index,
          proof: inclusionRanges(index, size).map((range) => text(hashRange(range, read))),
          statement: text(statement),
          ...(blind ? { salt: text(salt) } : {}),
          ...(document === undefined ? {} : { document: text(Buffer.from(document)) })
        }))
      }
    }
  }
}
