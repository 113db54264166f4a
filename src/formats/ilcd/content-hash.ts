import { hash } from 'node:crypto'
import { canonicalJson } from '../../domain/canonical-json.ts'
import type { XmlElement } from '../xml/xml-element.ts'

/**
 * SHA-256 over what counts of a data set: not its prefixes, its comments or the order of its
 * attributes. It is that of the canonical JSON (RFC 8785) of `[namespace, name, attributes, text,
 * children]`, which is written without being built first: data sets have thousands of elements.
 */
export function contentHash(root: XmlElement): Buffer {
  return hash('sha256', canonicalElement(root, new Map()), 'buffer')
}

/** Few names occur in one document: each is quoted once. */
type Quoted = Map<string, string>

function canonicalElement(element: XmlElement, quoted: Quoted): string {
  const { namespace, name, attributes, text, children } = element
  let inside = ''
  for (const child of children) {
    inside += `${inside === '' ? '' : ','}${canonicalElement(child, quoted)}`
  }
  const names = `${quotedName(namespace, quoted)},${quotedName(name, quoted)}`
  return `[${names},${canonicalAttributes(attributes, quoted)},${canonicalJson(text.trim())},[${inside}]]`
}

function canonicalAttributes(attributes: ReadonlyMap<string, string>, quoted: Quoted): string {
  if (attributes.size === 0) return '{}'
  let members = ''
  for (const name of [...attributes.keys()].sort()) {
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
