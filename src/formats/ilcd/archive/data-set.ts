import { type IlcdNode, textAt } from '../node.ts'

/** Folder, root element and information element of each kind of data set that is read (ILCD 1.1). */
export const dataSetKinds = {
  process: ['processes', 'processDataSet', 'processInformation'],
  flow: ['flows', 'flowDataSet', 'flowInformation'],
  flow_property: ['flowproperties', 'flowPropertyDataSet', 'flowPropertiesInformation'],
  unit_group: ['unitgroups', 'unitGroupDataSet', 'unitGroupInformation'],
  source: ['sources', 'sourceDataSet', 'sourceInformation'],
  contact: ['contacts', 'contactDataSet', 'contactInformation']
} as const

export type DataSetKind = keyof typeof dataSetKinds

/** One data set of a package. */
export interface DataSet {
  readonly kind: DataSetKind
  /** Lower case. */
  readonly uuid: string
  readonly version: string | undefined
  readonly path: string
  readonly node: IlcdNode
}

/** Folders of ILCD whose files are none of these, wherever the archive lies. */
const OTHER_FOLDERS: readonly string[] = ['ilcd', 'lciamethods', 'external_docs']

/**
 * The kind that a path promises by its folder, or by the one that it was sorted into below that;
 * undefined for everything that is no such data set.
 */
export function kindOfPath(path: string): DataSetKind | undefined {
  if (!isXmlPath(path)) return undefined
  const folders = path.toLowerCase().split('/').slice(0, -1)
  const kindOf = (folder: string) => kinds.find((kind) => dataSetKinds[kind][0] === folder)
  const known = folders.findLast((each) => OTHER_FOLDERS.includes(each) || kindOf(each))
  return known === undefined ? undefined : kindOf(known)
}

/** True for XML files but those that macOS puts beside every file into its archives. */
export function isXmlPath(path: string): boolean {
  const [name = '', ...folders] = path.toLowerCase().split('/').reverse()
  return name.endsWith('.xml') && !name.startsWith('._') && !folders.includes('__macosx')
}

/** The data set in a tree; null where the tree is of another kind or has no id. */
export function dataSetOf(kind: DataSetKind, node: IlcdNode, path: string): DataSet | null {
  const [, root, information] = dataSetKinds[kind]
  const uuid = textAt(node, information, 'dataSetInformation', 'UUID')?.toLowerCase()
  const version = textAt(
    node,
    'administrativeInformation',
    'publicationAndOwnership',
    'dataSetVersion'
  )
  return node.name === root && uuid !== undefined ? { kind, uuid, version, path, node } : null
}

/** The kind that a reference names by its element, as far as packages resolve it. */
export function kindOfReference(type: string | undefined): DataSetKind | undefined {
  return kinds.find((kind) => type?.toLowerCase() === `${kind.replace('_', ' ')} data set`)
}

const kinds = Object.keys(dataSetKinds) as DataSetKind[]
