/** A font that the pages may be set in, the preferred one first. */
export interface Face {
  readonly name: string
  readonly holds: (codePoint: number) => boolean
}

/** A piece of text in one font. */
export interface Run {
  readonly text: string
  readonly font: string
  /** Where a word without spaces, such as an identifier, may go on in the next line: between these letters. */
  readonly wordBreak?: 'break-all'
}

/** Words of more letters may be broken: the narrowest column holds about so many. */
const LONGEST_WORD = 12
/** A place to break comes after so many letters. Each costs the layout as much as a word does. */
const UNBROKEN = 6

const letters = new Intl.Segmenter('en', { granularity: 'grapheme' })

/**
 * Sets names of every script: each letter in the first font that holds it. What no font holds is told by its
 * numbers, as `[U+D55C]`, since a box would hide that two names differ; so are letters that nobody sees.
 */
export function runsOf(text: string, faces: readonly Face[]): readonly Run[] {
  const runs: Run[] = []
  for (const word of text.split(/(\s+)/)) {
    for (const run of wordRuns(word, faces)) {
      const last = runs.at(-1)
      if (last && last.font === run.font && last.wordBreak === run.wordBreak) {
        runs[runs.length - 1] = { ...run, text: last.text + run.text }
      } else {
        runs.push(run)
      }
    }
  }
  return runs
}

function wordRuns(word: string, faces: readonly Face[]): readonly Run[] {
  const set = [...letters.segment(word)].map(({ segment }) => setIn(segment, faces))
  if (set.length <= LONGEST_WORD) return set
  // A letter of several units would be broken inside.
  return set.map((run, at) => {
    const between = at % (UNBROKEN + 2) >= UNBROKEN && run.text.length === 1
    return between ? { ...run, wordBreak: 'break-all' } : run
  })
}

function setIn(letter: string, faces: readonly Face[]): Run {
  const codes = [...letter].map((each) => each.codePointAt(0) ?? 0)
  const [first] = faces
  const holding = faces.find(({ holds }) => codes.every((code) => isSpace(code) || holds(code)))
  if (holding && !codes.some(isUnseen)) return { text: letter, font: holding.name }
  const told = codes.map((code) => `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`)
  return { text: told.join(''), font: first?.name ?? '' }
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a
}

/** Controls, marks of direction and the like: a font may hold an empty glyph for them. */
function isUnseen(code: number): boolean {
  return (
    !isSpace(code) && /\p{C}|\p{Default_Ignorable_Code_Point}/u.test(String.fromCodePoint(code))
  )
}
