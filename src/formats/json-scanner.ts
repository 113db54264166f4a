import { unfaithful } from './json-number.ts'
import { characterName, JsonRefusal, pointerOf } from './json-refusal.ts'

export interface JsonLimits {
  /** Deepest nesting of arrays and objects. */
  readonly maximumDepth: number
  /** Members of all objects together. */
  readonly maximumMembers: number
  /** True where numbers are kept as they are written, so that no double has to carry them. */
  readonly literalNumbers?: boolean
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const NUMBER_TAIL = /[\w.+-]/
const NONCHARACTER = /\p{Noncharacter_Code_Point}/u
const ESCAPED = '"\\/bfnrt'
const SMALL_OBJECT = 8

/**
 * Checks one JSON text (RFC 8259) against I-JSON (RFC 7493) in a single pass: grammar, duplicate
 * names, lone surrogates, noncharacters, numbers that a double cannot carry, and the limits. Throws
 * `JsonRefusal` at the first offence. A text that passes is parsed by `JSON.parse` without loss.
 */
export function scanJson(text: string, limits: JsonLimits): void {
  new Scanner(text, limits).document()
}

class Scanner {
  private readonly text: string
  private readonly limits: JsonLimits
  private at = 0
  private members = 0
  private escaped = false
  /** Name or index at each depth, for the pointer of a refusal. */
  private readonly path: (string | number)[] = []

  constructor(text: string, limits: JsonLimits) {
    this.text = text
    this.limits = limits
  }

  document(): void {
    this.space()
    this.value()
    this.space()
    if (this.at < this.text.length) this.refuse(`${this.seen()} follows the end of the document`)
    const noncharacter = NONCHARACTER.exec(this.text)
    if (noncharacter) this.refuseCharacter(noncharacter[0].codePointAt(0) ?? 0, noncharacter.index)
  }

  private value(): void {
    const code = this.text.charCodeAt(this.at)
    if (code === 0x22) this.string()
    else if (code === 0x7b) this.object()
    else if (code === 0x5b) this.array()
    else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) this.number()
    else if (code === 0x74) this.literal('true')
    else if (code === 0x66) this.literal('false')
    else if (code === 0x6e) this.literal('null')
    else this.refuse(`a JSON value is expected, not ${this.seen()}`)
  }

  private object(): void {
    this.enter()
    const names: string[] = []
    let many: Set<string> | undefined
    this.at += 1
    this.space()
    if (this.take(0x7d)) {
      this.leave()
      return
    }
    do {
      this.space()
      const start = this.at
      const name = this.name()
      many ??= names.length > SMALL_OBJECT ? new Set(names) : undefined
      if (many ? many.has(name) : names.includes(name)) this.refuseDuplicate(name, start)
      if (many) many.add(name)
      else names.push(name)
      this.path[this.path.length - 1] = name
      this.space()
      if (!this.take(0x3a)) this.refuse(`':' is expected after a name, not ${this.seen()}`)
      this.space()
      this.value()
      this.space()
    } while (this.take(0x2c))
    if (!this.take(0x7d)) this.refuse(`',' or '}' is expected, not ${this.seen()}`)
    this.leave()
  }

  private array(): void {
    this.enter()
    let index = 0
    this.at += 1
    this.space()
    if (this.take(0x5d)) {
      this.leave()
      return
    }
    do {
      this.path[this.path.length - 1] = index
      this.space()
      this.value()
      this.space()
      index += 1
    } while (this.take(0x2c))
    if (!this.take(0x5d)) this.refuse(`',' or ']' is expected, not ${this.seen()}`)
    this.leave()
  }

  private enter(): void {
    if (this.path.length >= this.limits.maximumDepth) {
      this.refuse(`the document is nested deeper than ${this.limits.maximumDepth} levels`)
    }
    this.path.push('')
  }

  private leave(): void {
    this.path.pop()
  }

  private name(): string {
    const start = this.at
    if (this.text.charCodeAt(start) !== 0x22) {
      this.refuse(`a name in double quotes is expected, not ${this.seen()}`)
    }
    this.string()
    this.members += 1
    if (this.members > this.limits.maximumMembers) {
      this.refuse(`the document has more than ${this.limits.maximumMembers} members`, start)
    }
    const name = this.escaped
      ? (JSON.parse(this.text.slice(start, this.at)) as string)
      : this.text.slice(start + 1, this.at - 1)
    if (name === '__proto__') {
      this.path[this.path.length - 1] = name
      this.refuse(`the name "__proto__" is not allowed`, start)
    }
    return name
  }

