import type { Texts } from '../../domain/epd/texts.ts'

/**
 * One element of an ILCD data set, whether it was written as XML or as the JSON of soda4LCA: both
 * are read into this, and by one reader. Names are local names.
 */
export interface IlcdNode {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  /** Character data as written; empty where there is none. */
  readonly text: string
  readonly children: readonly IlcdNode[]
  /** RFC 6901 pointer: names and zero-based positions, of JSON members or of XML elements. */
  readonly pointer: string
}

/** All descendants along a path of names, in document order. */
export function all(node: IlcdNode | undefined, ...path: readonly string[]): readonly IlcdNode[] {
  return path.reduce<readonly IlcdNode[]>(
    (nodes, name) => nodes.flatMap(({ children }) => children.filter((each) => each.name === name)),
    node ? [node] : []
  )
}

/** The first descendant along a path of names. */
export function first(
  node: IlcdNode | undefined,
  ...path: readonly string[]
): IlcdNode | undefined {
  return all(node, ...path)[0]
}

/** The text at the end of a path without the space around it; undefined where it says nothing. */
export function textAt(node: IlcdNode | undefined, ...path: readonly string[]): string | undefined {
  return stated(first(node, ...path)?.text)
}

export function attribute(node: IlcdNode | undefined, name: string): string | undefined {
  return stated(node?.attributes.get(name))
}

function stated(text: string | undefined): string | undefined {
  const trimmed = text?.trim()
  return trimmed === '' ? undefined : trimmed
}

/** Texts by language; the first of a language stands, and without one it is English (ILCD 1.1). */
export function textsOf(nodes: readonly IlcdNode[]): Texts | undefined {
  const texts = new Map<string, string>()
  for (const node of nodes) {
    const language = (attribute(node, 'lang') ?? 'en').replaceAll('_', '-')
    const text = stated(node.text)
    if (text !== undefined && !texts.has(language)) texts.set(language, text)
  }
  return texts.size === 0 ? undefined : Object.fromEntries(texts)
}

/** One text for people: English where there is one, else the first. */
function anyText(texts: Texts | undefined): string | undefined {
  return texts?.['en'] ?? Object.values(texts ?? {})[0]
}

/** A reference to another data set. */
export interface IlcdReference {
  /** Lower case; undefined where it is empty. */
  readonly uuid?: string
  readonly version?: string
  readonly name?: string
  readonly uri?: string
  readonly pointer: string
}

export function referenceOf(node: IlcdNode): IlcdReference {
  const uuid = attribute(node, 'refObjectId')?.toLowerCase()
  const version = attribute(node, 'version')
  const name = anyText(textsOf(all(node, 'shortDescription')))
  const uri = textAt(node, 'resourceURLs') ?? attribute(node, 'uri')
  return {
    ...(uuid === undefined ? {} : { uuid }),
    ...(version === undefined ? {} : { version }),
    ...(name === undefined ? {} : { name }),
    ...(uri === undefined ? {} : { uri }),
    pointer: node.pointer
  }
}

/** True for an address of the Web, as the native format takes them. */
export function isAddress(text: string): boolean {
  return /^(https?:\/\/|urn:)[!-~]+$/.test(text)
}

/** The address of what a reference means, where it gives one. */
export function addressOf(node: IlcdNode): string | undefined {
  const { uri } = referenceOf(node)
  return uri !== undefined && isAddress(uri) ? uri : undefined
}
