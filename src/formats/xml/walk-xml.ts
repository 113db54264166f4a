import { SaxesParser } from 'saxes'
import { RegistryError } from '../../errors.ts'
import { decodeXml, isPlainUtf8 } from './decode-xml.ts'

/** An element that was opened. Attributes in a namespace are left out. */
export interface WalkedElement {
  /** Local name. */
  readonly name: string
  readonly namespace: string
  attribute(name: string): string | undefined
}

/** Is told of a document from its beginning to its end; may throw to end the walk. */
export interface XmlVisitor {
  open(element: WalkedElement): void
  /** Character data, in as many pieces as it comes in. */
  text(text: string): void
  close(): void
}

/** Characters, or bytes, that are read before others have a turn. */
const SLICE = 32_768

/**
 * Goes through an XML document without keeping it, for what is too large for a tree (`readXml`), and
 * lets others have a turn in between. As there, document types are refused, and with them every entity
 * but the five of XML. Throws `BODY_INVALID` with line and column.
 */
export async function walkXml(
  bytes: Uint8Array,
  limits: { readonly depth: number },
  visitor: XmlVisitor
): Promise<void> {
  const parser = walkingParser(limits, visitor)
  for (const slice of slicesOf(bytes)) {
    parser.write(slice)
    await new Promise((resolve) => setImmediate(resolve))
  }
  parser.close()
}

/** Decoded as a whole where it is not UTF-8: a text takes as much memory as its bytes, or twice that. */
function* slicesOf(bytes: Uint8Array): Generator<string> {
  if (!isPlainUtf8(bytes)) {
    const text = decodeXml(bytes)
    for (let from = 0; from < text.length; from += SLICE) yield text.slice(from, from + SLICE)
    return
  }
  const decoder = new TextDecoder('utf-8')
  for (let from = 0; from < bytes.length; from += SLICE) {
    yield decoder.decode(bytes.subarray(from, from + SLICE), { stream: true })
  }
}

function walkingParser({ depth }: { readonly depth: number }, visitor: XmlVisitor) {
  const parser = new SaxesParser({ xmlns: true })
  const refusal = (message: string) =>
    new RegistryError('BODY_INVALID', 'The XML cannot be read.', {
      details: [{ message: `Line ${parser.line}, column ${parser.column}: ${message}` }]
    })
  let open = 0
  parser.on('error', (error) => {
    const message = error.message.replace(/^(\d+):(\d+): /, '')
    throw refusal(`This is not well-formed XML: ${message}`)
  })
  parser.on('doctype', () => {
    throw refusal('A document type declaration is not allowed; remove it.')
  })
  parser.on('opentag', ({ local, uri, attributes }) => {
    open += 1
    if (open > depth) throw refusal(`Elements lie more than ${depth} deep.`)
    const attribute = (name: string) => attributes[name]?.value
    visitor.open({ name: local, namespace: uri, attribute })
  })
  parser.on('text', (text) => visitor.text(text))
  parser.on('cdata', (text) => visitor.text(text))
  parser.on('closetag', () => {
    open -= 1
    visitor.close()
  })
  return parser
}
