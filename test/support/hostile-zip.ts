import { crc32, deflateRawSync } from 'node:zlib'

/** One entry of a zip as a test wants it: sizes, names and flags may lie. */
export interface HostileEntry {
  readonly name: string
  readonly content?: Buffer | string
  /** Stated in both headers; the true ones where they are not given. */
  readonly size?: number
  readonly packedSize?: number
  readonly crc?: number
  readonly flags?: number
  readonly method?: number
  /** The Unix mode in the upper half. */
  readonly attributes?: number
  readonly localName?: string
  /** Where the directory says that the entry lies. */
  readonly offset?: number
}

const LOCAL = 0x04034b50
const CENTRAL = 0x02014b50
const END = 0x06054b50
const UTF8 = 0x0800

/** A zip written by hand, so that it can say what no library would. */
export function hostileZip(entries: readonly HostileEntry[], count = entries.length): Buffer {
  const files: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const entry of entries) {
    const content = Buffer.from(entry.content ?? '')
    const packed = entry.method === 0 ? content : deflateRawSync(content)
    const facts = {
      flags: entry.flags ?? UTF8,
      method: entry.method ?? 8,
      crc: entry.crc ?? crc32(content),
      packedSize: entry.packedSize ?? packed.length,
      size: entry.size ?? content.length
    }
    const local = Buffer.concat([header(LOCAL, facts, entry.localName ?? entry.name), packed])
    directory.push(central(facts, entry, entry.offset ?? offset))
    files.push(local)
    offset += local.length
  }
  const listed = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(END, 0)
  end.writeUInt16LE(count, 8)
  end.writeUInt16LE(count, 10)
  end.writeUInt32LE(listed.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...files, listed, end])
}

interface Facts {
  readonly flags: number
  readonly method: number
  readonly crc: number
  readonly packedSize: number
  readonly size: number
}

function header(signature: number, facts: Facts, name: string): Buffer {
  const bytes = Buffer.alloc(30)
  bytes.writeUInt32LE(signature, 0)
  bytes.writeUInt16LE(20, 4)
  common(bytes, 6, facts, name)
  return Buffer.concat([bytes, Buffer.from(name)])
}

function central(facts: Facts, { name, attributes = 0 }: HostileEntry, offset: number): Buffer {
  const bytes = Buffer.alloc(46)
  bytes.writeUInt32LE(CENTRAL, 0)
  bytes.writeUInt16LE(0x031e, 4)
  bytes.writeUInt16LE(20, 6)
  common(bytes, 8, facts, name)
  bytes.writeUInt32LE(attributes >>> 0, 38)
  bytes.writeUInt32LE(offset, 42)
  return Buffer.concat([bytes, Buffer.from(name)])
}

/** Flags to the length of the name, which both headers have in the same order. */
function common(bytes: Buffer, at: number, facts: Facts, name: string): void {
  bytes.writeUInt16LE(facts.flags, at)
  bytes.writeUInt16LE(facts.method, at + 2)
  bytes.writeUInt16LE(0x21, at + 6)
  bytes.writeUInt32LE(facts.crc >>> 0, at + 8)
  bytes.writeUInt32LE(facts.packedSize, at + 12)
  bytes.writeUInt32LE(facts.size, at + 16)
  bytes.writeUInt16LE(Buffer.byteLength(name), at + 20)
}
