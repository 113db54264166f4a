import { readXml } from '../xml/read-xml.ts'
import type { XmlElement } from '../xml/xml-element.ts'
import { readZip, type ZipArchive, type ZipLimits } from '../zip/read-zip.ts'
import { fileFindings, malformed, WorkbookRefused } from './refuse.ts'

const MiB = 1024 * 1024

/**
 * Above what 100,000 rows need, unless their writer repeats every text in its cell. A part is unpacked as a
 * whole, one at a time, so the largest one bounds the memory; what the directory promises is not exceeded.
 */
const LIMITS: ZipLimits = {
  entries: 2_000,
  entryBytes: 64 * MiB,
  totalBytes: 128 * MiB,
  ratio: 200,
  depth: 8,
  pathLength: 255
}
/** Of the parts that are read as a tree. */
const TREE = { bytes: 8 * MiB, depth: 32, elements: 300_000 }

/** A relationship of one part to another (ECMA-376-2, 9.3). */
export interface Relationship {
  readonly id: string
  /** The last word of its type, which both dialects of the standard share. */
  readonly type: string
  /** The path of the part; null where it lies outside the file. */
  readonly target: string | null
}

/** An Open Packaging archive, whose parts are found by name in any case (ECMA-376-2, 6.2.2). */
export class Package {
  readonly #zip: ZipArchive
  readonly #paths: ReadonlyMap<string, string>

  private constructor(zip: ZipArchive) {
    this.#zip = zip
    this.#paths = new Map(zip.files.map(({ path }) => [path.toLowerCase(), path]))
    if (this.#paths.size < zip.files.length) malformed('Two parts have the same name.')
  }

  static async open(bytes: Buffer): Promise<Package> {
    return new Package(await readZip(bytes, LIMITS))
  }

  get paths(): Iterable<string> {
    return this.#paths.keys()
  }

  has(path: string): boolean {
    return this.#paths.has(path.toLowerCase())
  }

  async bytes(path: string): Promise<Buffer> {
    const stored = this.#paths.get(path.toLowerCase())
    if (stored === undefined) malformed(`The part ${path} is missing.`)
    return this.#zip.read(stored)
  }

  async tree(path: string): Promise<XmlElement> {
    const bytes = await this.bytes(path)
    return within(path, () => readXml(bytes, TREE))
  }

  /** Of a part, or of the whole package where the path is empty. */
  async relationships(path: string): Promise<readonly Relationship[]> {
    const at = path.lastIndexOf('/') + 1
    const folder = path.slice(0, at)
    const of = `${folder}_rels/${path.slice(at)}.rels`
    if (!this.has(of)) return []
    const { children } = await this.tree(of)
    return children.map(({ attributes }) => ({
      id: attributes.get('Id') ?? '',
      type: (attributes.get('Type') ?? '').replace(/^.*\//, ''),
      target:
        attributes.get('TargetMode') === 'External'
          ? null
          : resolved(folder, attributes.get('Target') ?? '')
    }))
  }

  /** As `[Content_Types].xml` says; empty where it says nothing. */
  async contentType(path: string): Promise<string> {
    const { children } = await this.tree('[Content_Types].xml')
    const of = (key: string, value: string) =>
      children.find(({ attributes }) => attributes.get(key)?.toLowerCase() === value.toLowerCase())
    const stated = of('PartName', `/${path}`) ?? of('Extension', path.replace(/^.*\./, ''))
    return stated?.attributes.get('ContentType') ?? ''
  }
}

/** Names the part that is at fault. */
function within<T>(part: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new WorkbookRefused(fileFindings(error, part))
  }
}

/** A path that leads out of the archive leads nowhere in it. */
function resolved(folder: string, target: string): string {
  const steps: string[] = []
  for (const step of (target.startsWith('/') ? target : folder + target).split('/')) {
    if (step === '..') steps.pop()
    else if (step !== '' && step !== '.') steps.push(step)
  }
  return steps.join('/')
}
