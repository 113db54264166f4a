/** Kinds of characters in text and values: some may not stand there, others have to be looked at. */
export const NEVER = 1
export const REFERENCE = 2
export const BREAK = 4
export const BRACKET = 8
export const RETURN = 16

/** A byte that U+FFFE and U+FFFF begin with, which no text has. */
export const HIGH = 32

const KINDS = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === 0x0d) return RETURN
  if (byte === 0x0a || byte === 0x09) return BREAK
  if (byte < 0x20 || byte === 0x3c) return NEVER
  if (byte === 0xef) return HIGH
  return { '&': REFERENCE, ']': BRACKET }[String.fromCharCode(byte)] ?? 0
})

/** Of a byte of UTF-8; 0 for what may stand anywhere. */
export function kindOf(byte: number): number {
  return KINDS[byte] ?? 0
}

/** XML 1.0 2.2, of text that comes from UTF-8. */
const CHARACTERS = /^[\t\n\r -\uFFFD]*$/

export function areCharacters(text: string): boolean {
  return CHARACTERS.test(text)
}

const NAME = new Set('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.:')
const IN_NAME = Uint8Array.from({ length: 256 }, (_, byte) =>
  NAME.has(String.fromCharCode(byte)) ? 1 : 0
)

/** ASCII that names consist of. What they begin with is another question. */
export function isInName(byte: number): boolean {
  return IN_NAME[byte] === 1
}

export function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x09 || byte === 0x0d
}

const ENTITY = /&(?:amp|lt|gt|quot|apos);/g
const OTHER_REFERENCE = /&(?!(?:amp|lt|gt|quot|apos);)/
const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'"
}

/** Null where there is a reference to anything but the five entities of XML. */
export function withoutEntities(text: string): string | null {
  if (OTHER_REFERENCE.test(text)) return null
  return text.replace(ENTITY, (entity) => ENTITIES[entity] ?? '')
}
