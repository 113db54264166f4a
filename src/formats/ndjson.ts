/** One document of an NDJSON body, with its line number from 1. */
export interface NdjsonLine {
  readonly line: number
  readonly bytes: Buffer
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])
const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d

/**
 * The documents of an NDJSON body, byte-exact without their line ends. Empty lines are passed over;
 * a last line without a line feed counts. A byte order mark at the start of the body belongs to no line.
 */
export function splitLines(body: Buffer): NdjsonLine[] {
  const lines: NdjsonLine[] = []
  let line = 1
  const start = body.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? 3 : 0
  for (let from = start; from < body.length; line += 1) {
    const feed = body.indexOf(LINE_FEED, from)
    const end = feed === -1 ? body.length : feed
    const text = end > from && body[end - 1] === CARRIAGE_RETURN ? end - 1 : end
    if (text > from) lines.push({ line, bytes: body.subarray(from, text) })
    from = end + 1
  }
  return lines
}
