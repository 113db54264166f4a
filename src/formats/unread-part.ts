import { cutText } from './cut-text.ts'
import type { Loss } from './epd-codec.ts'

/** Part of a document that says something and that nobody has read. */
export interface UnreadPart {
  readonly pointer: string
  readonly says: string
}

/** What was found in a part of a document when the reader was done. */
export interface Look {
  /** The first thing that is said in it, undefined where it is empty. */
  readonly says: string | undefined
  readonly touched: boolean
  readonly unread: readonly UnreadPart[]
}

const SHOWN = 60

/** The loss of what a declaration has no place for, with the beginning of what it said. */
export function lossOf({ pointer, says }: UnreadPart): Loss {
  const words = says.replace(/\s+/g, ' ')
  const shown = words.length > SHOWN ? `${cutText(words, SHOWN)}…` : words
  return { of: 'document', pointer, message: `Declarations have no field for it: ${shown}` }
}
