/** UTF-8 takes so many bytes at most for one unit of UTF-16. */
export const MOST_BYTES = 3

/** From so many units of UTF-16 on a text is encoded: beyond twice as many it is a large object, which V8 does not move. */
export const PIECE = 65_536

/** Where a text is encoded before it has a place of its own, which is then no longer than it needs. */
const desk = Buffer.allocUnsafe(2 * PIECE * MOST_BYTES)

/** A well-formed text as UTF-8. */
export function encoded(text: string): Buffer {
  if (text.length * MOST_BYTES > desk.length) return Buffer.from(text)
  return Buffer.from(desk.subarray(0, desk.write(text)))
}
