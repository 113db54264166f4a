import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { ZipFile } from 'yazl'

export interface FileToZip {
  readonly path: string
  readonly bytes: Buffer
}

/** The first moment that zip can write, in local time as zip counts: the same bytes every time. */
const NO_TIME = new Date(1980, 0, 1)
const MODE = 0o100644
/** What is longer is checked and packed in parts of this size, so that others have a turn between them. */
const PART = 262_144

/** The files as a zip archive, in their order and without the time of writing. */
export function writeZip(files: readonly FileToZip[]): Promise<Buffer> {
  const zip = new ZipFile()
  for (const { path, bytes } of files) {
    const options = { mtime: NO_TIME, mode: MODE, forceDosTimestamp: true }
    if (bytes.length <= PART) zip.addBuffer(bytes, path, options)
    else zip.addReadStream(Readable.from(partsOf(bytes)), path, options)
  }
  zip.end()
  return buffer(zip.outputStream)
}

function* partsOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += PART) yield bytes.subarray(at, at + PART)
}
