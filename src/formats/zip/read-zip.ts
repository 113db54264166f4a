import { crc32 } from 'node:zlib'
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl'
import type { ArchiveLimits } from '../../domain/epd/table.ts'
import { RegistryError } from '../../errors.ts'
import { cutText } from '../cut-text.ts'
import { FROM_WITHIN, isFolder, type Unfit, zipPath } from './zip-path.ts'

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

interface Problem {
  readonly message: string
  readonly remedy: string
}

const IN_PARTS = 'Send what is in it in several archives.'
const ANEW = 'Pack the files anew, with the program of your system.'
const WHOLE = 'Send the whole file; where it was whole, pack it anew.'

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
    const message = `It has ${zip.entryCount} entries, at most ${limits.entries}.`
    throw refusal([{ message, remedy: IN_PARTS }])
  }
  const entries = await directory(zip)
  const named = entries.map((entry) => ({ entry, ...zipPath(entry.fileName) }))
  const problems = [
    ...named.flatMap(({ entry, path, unfit }) =>
      [unfit ?? unfitReason(entry, path ?? '', limits)].flatMap((found) =>
        found === null
          ? []
          : [{ message: `${quoted(entry.fileName)} ${found.why}.`, remedy: found.remedy }]
      )
    ),
    ...wholeProblems(entries, limits),
    ...looseEnd(bytes)
  ]
  if (problems.length > 0) throw refusal(problems)
  const files = new Map<string, Entry>()
  for (const { entry, path = '' } of named.filter((each) => !isFolder(each.entry.fileName))) {
    if (files.has(path)) {
      const message = `Two files are called ${quoted(path)}.`
      throw refusal([{ message, remedy: 'Keep one of them, or give one another name.' }])
    }
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
function unfitReason(entry: Entry, path: string, limits: ZipLimits): Unfit | null {
  const { uncompressedSize, compressedSize } = entry
  if (entry.isEncrypted()) return { why: 'is encrypted', remedy: 'Pack it without a password.' }
  if (((entry.externalFileAttributes >>> 16) & UNIX_TYPE) === UNIX_SYMLINK) {
    return { why: 'is a symbolic link', remedy: 'Put the file itself into the archive.' }
  }
  if (isFolder(entry.fileName)) {
    return uncompressedSize > 0 ? { why: 'is a folder with content', remedy: ANEW } : null
  }
  if (!entry.canDecodeFileData()) {
    const why = `is packed by method ${entry.compressionMethod}`
    return { why, remedy: 'Pack it by Deflate, as most programs do where nobody says otherwise.' }
  }
  if (path.length > limits.pathLength) {
    const why = `has a path of more than ${limits.pathLength} characters`
    return { why, remedy: 'Shorten its name, or those of its folders.' }
  }
  if (path.split('/').length > limits.depth) {
    const why = `lies more than ${limits.depth} folders deep`
    return { why, remedy: 'Put it into fewer folders.' }
  }
  if (uncompressedSize > limits.entryBytes) {
    const why = `has ${uncompressedSize} bytes, at most ${limits.entryBytes}`
    return { why, remedy: 'Leave it out, or make it smaller.' }
  }
  if (uncompressedSize > RATIO_FROM && uncompressedSize > limits.ratio * compressedSize) {
    const why = `would grow more than ${limits.ratio} times`
    return { why, remedy: 'Leave it out, or pack it without compression.' }
  }
  return null
}

function wholeProblems(entries: readonly Entry[], limits: ZipLimits): Problem[] {
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
      ? [
          {
            message: `Unpacked it has ${total} bytes, at most ${limits.totalBytes}.`,
            remedy: IN_PARTS
          }
        ]
      : []),
    ...(overlapping
      ? [{ message: `${quoted(overlapping.fileName)} lies in another file.`, remedy: ANEW }]
      : [])
  ]
}

const END = Buffer.from('PK\x05\x06', 'latin1')
/** What stands for a number of Zip64, which lies in a record before. */
const ELSEWHERE = 0xffffffff

/**
 * The directory ends where the end begins. Behind another archive the stated offset is off: one reader
 * goes by it and takes the files of the first, another one by the end and takes those of the second.
 */
function looseEnd(bytes: Buffer): Problem[] {
  const end = bytes.lastIndexOf(END)
  const [size, offset] = [bytes.readUInt32LE(end + 12), bytes.readUInt32LE(end + 16)]
  if (size === ELSEWHERE || offset === ELSEWHERE || offset + size === end) return []
  const message =
    'Its directory does not end where the archive does, as if two were put together; pack it anew.'
  return [{ message, remedy: ANEW }]
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
      details: [{ message: `${quoted(path)}: ${why}.`, remedy: ANEW }]
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
    details: [
      {
        message: `This is not a sound zip archive: ${why.replace(/\.+$/, '')}.`,
        remedy: / path|characters/.test(why) ? FROM_WITHIN : WHOLE
      }
    ]
  })
}

const MOST_PROBLEMS = 20

function refusal(problems: readonly Problem[]): RegistryError {
  return new RegistryError('BODY_INVALID', 'The archive is not accepted.', {
    details: problems.slice(0, MOST_PROBLEMS)
  })
}

function quoted(name: string): string {
  return JSON.stringify(name.length > 100 ? `${cutText(name, 100)}…` : name)
}
