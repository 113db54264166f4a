/** What the words of searches are compared with; longer ones are found by their beginning. */
const LONGEST_WORD = 40

/** Letters that are no letter with a mark, as people without them write them. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  æ: 'ae',
  œ: 'oe',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ı: 'i'
}

const ASCII = /^[\0-\x7f]*$/

/** Text as searches compare it: lower case, without accents, one form for every width and ligature. */
function folded(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase()
  return text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[ßøæœđðþłı]/g, (letter) => LETTERS[letter] ?? letter)
}

/** The words of a text, folded: whatever is no letter and no digit only separates. */
export function wordsOf(text: string): readonly string[] {
  return folded(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map((word) => (word.length <= LONGEST_WORD ? word : [...word].slice(0, LONGEST_WORD).join('')))
}
