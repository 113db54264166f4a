import { emptyLinesAt } from './ndjson.ts'

const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d
const EMPTY = Buffer.alloc(0)
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])

/** One line of a long body that holds something. */
export interface StreamedLine {
  /** From 1, as editors count. */
  readonly line: number
  /** Without its line end; empty where the line is longer than allowed. */
  readonly bytes: Buffer
  /** How long it is, whatever of it was kept. */
  readonly length: number
  /** Where the next line begins, counted from the start of the body. */
  readonly end: number
  /** True for the last one where the body does not end with a line feed. */
  readonly open: boolean
}

/**
 * Cuts a body that arrives in parts into lines, and keeps no more than one line of at most `longest`
 * bytes in between: the rest of a longer one is passed over. Lines are as `splitLines` gives them; a
 * byte order mark at the start of the body belongs to no line. Begins where an earlier reader stopped.
 */
export class LineStream {
  readonly #longest: number
  #line: number
  #at: number
  #kept: Buffer[] = []
  #keptLength = 0
  /** Bytes of the line so far, also those that were not kept. */
  #length = 0
  /** Its last byte so far. */
  #last: number | undefined

  constructor(longest: number, from: { readonly line: number; readonly bytesRead: number }) {
    this.#longest = longest
    this.#line = from.line
    this.#at = from.bytesRead
  }

  /** The lines that end in this part. */
  *push(part: Buffer): Generator<StreamedLine> {
    const marked = this.#at === 0 && this.#length === 0 && startsWithMark(part)
    let from = marked ? BYTE_ORDER_MARK.length : 0
    this.#at += from
    for (;;) {
      if (this.#length === 0) from = this.#passOver(part, from)
      const feed = part.indexOf(LINE_FEED, from)
      if (feed === -1) break
      this.#keep(part.subarray(from, feed))
      from = feed + 1
      const ended = this.#ended(1)
      if (ended) yield ended
    }
    this.#keep(part.subarray(from))
  }

  /** The last line, where it does not end with a line feed. */
  *finish(): Generator<StreamedLine> {
    if (this.#length === 0) return
    const ended = this.#ended(0)
    if (ended) yield ended
  }

  /** Passes over empty lines; returns where they end. */
  #passOver(part: Buffer, from: number): number {
    const { end, count } = emptyLinesAt(part, from)
    this.#line += count
    this.#at += end - from
    return end
  }

  #keep(bytes: Buffer): void {
    this.#length += bytes.length
    this.#last = bytes.at(-1) ?? this.#last
    if (this.#length > this.#longest + 1) {
      this.#kept = []
      this.#keptLength = 0
    } else if (bytes.length > 0) {
      this.#kept.push(bytes)
      this.#keptLength += bytes.length
    }
  }

  #ended(feed: 0 | 1): StreamedLine | null {
    const [first = EMPTY, ...others] = this.#kept
    const whole = others.length === 0 ? first : Buffer.concat(this.#kept, this.#keptLength)
    const returned = this.#last === CARRIAGE_RETURN ? 1 : 0
    const length = this.#length - returned
    this.#line += 1
    this.#at += this.#length + feed
    this.#kept = []
    this.#keptLength = 0
    this.#length = 0
    this.#last = undefined
    if (length === 0) return null
    const bytes = length > this.#longest ? EMPTY : whole.subarray(0, length)
    return { line: this.#line, bytes, length, end: this.#at, open: feed === 0 }
  }
}

function startsWithMark(part: Buffer): boolean {
  return part.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)
}

/** Counts lines that hold something while a body passes by, as `LineStream` would give them. */
export class LineCounter {
  #count = 0
  #begun = false
  /** What the line so far holds: nothing, a carriage return that may belong to its end, or more. */
  #holds: 'nothing' | 'return' | 'more' = 'nothing'

  push(part: Buffer): void {
    let from = !this.#begun && startsWithMark(part) ? BYTE_ORDER_MARK.length : 0
    this.#begun = true
    for (;;) {
      if (this.#holds === 'nothing') from = emptyLinesAt(part, from).end
      const feed = part.indexOf(LINE_FEED, from)
      if (feed === -1) break
      this.#see(part, from, feed)
      if (this.#holds === 'more') this.#count += 1
      this.#holds = 'nothing'
      from = feed + 1
    }
    this.#see(part, from, part.length)
  }

  #see(part: Buffer, from: number, to: number): void {
    if (from === to || this.#holds === 'more') return
    const onlyReturn = to - from === 1 && part[from] === CARRIAGE_RETURN
    this.#holds = onlyReturn && this.#holds === 'nothing' ? 'return' : 'more'
  }

  get count(): number {
    return this.#count + (this.#holds === 'more' ? 1 : 0)
  }
}
