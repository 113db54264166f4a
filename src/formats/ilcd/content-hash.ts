import { hash } from 'node:crypto'
import { canonicalJson } from '../../domain/canonical-json.ts'
import type { XmlElement } from '../xml/xml-element.ts'

/**
 * SHA-256 over what counts of a data set: not its prefixes, its comments or the order of its
 * attributes. It is that of the canonical JSON (RFC 8785) of `[namespace, name, attributes, text,
 * children]`, without the namespace where that is the one of the element around. That text is
 * written without being built as values first: data sets have thousands of elements.
 */
export function contentHash(root: XmlElement): Buffer {
  return hash('sha256', canonicalElement(root, null, new Map()), 'buffer')
}

/** Few names occur in one document: each is quoted once. */
type Quoted = Map<string, string>

function canonicalElement(element: XmlElement, around: string | null, quoted: Quoted): string {
  const { namespace, name, attributes, text, children } = element
  let inside = ''
  for (const child of children) {
    inside += `${inside === '' ? '' : ','}${canonicalElement(child, namespace, quoted)}`
  }
  const where = namespace === around ? '' : `${quotedName(namespace, quoted)},`
  const stated = canonicalAttributes(attributes, quoted)
  return `[${where}${quotedName(name, quoted)},${stated},${canonicalJson(text.trim())},[${inside}]]`
}

function canonicalAttributes(attributes: ReadonlyMap<string, string>, quoted: Quoted): string {
  if (attributes.size === 0) return '{}'
  let members = ''
  const names = [...attributes.keys()]
  for (const name of names.length > 1 ? names.sort() : names) {
    const value = canonicalJson(attributes.get(name))
    members += `${members === '' ? '' : ','}${quotedName(name, quoted)}:${value}`
  }
  return `{${members}}`
}

function quotedName(name: string, quoted: Quoted): string {
  let known = quoted.get(name)
  if (known === undefined) {
    known = canonicalJson(name)
    quoted.set(name, known)
  }
  return known
}
