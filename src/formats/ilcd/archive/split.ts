import type { ArchiveLimits, EpdTables } from '../../../domain/epd/table.ts'
import { versionKey } from '../../../domain/epd/version.ts'
import { childPointer } from '../../../domain/pointer.ts'
import { RegistryError } from '../../../errors.ts'
import { type FileToZip, writeZip } from '../../zip/write-zip.ts'
import { attribute, type IlcdNode } from '../node.ts'
import { type DataSet, type DataSetKind, kindOfReference } from './data-set.ts'
import { fileOf } from './files.ts'
import { type IlcdArchive, openArchive } from './open-archive.ts'

/** The declarations of an archive, each of which becomes a package when it is asked for. */
export interface ArchivedPackages {
  /** Where each declaration lies in the archive, in the order of the archive. */
  readonly paths: readonly string[]
  /**
   * The package of the declaration at this place of `paths`. Throws `BODY_INVALID`, also where another
   * file says that it is the same version of the same declaration.
   */
  packageAt(index: number): Promise<Buffer>
}

/** As `splitPackage`, one at a time, so that what they share is never in memory for all of them. */
export async function openPackages(
  bytes: Buffer,
  limits: ArchiveLimits
): Promise<ArchivedPackages> {
  const archive = await openArchive(bytes, limits)
  const { processes } = archive
  return {
    paths: processes.map(({ path }) => path),
    async packageAt(index) {
      const process = processes[index]
      if (!process) throw new RangeError(`the archive has no declaration ${index}`)
      refuseTwins(process, processes)
      return processes.length === 1 ? bytes : writeZip(await filesOf(archive, process))
    }
  }
}

/** Which of two files is meant nobody can tell, and the one that came second would pass for a conflict. */
function refuseTwins(process: DataSet, all: readonly DataSet[]): void {
  const twins = all.filter((each) => nameOf(each) === nameOf(process)).map(({ path }) => path)
  if (twins.length < 2) return
  const message = `${twins.length} files of the archive say that they are version ${process.version ?? 'unstated'} of ${process.uuid}: ${twins.join(', ')}.`
  const others = twins.filter((path) => path !== process.path)
  throw new RegistryError('BODY_INVALID', message, {
    details: [
      {
        pointer: childPointer('', process.path),
        message: `It is the same version as ${others.join(', ')}.`,
        remedy: 'Keep one of them, or raise the version of the newer.'
      }
    ]
  })
}

/** `01.00` is `01.00.000`. */
function nameOf({ uuid, version = '' }: DataSet): string {
  return `${uuid} ${versionKey(version)?.join('.') ?? version}`
}

/**
 * A package for each declaration of an archive: its process, everything in the archive that it leads
 * to, byte for byte, and nothing of the other declarations, since each is published on its own. The
 * bytes themselves where there is only one. Throws `BODY_INVALID`.
 */
export async function splitPackage(bytes: Buffer, tables: EpdTables): Promise<readonly Buffer[]> {
  const { paths, packageAt } = await openPackages(bytes, tables.archive)
  if (paths.length < 2) return [bytes]
  const packages: Buffer[] = []
  for (const index of paths.keys()) packages.push(await packageAt(index))
  return packages
}

/** The files that a declaration leads to, itself first. */
async function filesOf(archive: IlcdArchive, process: DataSet): Promise<FileToZip[]> {
  const paths = new Set([process.path])
  const queue: DataSet[] = [process]
  for (let next = queue.shift(); next; next = queue.shift()) {
    for (const found of await targetsOf(archive, next.node)) {
      if (paths.has(found.path)) continue
      paths.add(found.path)
      queue.push(found)
    }
    for (const uri of digitalFiles(next.node)) {
      const file = await fileOf(archive.zip, uri)
      if (file) paths.add(file.path)
    }
  }
  const files: FileToZip[] = []
  for (const path of paths) files.push({ path, bytes: await archive.zip.read(path) })
  return files
}

/** All versions of what is referred to: which one counts is for the reader to say. */
async function targetsOf(archive: IlcdArchive, node: IlcdNode): Promise<DataSet[]> {
  const found: DataSet[] = []
  const uuid = attribute(node, 'refObjectId')?.toLowerCase()
  const kind: DataSetKind | undefined = kindOfReference(attribute(node, 'type'))
  if (uuid !== undefined && kind !== undefined && kind !== 'process') {
    found.push(...(await archive.find(kind, uuid)))
  }
  for (const child of node.children) found.push(...(await targetsOf(archive, child)))
  return found
}

function digitalFiles(node: IlcdNode): string[] {
  const own = node.name === 'referenceToDigitalFile' ? [attribute(node, 'uri') ?? ''] : []
  return [...own.filter((uri) => uri !== ''), ...node.children.flatMap(digitalFiles)]
}
