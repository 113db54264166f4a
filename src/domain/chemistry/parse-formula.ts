const MAX_LENGTH = 80
const MAX_DEPTH = 3
/** Separators of the parts of an adduct such as a hydrate. */
const DOT = /[·•⋅.*]/
const SYMBOL = /[A-Z][a-z]?/y
const COUNT = /[1-9]\d{0,2}/y
const CLOSING: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']']
])

/**
 * Atoms by element symbol: `Nd2(CO3)3·8H2O` is Nd 2, C 3, O 17, H 16. Takes nested brackets and
 * adducts joined by `·`, `.` or `*`. Null when the text is not a formula; whether its symbols are
 * elements is not judged here.
 */
export function parseFormula(formula: string): ReadonlyMap<string, number> | null {
  if (formula.length === 0 || formula.length > MAX_LENGTH) return null
  const atoms = new Map<string, number>()
  for (const part of formula.split(DOT)) {
    const cursor: Cursor = { text: part, at: 0 }
    const factor = readCount(cursor)
    const group = readGroup(cursor, 0)
    if (group === null || cursor.at !== part.length) return null
    merge(atoms, group, factor)
  }
  return atoms
}

interface Cursor {
  readonly text: string
  at: number
}

function readGroup(cursor: Cursor, depth: number): Map<string, number> | null {
  const atoms = new Map<string, number>()
  for (;;) {
    const member = readMember(cursor, depth)
    if (member === null) return null
    if (member === 'none') return atoms.size > 0 ? atoms : null
    merge(atoms, member, readCount(cursor))
  }
}

function readMember(cursor: Cursor, depth: number): Map<string, number> | null | 'none' {
  const closing = CLOSING.get(cursor.text.charAt(cursor.at))
  if (closing === undefined) {
    const symbol = take(cursor, SYMBOL)
    return symbol === null ? 'none' : new Map([[symbol, 1]])
  }
  if (depth === MAX_DEPTH) return null
  cursor.at += 1
  const inner = readGroup(cursor, depth + 1)
  if (inner === null || cursor.text.charAt(cursor.at) !== closing) return null
  cursor.at += 1
  return inner
}

function readCount(cursor: Cursor): number {
  const count = take(cursor, COUNT)
  return count === null ? 1 : Number.parseInt(count, 10)
}

function take(cursor: Cursor, pattern: RegExp): string | null {
  pattern.lastIndex = cursor.at
  const found = pattern.exec(cursor.text)
  if (found === null) return null
  cursor.at = pattern.lastIndex
  return found[0]
}

function merge(into: Map<string, number>, from: ReadonlyMap<string, number>, factor: number): void {
  for (const [symbol, count] of from) into.set(symbol, (into.get(symbol) ?? 0) + count * factor)
}
