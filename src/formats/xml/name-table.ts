import type { Utf8Text } from './utf8-text.ts'

/** ASCII names with at most one prefix. */
const QUALIFIED = /^(?:[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*$/
/** Far more than any data set has. */
const MOST_NAMES = 500
const SLOTS = 2048
/** Names that were chosen to fall on one place are not looked through one after the other. */
const MOST_TRIES = 8

/** A name as it is written, with what follows from how. */
export interface WrittenName {
  /** Its place among the names of the document. */
  readonly id: number
  readonly begin: number
  readonly length: number
  readonly hash: number
  /** Letters where they have to be, and one prefix at most. */
  readonly isQualified: boolean
  /** Empty where there is none. */
  readonly prefix: string
  /** Without the prefix. */
  readonly local: string
  /** Equal for the same name with other prefixes. */
  readonly localId: number
  /** True for the attributes that bind namespaces. */
  readonly bindsPrefix: boolean
}

/** The names of one document, found by their characters: to cut each out and look it up takes longer. */
export class NameTable {
  /** Names without prefixes, by `localId`. */
  readonly locals: string[] = []
  readonly #names: WrittenName[] = []
  readonly #slots = new Uint16Array(SLOTS)
  readonly #text: Utf8Text

  constructor(text: Utf8Text) {
    this.#text = text
  }

  /** The name at a place, whose characters give the hash; null where there are too many. */
  find(begin: number, length: number, hash: number): WrittenName | null {
    let slot = (hash ^ (hash >>> 15)) & (SLOTS - 1)
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const known = this.#names[(this.#slots[slot] ?? 0) - 1]
      if (!known) return this.#added(slot, begin, length, hash)
      if (known.hash === hash && this.#isAt(known, begin, length)) return known
      slot = (slot + 1) & (SLOTS - 1)
    }
    return null
  }

  #isAt(known: WrittenName, begin: number, length: number): boolean {
    return known.length === length && this.#text.isSameAt(known.begin, begin, length)
  }

  #added(slot: number, begin: number, length: number, hash: number): WrittenName | null {
    const id = this.#names.length
    if (id === MOST_NAMES) return null
    const written = this.#text.slice(begin, begin + length)
    const local = written.slice(written.indexOf(':') + 1)
    const name = {
      id,
      begin,
      length,
      hash,
      isQualified: QUALIFIED.test(written),
      prefix: written.slice(0, Math.max(0, written.indexOf(':'))),
      local,
      localId: this.#localId(local),
      bindsPrefix: /^xmlns(?::|$)/.test(written)
    }
    this.#names.push(name)
    this.#slots[slot] = id + 1
    return name
  }

  #localId(local: string): number {
    const known = this.locals.indexOf(local)
    return known === -1 ? this.locals.push(local) - 1 : known
  }
}
