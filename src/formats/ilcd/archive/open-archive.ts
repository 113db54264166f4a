import type { ArchiveLimits } from '../../../domain/epd/table.ts'
import { versionKey } from '../../../domain/epd/version.ts'
import { childPointer } from '../../../domain/pointer.ts'
import { RegistryError } from '../../../errors.ts'
import { cutText } from '../../cut-text.ts'
import { xmlLimits } from '../../xml/read-xml.ts'
import type { XmlElement } from '../../xml/xml-element.ts'
import { readZip, type ZipArchive } from '../../zip/read-zip.ts'
import type { IlcdNode, IlcdReference } from '../node.ts'
import { readDataSet, xmlNode } from '../xml-node.ts'
import { type DataSet, type DataSetKind, dataSetOf, isXmlPath, kindOfPath } from './data-set.ts'

/** The data sets of a package. They are read when they are asked for, and each once. */
export interface IlcdArchive {
  readonly zip: ZipArchive
  /** Every declaration in it, in the order of their paths; several versions of one the oldest first. */
  readonly processes: readonly DataSet[]
  /** The data sets of an id, oldest version first. Throws `BODY_INVALID` where one cannot be read. */
  find(kind: DataSetKind, uuid: string): Promise<readonly DataSet[]>
  /** The paths of the data sets that were found so far. */
  opened(): ReadonlySet<string>
}

/** Opens a package and reads its processes. Throws `BODY_INVALID` for what is none. */
export async function openArchive(bytes: Buffer, limits: ArchiveLimits): Promise<IlcdArchive> {
  if (bytes.length > limits.archiveBytes) {
    throw refusal(`An archive has at most ${limits.archiveBytes} bytes.`, IN_PARTS)
  }
  const zip = await readZip(bytes, limits)
  const shelf = new Shelf(zip, limits)
  const processes = await shelf.all('process')
  if (processes.length === 0) throw nothingIn(zip)
  if (processes.length > limits.declarations) {
    const message = `The archive holds ${processes.length} declarations, at most ${limits.declarations} at once.`
    throw refusal(message, IN_PARTS)
  }
  return {
    zip,
    processes: versionsInOrder(processes),
    find: (kind, uuid) => shelf.find(kind, uuid),
    opened: () => shelf.found
  }
}

/** Why there is no declaration in an archive. */
function nothingIn({ files }: ZipArchive): RegistryError {
  if (files.some(({ path }) => /^(manifest|toc)$/.test(path))) {
    return refusal(
      'The archive is a bundle of openEPD, which is not taken; send each declaration in it as JSON.',
      'Unpack it, and send each declaration in it as JSON.'
    )
  }
  const inner = files.find(({ path }) => /\.zip$/i.test(path))
  return refusal(
    'The archive holds no process data set; a declaration lies in ILCD/processes.',
    inner
      ? `Unpack ${JSON.stringify(cutText(inner.path, 100))} and send that: archives in archives are not opened.`
      : 'Export it as an ILCD package, with its process data set in ILCD/processes.'
  )
}

const IN_PARTS = 'Send what is in it in several archives.'

function refusal(message: string, remedy: string): RegistryError {
  return new RegistryError('BODY_INVALID', message, { details: [{ message, remedy }] })
}

class Shelf {
  readonly found = new Set<string>()
  readonly #zip: ZipArchive
  readonly #read = new Map<string, Promise<IlcdNode>>()
  /** Where nothing lies in the folders of ILCD, the data sets themselves say what they are. */
  readonly #sorted: boolean
  #bytes: number
  #elements: number

  constructor(zip: ZipArchive, limits: ArchiveLimits) {
    this.#zip = zip
    this.#sorted = zip.files.some(({ path }) => kindOfPath(path) !== undefined)
    this.#bytes = limits.dataSetBytes
    this.#elements = limits.elements
  }

  async all(kind: DataSetKind): Promise<DataSet[]> {
    const found: DataSet[] = []
    for (const path of this.#paths(kind)) {
      const dataSet = await this.#open(kind, path)
      if (dataSet) found.push(dataSet)
    }
    return found
  }

  /** Files are named by id nearly everywhere; only where none is, all of the kind are read. */
  async find(kind: DataSetKind, uuid: string): Promise<readonly DataSet[]> {
    const paths = this.#paths(kind)
    const named = paths.filter((path) => path.toLowerCase().includes(uuid))
    const found: DataSet[] = []
    for (const path of named.length > 0 ? named : paths) {
      const dataSet = await this.#open(kind, path)
      if (dataSet?.uuid === uuid) found.push(dataSet)
    }
    for (const { path } of found) this.found.add(path)
    return found.sort(byVersion)
  }

  #paths(kind: DataSetKind): string[] {
    return this.#zip.files
      .map(({ path }) => path)
      .filter((path) => (this.#sorted ? kindOfPath(path) === kind : isXmlPath(path)))
      .sort()
  }

  async #open(kind: DataSetKind, path: string): Promise<DataSet | null> {
    const read = this.#read.get(path) ?? this.#parse(path)
    this.#read.set(path, read)
    const dataSet = dataSetOf(kind, await read, path)
    if (dataSet === null && kind === 'process' && this.#sorted) throw noProcess(path)
    return dataSet
  }

  async #parse(path: string): Promise<IlcdNode> {
    const bytes = await this.#zip.read(path)
    this.#bytes -= bytes.length
    if (this.#bytes < 0) throw refusal('The data sets are too many bytes.', IN_PARTS)
    try {
      const elements = Math.min(this.#elements, xmlLimits.elements)
      const root = readDataSet(bytes, { ...xmlLimits, elements })
      this.#elements -= elementsIn(root)
      return xmlNode(root, childPointer('', path))
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error
      const [first] = error.details
      throw new RegistryError('BODY_INVALID', 'A data set of the archive cannot be read.', {
        cause: error,
        details: [
          {
            pointer: childPointer('', path),
            message: first?.message ?? error.message,
            remedy: first?.remedy ?? MEND
          }
        ]
      })
    }
  }
}

const MEND = 'Mend it in the archive, or take it out, and send that again.'

/** Whoever put it among the processes would miss it if it were passed over. */
function noProcess(path: string): RegistryError {
  return new RegistryError('BODY_INVALID', 'A data set of the archive cannot be read.', {
    details: [
      {
        pointer: childPointer('', path),
        message: `"${path}" lies among the processes, and is no processDataSet with a UUID.`,
        remedy: 'Put it into the folder of its kind, or give it its UUID.'
      }
    ]
  })
}

function elementsIn({ children }: XmlElement): number {
  return children.reduce((sum, child) => sum + elementsIn(child), 1)
}

/** Files have any names, and a version that comes behind a later one is refused. */
function versionsInOrder(processes: readonly DataSet[]): DataSet[] {
  return [...Map.groupBy(processes, ({ uuid }) => uuid).values()].flatMap((versions) =>
    versions.toSorted(byVersion)
  )
}

function byVersion(a: DataSet, b: DataSet): number {
  return padded(a).localeCompare(padded(b))
}

function padded({ version }: DataSet): string {
  const key = versionKey(version ?? '') ?? [0, 0, 0]
  return key.map((part) => String(part).padStart(9, '0')).join('.')
}

/** True where the reference names no version, or this one: `01.00` is `01.00.000`. */
export function isVersionOf({ version }: DataSet, reference: IlcdReference): boolean {
  if (reference.version === undefined) return true
  const [own, named] = [versionKey(version ?? ''), versionKey(reference.version)]
  return own && named ? own.join('.') === named.join('.') : version === reference.version
}
