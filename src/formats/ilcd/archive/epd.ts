import { createHash } from 'node:crypto'
import { canonicalHash } from '../../../domain/canonical-json.ts'
import { report } from '../../../domain/epd/rules/table.ts'
import type { EpdTables } from '../../../domain/epd/table.ts'
import { childPointer } from '../../../domain/pointer.ts'
import type { EpdCodec, Loss, ParsedEpd } from '../../epd-codec.ts'
import { ilcdPlaces } from '../places.ts'
import { readWhole } from '../read-whole.ts'
import type { DataSet } from './data-set.ts'
import { embedDataSets } from './embed.ts'
import { listPackage, readPackageFile } from './files.ts'
import { type IlcdArchive, openArchive } from './open-archive.ts'
import { splitPackage } from './split.ts'

/** ILCD packages: a zip with a process data set and the flows, contacts, sources and files it names. */
export const ilcdPackage = {
  name: 'ilcd-zip',
  mediaTypes: ['application/zip', 'application/x-zip-compressed'],
  // Places are those in its process data set.
  origin: { element: 'processDataSet', archive: true, places: ilcdPlaces },
  async parse(bytes: Buffer, tables: EpdTables, wanted?: { unread: boolean }): Promise<ParsedEpd> {
    const archive = await openArchive(bytes, tables.archive)
    const [process, ...others] = archive.processes
    if (!process || others.length > 0) {
      return { epd: null, identity: null, findings: [several(archive.processes)] }
    }
    const { process: whole, findings } = await embedDataSets(archive, process)
    const read = readWhole(whole, tables, wanted?.unread ?? false)
    const unread = read.unread && [...read.unread, ...unopened(archive, process)]
    return {
      ...read,
      ...(unread ? { unread } : {}),
      findings: [...findings, ...read.findings]
    }
  },
  async contentHash(bytes: Buffer, tables: EpdTables): Promise<Buffer> {
    return hashOf(await openArchive(bytes, tables.archive))
  },
  split: splitPackage,
  files: { list: listPackage, read: readPackageFile }
} satisfies EpdCodec

/** The same files are the same package, however they are packed. */
async function hashOf({ zip }: IlcdArchive): Promise<Buffer> {
  const files: Record<string, string> = {}
  for (const { path } of zip.files) {
    files[path] = createHash('sha256')
      .update(await zip.read(path))
      .digest('hex')
  }
  return canonicalHash(files)
}

function several(processes: readonly DataSet[]) {
  return report('EPD_DOCUMENT', {
    pointer: '',
    message: `The archive holds ${processes.length} declarations, and this takes one.`,
    expected: 'one process data set',
    actual: processes.map(({ path }) => path).join(', '),
    remedy: 'Send an archive for each, or all of them at once to be submitted.'
  })
}

/** Files that no reference led to lie in the package and nowhere else. */
function unopened({ zip, opened }: IlcdArchive, process: DataSet): Loss[] {
  return zip.files
    .filter(({ path }) => path !== process.path && !opened().has(path))
    .map(({ path }) => ({
      of: 'document',
      pointer: childPointer('', path),
      message: 'The file lies in the package, and other formats have no place for it.'
    }))
}
