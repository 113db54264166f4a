import { buffer } from 'node:stream/consumers'
import { ZipFile } from 'yazl'

export interface FileToZip {
  readonly path: string
  readonly bytes: Buffer
}

/** The first moment that zip can write, in local time as zip counts: the same bytes every time. */
const NO_TIME = new Date(1980, 0, 1)
const MODE = 0o100644

/** The files as a zip archive, in their order and without the time of writing. */
export function writeZip(files: readonly FileToZip[]): Promise<Buffer> {
  const zip = new ZipFile()
  for (const { path, bytes } of files) {
    zip.addBuffer(bytes, path, { mtime: NO_TIME, mode: MODE, forceDosTimestamp: true })
  }
  zip.end()
  return buffer(zip.outputStream)
}
