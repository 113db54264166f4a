import { type WalkedElement, walkXml, type XmlVisitor } from '../xml/walk-xml.ts'
import type { Look } from './looks.ts'
import { RichText } from './rich-text.ts'

const DEPTH = 16

/** The texts that cells name by their place, and the looks of the few that have any. */
export interface SharedStrings {
  readonly texts: readonly string[]
  readonly looks: ReadonlyMap<number, ReadonlySet<Look>>
}

export async function sharedStrings(bytes: Buffer): Promise<SharedStrings> {
  const visitor = new StringsVisitor()
  await walkXml(bytes, { depth: DEPTH }, visitor)
  return visitor
}

/** `sst` holds `si`, and each of these a text. */
class StringsVisitor implements XmlVisitor, SharedStrings {
  readonly texts: string[] = []
  readonly looks = new Map<number, ReadonlySet<Look>>()
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
    else if (this.#depth === 2) this.#keep()
    this.#depth -= 1
  }

  #keep(): void {
    const { text, looks } = this.#rich.take()
    if (looks) this.looks.set(this.texts.length, looks)
    this.texts.push(text)
  }
}
