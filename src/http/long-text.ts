/** UTF-8 takes so many bytes at most for one unit of UTF-16. */
const MOST_BYTES = 3

/** Longest place that is kept for the next text. */
const KEPT_BYTES = 8_388_608

/** Where texts are encoded; one at a time, from the first piece to the last without waiting. */
let place: Buffer = Buffer.allocUnsafe(1_048_576)

/** Bytes of the text that have been written there. */
let length = 0

/** Whether somebody writes there. */
let taken = false

/** What pieces of a long text are put into. */
export interface LongText {
  /** Any well-formed piece. */
  text(piece: string): void
  /** A short piece of ASCII alone, such as an identifier, a time or a number. */
  ascii(piece: string): void
  /** A piece that was encoded before, since it comes again and again. */
  bytes(piece: Uint8Array): void
  /** Part of what was encoded before, which is not made an object of its own. */
  part(of: Buffer, begin: number, end: number): void
  /** How many bytes have been put. */
  size(): number
}

const longText: LongText = {
  text(piece) {
    makeRoom(piece.length * MOST_BYTES)
    length += place.write(piece, length)
  },
  /** In half the time that UTF-8 takes, which has to look for more than ASCII. */
  ascii(piece) {
    makeRoom(piece.length)
    length += place.write(piece, length, 'latin1')
  },
  bytes(piece) {
    makeRoom(piece.length)
    place.set(piece, length)
    length += piece.length
  },
  part(of, begin, end) {
    makeRoom(end - begin)
    length += of.copy(place, length, begin, end)
  },
  size() {
    return length
  }
}

/**
 * Encodes a text of megabytes as `write` puts its pieces. Put together first, it would be there twice, and with all
 * of its pieces a third time; memory that comes and goes with every answer makes the collector go through
 * everything that the service holds.
 */
export function encodeLong(write: (into: LongText) => void): Buffer {
  if (taken) throw new Error('a long text is written within another')
  taken = true
  length = 0
  try {
    write(longText)
    return Buffer.from(place.subarray(0, length))
  } finally {
    taken = false
    if (place.length > KEPT_BYTES) place = Buffer.allocUnsafe(KEPT_BYTES)
  }
}

function makeRoom(bytes: number): void {
  const needed = length + bytes
  if (needed <= place.length) return
  const larger = Buffer.allocUnsafe(Math.max(needed, place.length * 2))
  place.copy(larger, 0, 0, length)
  place = larger
}
