/**
 * Whether two texts name the same party, as people read them: neither case, nor how many spaces stand
 * where, nor which characters a letter is made of, nor what nobody sees tells two parties apart.
 */
export function isSameName(one: string, other: string): boolean {
  return readName(one) === readName(other)
}

function readName(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/\s+/gu, ' ')
    .trim()
    .toLowerCase()
}
