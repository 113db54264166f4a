import { readFileSync } from 'node:fs'
import { type NoteVerifier, parseVerifier } from '../log/note-key.ts'
import { unreadable, usageError } from './exit.ts'

const STANDARD_INPUT = 0

/** The keys of logs that a command line trusts: each a key itself, or a file with one a line. */
export function trustedKeys(given: readonly string[]): NoteVerifier[] {
  if (given.length === 0) {
    throw usageError(
      'Say which log you trust: --log-key KEY or FILE (GET /log/key, by a way you trust).'
    )
  }
  return given.flatMap((text) => {
    const key = parseVerifier(text)
    const listed = key ? [key] : linesOf(text).map(keyOf)
    if (listed.length === 0) throw usageError(`${text} holds no key of a log.`)
    return listed
  })
}

function linesOf(path: string): string[] {
  const lines = readBytes(path).toString('utf8').split(/\r?\n/)
  return lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'))
}

function keyOf(line: string): NoteVerifier {
  const key = parseVerifier(line)
  if (key) return key
  throw usageError(`"${line.slice(0, 80)}" is not the key of a log (name+id+key).`)
}

/** The bytes of a file that the command line names; of standard input for `-`. */
export function readBytes(path: string): Buffer {
  try {
    return readFileSync(path === '-' ? STANDARD_INPUT : path)
  } catch (error) {
    throw unreadable(path, error)
  }
}
