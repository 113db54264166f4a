/** Kinds of characters in text and values: some may not stand there, others have to be looked at. */
export const NEVER = 1
export const REFERENCE = 2
export const BREAK = 4
export const BRACKET = 8

const KINDS = Uint8Array.from({ length: 128 }, (_, code) => {
  if (code === 0x0a || code === 0x09) return BREAK
  if (code < 0x20 || code === 0x3c) return NEVER
  return { '&': REFERENCE, ']': BRACKET }[String.fromCharCode(code)] ?? 0
})

/** 0 for what may stand anywhere; ends of lines are known as U+000A. */
export function kindOf(code: number): number {
  if (code < 128) return KINDS[code] ?? 0
  return code > 0xfffd ? NEVER : 0
}

/** XML 1.0 2.2; whether text is well-formed UTF-16 has to be asked beside it. */
const CHARACTERS = /^[\t\n -\uFFFD]*$/

export function areCharacters(text: string): boolean {
  return CHARACTERS.test(text)
}

const NAME = new Set('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.:')
const IN_NAME = Uint8Array.from({ length: 128 }, (_, code) =>
  NAME.has(String.fromCharCode(code)) ? 1 : 0
)

/** ASCII that names consist of. What they begin with is another question. */
export function isInName(code: number): boolean {
  return IN_NAME[code] === 1
}

export function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x09
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
