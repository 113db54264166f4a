import type { Finding } from './finding.ts'

/**
 * Characters without a width, controls and blanks that are no spaces: two texts that differ by one look the
 * same. Joiners and what chooses a variant of a character belong to words.
 */
const IN_TEXT =
  /[\p{Cc}\p{Zl}\p{Zp}\u00AD\u061C\u115F\u1160\u17B4\u17B5\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\u2800\u3164\uFEFF\uFFA0\uFFF0-\uFFFB\u{E0000}-\u{E00FF}]/u

/** In a number nothing is a word: no joiners either, and no spaces that only look like the usual one. */
const IN_NUMBER = /[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/u

/** What stands for a space, where it is taken out. */
const BLANK = /[\t\n\r\p{Z}\u2800\u3164\uFFA0]/u

/** Something in a text that nobody sees. */
export interface Unseen {
  /** A clause: `holds a character that nobody sees, U+200B, behind “MET-118”`. */
  readonly told: string
  /** The text without anything of the kind. */
  readonly mended: string
}

/** The first character of a text that has no width; line ends and tabs are seen. */
export function unseenInText(text: string): Unseen | null {
  return hidden(text.replace(/[\t\r\n]/g, ' '), IN_TEXT)
}

/** As `unseenInText` for the name of something, which is one line without spaces around it. */
export function unseenInName(text: string): Unseen | null {
  return hidden(text, IN_TEXT) ?? spacesAround(text)
}

/** As `unseenInName` for what is compared: lot numbers, identifiers, names of campaigns. */
export function unseenInNumber(text: string): Unseen | null {
  return hidden(text, IN_NUMBER) ?? spacesAround(text)
}

/** What a finding says of it. */
export function unseenDetail({
  told,
  mended
}: Unseen): Pick<Finding, 'message' | 'expected' | 'remedy'> {
  return {
    message: `The value ${told}: it looks like another one that it is not.`,
    ...(mended === '' ? {} : { expected: mended }),
    remedy: 'Type it again: text that is copied from a page or a PDF may bring such along.'
  }
}

/** What people know by a name. */
const NAMED: Readonly<Record<string, string>> = {
  '0009': 'a tab',
  '000A': 'a line break',
  '000D': 'a line break',
  '00A0': 'a space that does not break'
}

function hidden(text: string, characters: RegExp): Unseen | null {
  const at = text.search(characters)
  if (at === -1) return null
  const before = text
    .slice(Math.max(0, at - 20), at)
    .replace(/^[\uDC00-\uDFFF]/, '')
    .trim()
  const code = text.codePointAt(at)?.toString(16).toUpperCase().padStart(4, '0')
  const all = new RegExp(characters, 'gu')
  return {
    told: `holds ${NAMED[code ?? ''] ?? 'a character that nobody sees'}, U+${code}, ${before === '' ? 'at its start' : `behind “${before}”`}`,
    mended: text.replace(all, (character) => (BLANK.test(character) ? ' ' : '')).trim()
  }
}

function spacesAround(text: string): Unseen | null {
  const mended = text.trim()
  if (mended === text) return null
  return { told: `${text.startsWith(mended[0] ?? '') ? 'ends' : 'begins'} with a space`, mended }
}
