/** One document of an NDJSON body, with its line number from 1. */
export interface NdjsonLine {
  readonly line: number
  readonly bytes: Buffer
}

const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d

/**
 * The documents of an NDJSON body, byte-exact without their line ends. Empty lines are passed over;
 * a last line without a line feed counts.
 */
export function splitLines(body: Buffer): NdjsonLine[] {
  const lines: NdjsonLine[] = []
  let line = 1
  for (let from = 0; from < body.length; line += 1) {
    const feed = body.indexOf(LINE_FEED, from)
    const end = feed === -1 ? body.length : feed
    const text = end > from && body[end - 1] === CARRIAGE_RETURN ? end - 1 : end
    if (text > from) lines.push({ line, bytes: body.subarray(from, text) })
    from = end + 1
  }
  return lines
}
