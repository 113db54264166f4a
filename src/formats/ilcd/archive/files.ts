import { createHash } from 'node:crypto'
import type { EpdTables } from '../../../domain/epd/table.ts'
import type { FileContent, PackageFile } from '../../epd-codec.ts'
import { readZip, type ZipArchive } from '../../zip/read-zip.ts'

/**
 * What files are served as: types that nothing runs in. Everything else is bytes, whatever its name
 * says, HTML and SVG above all.
 */
const types: ReadonlyMap<string, string> = new Map([
  ['pdf', 'application/pdf'],
  ['xml', 'application/xml'],
  ['json', 'application/json'],
  ['csv', 'text/csv'],
  ['txt', 'text/plain'],
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['gif', 'image/gif'],
  ['docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet']
])
const BYTES = 'application/octet-stream'

/** The media type that a file is served as, by its name. */
function mediaTypeOf(path: string): string {
  const ending = /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? ''
  return types.get(ending) ?? BYTES
}

/** Every file of a package with its hash, in the order of paths. Throws `BODY_INVALID`. */
export async function listPackage(
  bytes: Buffer,
  { archive: limits }: EpdTables
): Promise<PackageFile[]> {
  const zip = await readZip(bytes, limits)
  const files: PackageFile[] = []
  for (const { path } of zip.files.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    files.push(await described(zip, path))
  }
  return files
}

/** The bytes of one file; undefined where there is none of this path. Throws `BODY_INVALID`. */
export async function readPackageFile(
  bytes: Buffer,
  path: string,
  { archive: limits }: EpdTables
): Promise<FileContent | undefined> {
  const zip = await readZip(bytes, limits)
  if (!zip.files.some((each) => each.path === path)) return undefined
  return { bytes: await zip.read(path), mediaType: mediaTypeOf(path) }
}

/**
 * The file that a source names by a relative URI, `../external_docs/epd.pdf` nearly always. Names
 * are compared as they are and as the URI decodes to.
 */
export async function fileOf(zip: ZipArchive, uri: string): Promise<PackageFile | null> {
  const wanted = uri.replaceAll('\\', '/').replace(/^(\.\.?\/)+/, '')
  const names = [wanted, decoded(wanted)].map((name) => name.normalize('NFC'))
  const found = zip.files.find(({ path }) =>
    names.some((name) => path === name || path.endsWith(`/${name}`))
  )
  return found ? described(zip, found.path) : null
}

async function described(zip: ZipArchive, path: string): Promise<PackageFile> {
  const bytes = await zip.read(path)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { path, size: bytes.length, sha256, mediaType: mediaTypeOf(path) }
}

function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri)
  } catch {
    return uri
  }
}
