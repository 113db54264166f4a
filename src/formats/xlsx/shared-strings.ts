import { type WalkedElement, walkXml, type XmlVisitor } from '../xml/walk-xml.ts'
import { RichText } from './rich-text.ts'

const DEPTH = 16

/** The texts that cells name by their place. */
export async function sharedStrings(bytes: Buffer): Promise<readonly string[]> {
  const visitor = new StringsVisitor()
  await walkXml(bytes, { depth: DEPTH }, visitor)
  return visitor.strings
}

/** `sst` holds `si`, and each of these a text. */
class StringsVisitor implements XmlVisitor {
  readonly strings: string[] = []
  readonly #rich = new RichText()
  #depth = 0

  open(element: WalkedElement): void {
    this.#depth += 1
    if (this.#depth > 2) this.#rich.open(element)
  }

  text(text: string): void {
    if (this.#depth > 2) this.#rich.add(text)
  }

  close(): void {
    if (this.#depth > 2) this.#rich.close()
    else if (this.#depth === 2) this.strings.push(this.#rich.take())
    this.#depth -= 1
  }
}
