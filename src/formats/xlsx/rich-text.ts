import type { WalkedElement } from '../xml/walk-xml.ts'
import { type Look, lookOf } from './looks.ts'
import { malformed } from './refuse.ts'

/** The most that a cell can hold in a spreadsheet. */
const LONGEST = 32_767
/** A character by its number, and so an underscore that would begin one (ECMA-376-1, 22.9.2.19). */
const ESCAPED = /_x([0-9A-Fa-f]{4})_/g

/** A text, with the looks of its pieces that may change what it says. */
export interface LookedText {
  readonly text: string
  readonly looks: ReadonlySet<Look> | undefined
}

/** Collects what stands in the text of a cell, in one piece or in several of different looks. */
export class RichText {
  #text = ''
  #depth = 0
  /** The depth of what says how the text is spoken, which is no part of it. */
  #phonetic = 0
  #within = false
  /** Of the piece that is open, told before its text. */
  #pieceLooks: Look[] = []
  #looks: Set<Look> | undefined

  open({ name, attribute }: WalkedElement): void {
    this.#depth += 1
    if (name === 'r') this.#pieceLooks = []
    const look = lookOf(name, attribute('val'))
    if (look) this.#pieceLooks.push(look)
    if (name === 'rPh' && this.#phonetic === 0) this.#phonetic = this.#depth
    this.#within = name === 't' && this.#phonetic === 0
  }

  add(text: string): void {
    if (!this.#within) return
    this.#text += text
    if (this.#pieceLooks.length > 0 && text.trim() !== '') {
      this.#looks = new Set([...(this.#looks ?? []), ...this.#pieceLooks])
    }
    if (this.#text.length > LONGEST) malformed(`A cell has more than ${LONGEST} characters.`)
  }

  close(): void {
    if (this.#phonetic === this.#depth) this.#phonetic = 0
    this.#depth -= 1
    this.#within = false
  }

  take(): LookedText {
    const taken = { text: unescaped(this.#text), looks: this.#looks }
    this.#text = ''
    this.#looks = undefined
    this.#pieceLooks = []
    return taken
  }
}

/** What is written for characters that XML cannot hold, as these characters. */
export function unescaped(text: string): string {
  const plain = text.includes('_x')
    ? text.replace(ESCAPED, (_all, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    : text
  return byItself(plain.trim())
}

/** V8 copies shorter ones anyway. */
const SHORTEST_PART = 13

/** A part of a text keeps the whole alive, here some thousand cells for each that stays. */
function byItself(text: string): string {
  if (text.length < SHORTEST_PART || !text.isWellFormed()) return text
  return Buffer.from(text).toString()
}
