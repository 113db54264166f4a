/** C2SP tlog-tiles: an entry has a length of two bytes before it. */
const LENGTH_BYTES = 2
const LONGEST_ENTRY = 0xffff

/** Packs entries as tlog-tiles serves them. Throws RangeError for one of more than 65,535 bytes. */
export function packEntries(entries: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    entries.flatMap((entry) => {
      if (entry.length > LONGEST_ENTRY) throw new RangeError('an entry has at most 65,535 bytes')
      const length = Buffer.alloc(LENGTH_BYTES)
      length.writeUInt16BE(entry.length)
      return [length, entry]
    })
  )
}

/** Unpacks entries; null where the bytes end within one. */
export function unpackEntries(bytes: Uint8Array): Buffer[] | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const entries: Buffer[] = []
  let at = 0
  while (at < buffer.length) {
    if (buffer.length - at < LENGTH_BYTES) return null
    const end = at + LENGTH_BYTES + buffer.readUInt16BE(at)
    if (end > buffer.length) return null
    entries.push(buffer.subarray(at + LENGTH_BYTES, end))
    at = end
  }
  return entries
}
