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
 * Ends with document number `most`, where there are more.
 */
export function splitLines(body: Buffer, most = Number.POSITIVE_INFINITY): NdjsonLine[] {
  const lines: NdjsonLine[] = []
  let line = 1
  const start = body.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? 3 : 0
  for (let from = start; from < body.length && lines.length < most; line += 1) {
    const empty = emptyLinesAt(body, from)
    from = empty.end
    line += empty.count
    const feed = body.indexOf(LINE_FEED, from)
    const end = feed === -1 ? body.length : feed
    const text = end > from && body[end - 1] === CARRIAGE_RETURN ? end - 1 : end
    if (text > from) lines.push({ line, bytes: body.subarray(from, text) })
    from = end + 1
  }
  return lines
}

/**
 * Where the empty lines end that begin there, and how many they are. There may be a hundred million: each is a
 * look at a byte, not a search.
 */
export function emptyLinesAt(
  body: Buffer,
  from: number
): { readonly end: number; readonly count: number } {
  let end = from
  let count = 0
  for (let length = emptyLineAt(body, end); length > 0; length = emptyLineAt(body, end)) {
    end += length
    count += 1
  }
  return { end, count }
}

/** Bytes of the empty line that begins there; 0 where none does. */
function emptyLineAt(body: Buffer, at: number): number {
  if (body[at] === LINE_FEED) return 1
  return body[at] === CARRIAGE_RETURN && body[at + 1] === LINE_FEED ? 2 : 0
}
