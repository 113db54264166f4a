import { report } from '../../../domain/epd/rules/table.ts'
import type { Finding } from '../../../domain/finding.ts'
import { RegistryError } from '../../../errors.ts'
import { all, attribute, first, type IlcdNode, nodeWith, referenceOf, textAt } from '../node.ts'
import { type DataSet, type DataSetKind, kindOfReference } from './data-set.ts'
import { fileOf } from './files.ts'
import { type IlcdArchive, isVersionOf } from './open-archive.ts'

/** The name under which the data set that a reference means is put into the reference. */
const EMBEDDED = 'dataSet'

/** Process, flow, flow property, unit group: no chain of references that is followed is longer. */
const MOST_STEPS = 4
const followed: Readonly<Record<DataSetKind, readonly DataSetKind[]>> = {
  process: ['flow', 'contact', 'source'],
  flow: ['flow_property', 'contact', 'source'],
  flow_property: ['unit_group'],
  unit_group: [],
  source: ['contact'],
  contact: []
}
/** They mean the same in every version, and archives seldom hold the version that is named. */
const versionless: readonly DataSetKind[] = ['flow_property', 'unit_group']

/**
 * A process whose references hold what they mean, as far as the archive has it, so that one reader
 * reads packages and what soda4LCA has put together. Of all flows only the product is looked up: the
 * others are indicators, which are told by id.
 */
export async function embedDataSets(
  archive: IlcdArchive,
  { node }: DataSet
): Promise<{ readonly process: IlcdNode; readonly findings: readonly Finding[] }> {
  const embedder = new Embedder(archive, referenceFlow(node))
  const process = await embedder.embed(node, 'process', 1)
  return { process, findings: embedder.findings }
}

function referenceFlow(process: IlcdNode): IlcdNode | undefined {
  const id = textAt(
    process,
    'processInformation',
    'quantitativeReference',
    'referenceToReferenceFlow'
  )
  return all(process, 'exchanges', 'exchange').find(
    (each) => attribute(each, 'dataSetInternalID') === id
  )
}

class Embedder {
  readonly findings: Finding[] = []
  readonly #archive: IlcdArchive
  readonly #flow: IlcdNode | undefined

  constructor(archive: IlcdArchive, product: IlcdNode | undefined) {
    this.#archive = archive
    this.#flow = first(product, 'referenceToFlowDataSet')
  }

  async embed(node: IlcdNode, within: DataSetKind, step: number): Promise<IlcdNode> {
    if (node.name === 'referenceToDigitalFile') return this.#digitalFile(node)
    const children: IlcdNode[] = []
    for (const child of node.children) children.push(await this.embed(child, within, step))
    const kind = kindOfReference(attribute(node, 'type'))
    const meant =
      kind !== undefined && followed[within].includes(kind) && step < MOST_STEPS
        ? await this.#meaning(node, kind)
        : null
    if (!meant) return nodeWith(node, { children })
    const tree = await this.embed(meant.node, meant.kind, step + 1)
    return nodeWith(node, { children: [...children, nodeWith(tree, { name: EMBEDDED })] })
  }

  async #meaning(node: IlcdNode, kind: DataSetKind): Promise<DataSet | null> {
    if (kind === 'flow' && node.pointer !== this.#flow?.pointer) return null
    const reference = referenceOf(node)
    if (reference.uuid === undefined) return null
    const found = await this.#find(kind, reference.uuid, node.pointer)
    const versions = versionless.includes(kind)
      ? found
      : found.filter((each) => isVersionOf(each, reference))
    const meant = versions.at(-1)
    if (kind === 'flow' && !meant) {
      const message = 'The archive does not hold the product flow in the version that is named.'
      const there = found.map(({ version }) => version ?? 'none').join(', ')
      this.#tell(node.pointer, message, reference.version, there === '' ? 'no such flow' : there)
    }
    const rivals = versions.filter((each) => meant && each.version === meant.version)
    if (!meant || rivals.length < 2) return meant ?? null
    const message = `Two files say that they are this ${kind.replace('_', ' ')}; neither is read.`
    this.#tell(node.pointer, message, 'one file', rivals.map(({ path }) => path).join(', '))
    return null
  }

  /** A dependency that cannot be read is told; the declaration does not fall with it. */
  async #find(kind: DataSetKind, uuid: string, pointer: string): Promise<readonly DataSet[]> {
    try {
      return await this.#archive.find(kind, uuid)
    } catch (error) {
      if (!(error instanceof RegistryError) || error.details.length === 0) throw error
      const why = error.details.map(({ message }) => message).join(' ')
      this.#tell(error.details[0]?.pointer ?? pointer, `The data set cannot be read: ${why}`)
      return []
    }
  }

  /** Path, hash and type of a file that lies in the archive, beside what the source says of it. */
  async #digitalFile(node: IlcdNode): Promise<IlcdNode> {
    const uri = attribute(node, 'uri')
    if (uri === undefined || /^[a-z][a-z0-9+.-]*:/i.test(uri)) return node
    const file = await fileOf(this.#archive.zip, uri)
    if (!file) {
      this.#tell(node.pointer, 'The archive does not hold the file.', uri)
      return node
    }
    const { path, sha256, mediaType } = file
    const facts = Object.entries({ path, sha256, mediaType })
    return nodeWith(node, { attributes: new Map([...node.attributes, ...facts]) })
  }

  #tell(pointer: string, message: string, expected?: string, actual?: string): void {
    const finding = report('EPD_DOCUMENT_UNCLEAR', {
      pointer,
      message,
      ...(expected === undefined ? {} : { expected }),
      ...(actual === undefined ? {} : { actual }),
      remedy: 'Put the right file into the archive, one of each, and send it again.'
    })
    const same = (each: Finding) => each.pointer === pointer && each.message === message
    if (!this.findings.some(same)) this.findings.push(finding)
  }
}