  private string(): void {
    const { text } = this
    this.escaped = false
    let at = this.at + 1
    for (;;) {
      const code = text.charCodeAt(at)
      if (code === 0x22) break
      if (code === 0x5c) {
        this.escaped = true
        at = this.escape(at)
      } else if (code >= 0x20) at += 1
      else this.refuseInString(at)
    }
    this.at = at + 1
  }

  /** Returns the offset after the escape that starts at `at`. */
  private escape(at: number): number {
    const kind = this.text[at + 1] ?? ''
    if (kind !== '' && ESCAPED.includes(kind)) return at + 2
    if (kind !== 'u') this.refuse(`'\\${kind}' is not an escape of JSON`, at)
    const unit = this.hexadecimal(at)
    if (unit === 0) this.refuseCharacter(0, at)
    if (unit < 0xd800 || unit > 0xdfff) {
      if (NONCHARACTER.test(String.fromCharCode(unit))) this.refuseCharacter(unit, at)
      return at + 6
    }
    const low = this.text.startsWith('\\u', at + 6) ? this.hexadecimal(at + 6) : 0
    if (unit > 0xdbff || low < 0xdc00 || low > 0xdfff) {
      this.refuse(
        `'${this.text.slice(at, at + 6)}' is half of a surrogate pair; write both halves or the character itself`,
        at
      )
    }
    const point = (unit - 0xd800) * 0x400 + (low - 0xdc00) + 0x10000
    if (NONCHARACTER.test(String.fromCodePoint(point))) this.refuseCharacter(point, at)
    return at + 12
  }

  private hexadecimal(at: number): number {
    const digits = this.text.slice(at + 2, at + 6)
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) {
      this.refuse(`'\\u' must be followed by four hexadecimal digits`, at)
    }
    return Number.parseInt(digits, 16)
  }

  private number(): void {
    const start = this.at
    NUMBER.lastIndex = start
    const literal = NUMBER.exec(this.text)?.[0] ?? ''
    const end = start + literal.length
    if (literal === '' || NUMBER_TAIL.test(this.text[end] ?? '')) {
      const written = /^[\w.+-]{1,40}/.exec(this.text.slice(start, start + 40))?.[0] ?? ''
      this.refuse(`'${written}' is not a number of JSON`, start)
    }
    const reason = this.limits.literalNumbers ? undefined : unfaithful(literal)
    if (reason) this.refuse(reason, start)
    this.at = end
  }

  private literal(word: string): void {
    if (!this.text.startsWith(word, this.at)) {
      this.refuse(`a JSON value is expected, not ${this.seen()}`)
    }
    this.at += word.length
  }

  private space(): void {
    const { text } = this
    let code = text.charCodeAt(this.at)
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) {
      this.at += 1
      code = text.charCodeAt(this.at)
    }
  }

  private take(code: number): boolean {
    if (this.text.charCodeAt(this.at) !== code) return false
    this.at += 1
    return true
  }

  private seen(): string {
    const point = this.text.codePointAt(this.at)
    return point === undefined ? 'the end of the document' : characterName(point)
  }

  private refuseDuplicate(name: string, offset: number): never {
    this.path[this.path.length - 1] = name
    this.refuse(`the name ${JSON.stringify(name)} occurs twice in one object; keep one`, offset)
  }

  private refuseInString(offset: number): never {
    if (offset >= this.text.length) this.refuse('a string is not closed', offset)
    const name = characterName(this.text.charCodeAt(offset))
    return this.refuse(`the control character ${name} must be escaped in a string`, offset)
  }

  private refuseCharacter(point: number, offset: number): never {
    const why = point === 0 ? 'no text of the registry holds it' : 'it is no character of Unicode'
    return this.refuse(`${characterName(point)} is not allowed in a string: ${why}`, offset)
  }

  private refuse(message: string, offset = this.at): never {
    throw new JsonRefusal(message, offset, pointerOf(this.path))
  }
}
