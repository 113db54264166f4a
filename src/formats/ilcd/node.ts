import { languageTag, type Texts } from '../../domain/epd/texts.ts'
import type { Attributes } from '../xml/attributes.ts'

/**
 * One element of an ILCD data set, whether it was written as XML or as the JSON of soda4LCA: both
 * are read into this, and by one reader. Names are local names.
 */
export interface IlcdNode {
  readonly name: string
  readonly attributes: Attributes
  /** Character data as written, with or without the space around it; empty where there is none. */
  readonly text: string
  readonly children: readonly IlcdNode[]
  /** RFC 6901 pointer: names and zero-based positions, of JSON members or of XML elements. */
  readonly pointer: string
}

/** The node with other parts; nodes may compute theirs, so that they cannot be spread. */
export function nodeWith(node: IlcdNode, parts: Partial<IlcdNode>): IlcdNode {
  const { name, attributes, text, children, pointer } = node
  return { name, attributes, text, children, pointer, ...parts }
}

const NONE: readonly IlcdNode[] = []

/** All descendants along a path of names, in document order. */
export function all(node: IlcdNode | undefined, ...path: readonly string[]): readonly IlcdNode[] {
  if (!node) return NONE
  const found: IlcdNode[] = []
  collect(node, path, 0, found)
  return found
}

function collect(node: IlcdNode, path: readonly string[], at: number, found: IlcdNode[]): void {
  if (at === path.length) {
    found.push(node)
    return
  }
  for (const child of node.children) {
    if (child.name === path[at]) collect(child, path, at + 1, found)
  }
}

/** The first descendant along a path of names. */
export function first(
  node: IlcdNode | undefined,
  ...path: readonly string[]
): IlcdNode | undefined {
  return node && firstFrom(node, path, 0)
}

function firstFrom(node: IlcdNode, path: readonly string[], at: number): IlcdNode | undefined {
  if (at === path.length) return node
  for (const child of node.children) {
    const found = child.name === path[at] ? firstFrom(child, path, at + 1) : undefined
    if (found) return found
  }
  return undefined
}

/** The text at the end of a path without the space around it; undefined where it says nothing. */
export function textAt(node: IlcdNode | undefined, ...path: readonly string[]): string | undefined {
  return node && stated(firstFrom(node, path, 0)?.text)
}

export function attribute(node: IlcdNode | undefined, name: string): string | undefined {
  return stated(node?.attributes.get(name))
}

/** A truth value as XML Schema writes it (Part 2, 3.2.2.1): `1` is `true`. */
export function isTrue(node: IlcdNode | undefined, name: string): boolean {
  return ['true', '1'].includes(attribute(node, name) ?? '')
}

function stated(text: string | undefined): string | undefined {
  const trimmed = text?.trim()
  return trimmed === '' ? undefined : trimmed
}

/** Texts by language; the first of a language stands, and without one it is English (ILCD 1.1). */
export function textsOf(nodes: readonly IlcdNode[]): Texts | undefined {
  const texts = [...byLanguage(nodes)].map(([language, { text }]) => [language, text.trim()])
  return texts.length === 0 ? undefined : Object.fromEntries(texts)
}

/** The nodes that stand for the languages. Those behind them are not looked into. */
export function byLanguage(nodes: readonly IlcdNode[]): ReadonlyMap<string, IlcdNode> {
  const chosen = new Map<string, IlcdNode>()
  for (const node of nodes) {
    const language = languageOf(node)
    if (!chosen.has(language) && stated(node.text) !== undefined) chosen.set(language, node)
  }
  return chosen
}

function languageOf(node: IlcdNode): string {
  return languageTag(attribute(node, 'lang') ?? 'en')
}

/** What people call a thing: in English, or in the first language. The others are not looked into. */
export function oneTextOf(nodes: readonly IlcdNode[]): string | undefined {
  const english = nodes.filter((each) => languageOf(each) === 'en')
  for (const each of [...english, ...nodes]) {
    const text = stated(each.text)
    if (text !== undefined) return text
  }
  return undefined
}

/** A reference to another data set. What nobody asks for is not read, and so is told. */
export class IlcdReference {
  readonly node: IlcdNode

  constructor(node: IlcdNode) {
    this.node = node
  }

  /** Lower case; undefined where it is empty. */
  get uuid(): string | undefined {
    return attribute(this.node, 'refObjectId')?.toLowerCase()
  }

  get version(): string | undefined {
    return attribute(this.node, 'version')
  }

  get name(): string | undefined {
    return oneTextOf(all(this.node, 'shortDescription'))
  }

  get uri(): string | undefined {
    return textAt(this.node, 'resourceURLs') ?? attribute(this.node, 'uri')
  }
}

export function referenceOf(node: IlcdNode): IlcdReference {
  return new IlcdReference(node)
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
