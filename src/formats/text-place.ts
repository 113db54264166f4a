const LINE_END = /\r\n|\n|\r/

/**
 * Line and column from 1; columns count UTF-16 units, as editors do. Of a document of one line only the
 * column: it may be a line of a longer text, where it has another number.
 */
export function placeIn(text: string, offset: number): string {
  const lines = text.slice(0, offset).split(LINE_END)
  const column = `column ${(lines.at(-1)?.length ?? 0) + 1}`
  return LINE_END.test(text) ? `line ${lines.length}, ${column}` : column
}

/**
 * The first byte that is no UTF-8, for bytes that are not all: where the decoder put a replacement
 * character that they do not hold.
 */
export function invalidPlace(buffer: Buffer): string {
  const text = buffer.toString('utf8')
  let byte = 0
  let from = 0
  for (;;) {
    const index = text.indexOf('\ufffd', from)
    byte += Buffer.byteLength(text.slice(from, index))
    if (buffer.readUIntBE(byte, Math.min(3, buffer.length - byte)) !== 0xefbfbd) {
      return `byte ${byte} (${placeIn(text, index)})`
    }
    byte += 3
    from = index + 1
  }
}
