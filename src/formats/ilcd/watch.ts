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
  const inside = node.children.map((child) => look(child, read, known))
  const touched =
    own.some(({ pointer }) => read.has(pointer)) || inside.some((each) => each.touched)
  const says = own[0]?.says ?? inside.find((each) => each.says !== undefined)?.says
  if (says === undefined) return { says, touched: false, unread: [] }
  if (!touched) return { says, touched, unread: [{ pointer: node.pointer, says }] }
  const left = own.filter(({ pointer }) => !read.has(pointer))
  const named = new Set([...known, ...namesRead(node, inside)])
  const unread = inside.filter(
    ({ says = '' }, index) => !(isName(node.children[index]) && named.has(says))
  )
  return { says, touched, unread: [...left, ...unread.flatMap((each) => each.unread)] }
}

/** Most references are called the same in every language: nothing is lost of what was read once. */
function namesRead({ children }: IlcdNode, inside: readonly Look[]): string[] {
  const names = inside.filter(({ touched }, index) => touched && isName(children[index]))
  return names.flatMap(({ says }) => says ?? [])
}

function isName(node: IlcdNode | undefined): boolean {
  return node?.name === 'shortDescription'
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
