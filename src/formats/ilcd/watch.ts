import type { Loss } from '../epd-codec.ts'
import { type Look, lossOf, type UnreadPart } from '../unread-part.ts'
import type { Attributes } from '../xml/attributes.ts'
import type { IlcdNode } from './node.ts'

/** A tree that remembers what was read of it. */
export interface WatchedTree {
  readonly root: IlcdNode
  /**
   * What says something and was not read: of a part that nobody looked into only the part. Names that
   * are `known` anyway are not lost where a reference repeats them.
   */
  unread(known?: readonly string[]): Loss[]
}

/**
 * Watches a data set while it is read, so that whatever the reader does not know of is told, and no
 * list of known elements can be forgotten.
 */
export function watchTree(tree: IlcdNode): WatchedTree {
  const read = new Set<string>()
  return {
    root: watched(tree, read),
    unread: (known = []) => {
      const parts = new Map(
        look(tree, read, new Set(known)).unread.map((part) => [part.pointer, part])
      )
      return [...parts.values()].map(lossOf)
    }
  }
}

/** Scalars of JSON are attributes and elements at once: reading one is reading the other. */
function watched(node: IlcdNode, read: Set<string>): IlcdNode {
  const { name, pointer, attributes, text, children } = node
  let inside: readonly IlcdNode[] | undefined
  return {
    name,
    pointer,
    attributes: new WatchedAttributes(attributes, (key) => {
      read.add(`${pointer}/@${key}`).add(`${pointer}/${key}`)
      if (key === 'value') read.add(pointer)
    }),
    get text() {
      read.add(pointer).add(`${pointer}/value`)
      return text
    },
    get children() {
      inside ??= children.map((child) => watched(child, read))
      return inside
    }
  }
}

class WatchedAttributes extends Map<string, string> {
  readonly #told: ((name: string) => void) | undefined

  constructor(attributes: Attributes, told: (name: string) => void) {
    super(attributes)
    this.#told = told
  }

  override get(name: string): string | undefined {
    this.#told?.(name)
    return super.get(name)
  }
}

/**
 * Names of what says how a data set is written, linked and counted, and nothing that it declares:
 * ILCD demands amounts and directions of exchanges, whose figures the EPD extensions hold by module.
 */
const WRITING: ReadonlySet<string> = new Set([
  ...['type', 'uri', 'level', 'lang', 'classes', 'format', 'path', 'dataSetInternalID'],
  ...['schemaLocation', 'locations', 'metaDataOnly', 'epd-version', 'profile', 'property', 'id'],
  ...['UUID', 'uuid', 'dataSetVersion', 'versionAsString', 'resolvedFlowVersion', 'classification'],
  ...['typeOfDataSet', 'typeOfFlow', 'functionType', 'exchangeDirection', 'exchange direction'],
  ...['meanAmount', 'resultingAmount', 'resultingflowAmount', 'referenceFlow']
])

function look(node: IlcdNode, read: ReadonlySet<string>, known: ReadonlySet<string>): Look {
  const own = saidBy(node)
  if (NAMES.has(node.name) && !read.has(node.pointer) && known.has(node.text.trim())) {
    return { says: undefined, touched: false, unread: [] }
  }
  const named = withNamesRead(node, read, known)
  const inside = node.children.map((child) => look(child, read, named))
  const touched =
    isAddressRead(node, read) ||
    own.some(({ pointer }) => read.has(pointer)) ||
    inside.some((each) => each.touched)
  const says = own[0]?.says ?? inside.find((each) => each.says !== undefined)?.says
  if (says === undefined) return { says, touched: false, unread: [] }
  if (!touched) return { says, touched, unread: [{ pointer: node.pointer, says }] }
  const left = own.filter(({ pointer }) => !read.has(pointer))
  return { says, touched, unread: [...left, ...inside.flatMap((each) => each.unread)] }
}

/** The elements that say what something is called: in a reference, and in the data set that it leads to. */
const NAMES: ReadonlySet<string> = new Set(['shortDescription', 'shortName', 'name', 'baseName'])

/**
 * Most references are called the same in every language, and as the data set that they lead to: nothing is
 * lost of what was read once.
 */
function withNamesRead(
  { children }: IlcdNode,
  read: ReadonlySet<string>,
  known: ReadonlySet<string>
): ReadonlySet<string> {
  const names = children.filter(
    ({ name, pointer }) => name === 'shortDescription' && read.has(pointer)
  )
  return names.length === 0 ? known : new Set([...known, ...names.map(({ text }) => text.trim())])
}

/** A link counts as read where its address is, which is otherwise only how a data set is linked. */
function isAddressRead({ attributes, pointer }: IlcdNode, read: ReadonlySet<string>): boolean {
  return attributes.get('uri') !== undefined && read.has(`${pointer}/@uri`)
}

function saidBy(node: IlcdNode): UnreadPart[] {
  const text = node.text.trim()
  const scalar = node.children.length === 0 && WRITING.has(node.name)
  const members = new Set(node.children.map(({ name }) => name))
  return [
    ...(text === '' || scalar ? [] : [{ pointer: node.pointer, says: text }]),
    ...[...node.attributes]
      .filter(([name, value]) => value.trim() !== '' && !members.has(name) && declares(node, name))
      .map(([name, says]) => ({ pointer: `${node.pointer}/@${name}`, says }))
  ]
}

/** The roots of data sets state the version of ILCD. */
function declares({ name: element }: IlcdNode, attribute: string): boolean {
  if (attribute === 'version' && /[dD]ataSet$/.test(element)) return false
  return !WRITING.has(attribute)
}
