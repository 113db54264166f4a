import { crc32 } from 'node:zlib'
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl'
import type { ArchiveLimits } from '../../domain/epd/table.ts'
import { RegistryError } from '../../errors.ts'
import { cutText } from '../cut-text.ts'
import { isFolder, zipPath } from './zip-path.ts'

export type ZipLimits = Pick<
  ArchiveLimits,
  'entries' | 'entryBytes' | 'totalBytes' | 'ratio' | 'depth' | 'pathLength'
>

/** A file in an archive, by its path with `/`. */
export interface ZipFileEntry {
  readonly path: string
  readonly size: number
}

/** An archive whose directory was read and found sound; its files are unpacked one at a time. */
export interface ZipArchive {
  /** In the order of the directory, without folders. */
  readonly files: readonly ZipFileEntry[]
  /** Of exactly the stated size and checksum. Throws `BODY_INVALID` where it is not. */
  read(path: string): Promise<Buffer>
}

const UNIX_TYPE = 0o170000
const UNIX_SYMLINK = 0o120000
/** Bytes of a local header without the name. */
const LOCAL_HEADER = 30
/** Small files may shrink to nearly nothing. */
const RATIO_FROM = 1024 * 1024

/**
 * Reads the directory of a zip archive. Throws `BODY_INVALID` with everything that is wrong with it:
 * encrypted files, symbolic links, paths that lead elsewhere, two files of one name, files that lie
 * in one another, more than the limits allow. No file is unpacked, so a bomb costs nothing.
 */
export async function readZip(bytes: Buffer, limits: ZipLimits): Promise<ZipArchive> {
  const zip = await open(bytes)
  if (zip.entryCount > limits.entries) {
    throw refusal([{ message: `It has ${zip.entryCount} entries, at most ${limits.entries}.` }])
  }
  const entries = await directory(zip)
  const named = entries.map((entry) => ({ entry, ...zipPath(entry.fileName) }))
  const problems = [
    ...named.flatMap(({ entry, path, why }) =>
      [why ?? unfitReason(entry, path ?? '', limits)].flatMap((reason) =>
        reason === null ? [] : [{ message: `${quoted(entry.fileName)} ${reason}.` }]
      )
    ),
    ...wholeProblems(entries, limits),
    ...looseEnd(bytes)
  ]
  if (problems.length > 0) throw refusal(problems)
  const files = new Map<string, Entry>()
  for (const { entry, path = '' } of named.filter((each) => !isFolder(each.entry.fileName))) {
    if (files.has(path)) throw refusal([{ message: `Two files are called ${quoted(path)}.` }])
    files.set(path, entry)
  }
  return {
    files: [...files].map(([path, { uncompressedSize }]) => ({ path, size: uncompressedSize })),
    read: (path) => unpack(zip, path, files.get(path))
  }
}

async function open(bytes: Buffer): Promise<ZipFile> {
  try {
    return await fromBufferPromise(bytes, { decodeStrings: true, autoClose: false })
  } catch (cause) {
    throw broken(cause)
  }
}

async function directory(zip: ZipFile): Promise<Entry[]> {
  const entries: Entry[] = []
  try {
    for await (const entry of zip.eachEntry()) entries.push(entry)
  } catch (cause) {
    throw broken(cause)
  }
  return entries
}

/** What one entry has against it. */
function unfitReason(entry: Entry, path: string, limits: ZipLimits): string | null {
  const { uncompressedSize, compressedSize } = entry
  if (entry.isEncrypted()) return 'is encrypted'
  if (((entry.externalFileAttributes >>> 16) & UNIX_TYPE) === UNIX_SYMLINK) {
    return 'is a symbolic link'
  }
  if (isFolder(entry.fileName)) return uncompressedSize > 0 ? 'is a folder with content' : null
  if (!entry.canDecodeFileData()) return `is packed by method ${entry.compressionMethod}`
  if (path.length > limits.pathLength)
    return `has a path of more than ${limits.pathLength} characters`
  if (path.split('/').length > limits.depth) return `lies more than ${limits.depth} folders deep`
  if (uncompressedSize > limits.entryBytes) {
    return `has ${uncompressedSize} bytes, at most ${limits.entryBytes}`
  }
  if (uncompressedSize > RATIO_FROM && uncompressedSize > limits.ratio * compressedSize) {
    return `would grow more than ${limits.ratio} times`
  }
  return null
}

function wholeProblems(
  entries: readonly Entry[],
  limits: ZipLimits
): { readonly message: string }[] {
  const total = entries.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0)
  const placed = entries.toSorted(
    (a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader
  )
  const overlapping = placed.find((entry, index) => {
    const next = placed[index + 1]
    const end = entry.relativeOffsetOfLocalHeader + LOCAL_HEADER + entry.compressedSize
    return next !== undefined && next.relativeOffsetOfLocalHeader < end
  })
  return [
    ...(total > limits.totalBytes
      ? [{ message: `Unpacked it has ${total} bytes, at most ${limits.totalBytes}.` }]
      : []),
    ...(overlapping ? [{ message: `${quoted(overlapping.fileName)} lies in another file.` }] : [])
  ]
}

const END = Buffer.from('PK\x05\x06', 'latin1')
/** What stands for a number of Zip64, which lies in a record before. */
const ELSEWHERE = 0xffffffff

/**
 * The directory ends where the end begins. Behind another archive the stated offset is off: one reader
 * goes by it and takes the files of the first, another one by the end and takes those of the second.
 */
function looseEnd(bytes: Buffer): { readonly message: string }[] {
  const end = bytes.lastIndexOf(END)
  const [size, offset] = [bytes.readUInt32LE(end + 12), bytes.readUInt32LE(end + 16)]
  if (size === ELSEWHERE || offset === ELSEWHERE || offset + size === end) return []
  const message =
    'Its directory does not end where the archive does, as if two were put together; pack it anew.'
  return [{ message }]
}

async function unpack(zip: ZipFile, path: string, entry: Entry | undefined): Promise<Buffer> {
  if (!entry) throw new RangeError(`there is no ${path} in the archive`)
  try {
    const local = await zip.readLocalFileHeaderPromise(entry, { minimal: false })
    if (!local.fileName.equals(entry.fileNameRaw)) {
      throw new Error('it has another name than the directory says')
    }
    const bytes = await whole(zip, entry)
    if (crc32(bytes) !== entry.crc32) throw new Error('its checksum is wrong')
    return bytes
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new RegistryError('BODY_INVALID', 'The archive cannot be read.', {
      cause,
      details: [{ message: `${quoted(path)}: ${why}.` }]
    })
  }
}

/** Into its place at once: pieces that are put together at the end would take twice the memory. */
async function whole(zip: ZipFile, entry: Entry): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(entry.uncompressedSize)
  let at = 0
  // yauzl ends the stream as soon as it holds another number of bytes than stated.
  for await (const piece of await zip.openReadStreamPromise(entry)) {
    at += (piece as Buffer).copy(bytes, at)
  }
  return bytes.subarray(0, at)
}

function broken(cause: unknown): RegistryError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new RegistryError('BODY_INVALID', 'The archive cannot be read.', {
    cause,
    details: [{ message: `This is not a sound zip archive: ${why.replace(/\.+$/, '')}.` }]
  })
}

const MOST_PROBLEMS = 20

function refusal(problems: readonly { readonly message: string }[]): RegistryError {
  return new RegistryError('BODY_INVALID', 'The archive is not accepted.', {
    details: problems.slice(0, MOST_PROBLEMS)
  })
}

function quoted(name: string): string {
  return JSON.stringify(name.length > 100 ? `${cutText(name, 100)}…` : name)
}
