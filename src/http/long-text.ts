/** Characters that are gathered before they are encoded: long enough for one call, gone before long. */
const GATHERED = 32_768

/** UTF-8 takes so many bytes at most for one unit of UTF-16. */
const MOST_BYTES = 3

/** Longest place that is kept for the next text. */
const KEPT_BYTES = 8_388_608

/** Where texts are encoded; one at a time, from the first piece to the last without waiting. */
let place: Buffer = Buffer.allocUnsafe(1_048_576)

/** Whether somebody writes there. */
let taken = false

/**
 * Encodes a text of megabytes as `write` adds its pieces, each well-formed. Put together first, it would
 * be there twice, and with all of its pieces a third time; memory that comes and goes with every answer
 * makes the collector go through everything that the service holds.
 */
export function encodeLong(write: (add: (piece: string) => void) => void): Buffer {
  if (taken) throw new Error('a long text is written within another')
  taken = true
  let gathered = ''
  let length = 0
  const encode = (): void => {
    const needed = length + gathered.length * MOST_BYTES
    if (needed > place.length) place = larger(place, length, needed)
    length += place.write(gathered, length)
    gathered = ''
  }
  try {
    write((piece) => {
      gathered += piece
      if (gathered.length >= GATHERED) encode()
    })
    encode()
    return Buffer.from(place.subarray(0, length))
  } finally {
    taken = false
    if (place.length > KEPT_BYTES) place = Buffer.allocUnsafe(KEPT_BYTES)
  }
}

function larger(full: Buffer, length: number, needed: number): Buffer {
  const next = Buffer.allocUnsafe(Math.max(needed, full.length * 2))
  full.copy(next, 0, 0, length)
  return next
}
