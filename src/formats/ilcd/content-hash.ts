import { CanonicalBytes } from '../../domain/canonical-bytes.ts'
import type { Attributes } from '../xml/attributes.ts'
import type { XmlElement } from '../xml/xml-element.ts'

/**
 * SHA-256 over what counts of a data set: not its prefixes, its comments or the order of its
 * attributes. It is that of the canonical JSON (RFC 8785) of `[namespace, name, attributes, text,
 * children]`, without the namespace where that is the one of the element around.
 */
export function contentHash(root: XmlElement): Buffer {
  const written = new CanonicalBytes()
  writeElement(root, null, written)
  return written.sha256()
}

function writeElement(element: XmlElement, around: string | null, to: CanonicalBytes): void {
  const { namespace, name, attributes, text, children } = element
  to.ascii('[')
  if (namespace !== around) {
    to.string(namespace)
    to.ascii(',')
  }
  to.string(name)
  to.ascii(',')
  writeAttributes(attributes, to)
  to.ascii(',')
  to.string(text.trim())
  to.ascii(',[')
  for (let at = 0; at < children.length; at += 1) {
    if (at > 0) to.ascii(',')
    writeElement(children[at] as XmlElement, namespace, to)
  }
  to.ascii(']]')
}

function writeAttributes(attributes: Attributes, to: CanonicalBytes): void {
  if (attributes.size === 0) {
    to.ascii('{}')
    return
  }
  const names = [...attributes.keys()]
  if (names.length > 1) names.sort()
  let separator = '{'
  for (const name of names) {
    to.ascii(separator)
    to.string(name)
    to.ascii(':')
    to.string(attributes.get(name) ?? '')
    separator = ','
  }
  to.ascii('}')
}
