/** What a number format makes of a number, as far as that is something else than the number. */
export type Shows =
  | { readonly as: 'number'; readonly decimals: boolean; readonly leastDigits: number }
  | { readonly as: 'date'; readonly time: boolean; readonly day: boolean }
  | { readonly as: 'duration' }
  | { readonly as: 'percent' }
  | { readonly as: 'fraction' }
  | { readonly as: 'scaled' }
  | { readonly as: 'words'; readonly words: string }

export type Sign = 'positive' | 'negative' | 'zero'

/** The formats that files name by number only (ECMA-376-1, 18.8.30); 5 to 8, 42 and 44 show currencies. */
const BUILT_IN: Readonly<Record<number, string>> = {
  0: 'General',
  1: '0',
  2: '0.00',
  3: '#,##0',
  4: '#,##0.00',
  9: '0%',
  10: '0.00%',
  11: '0.00E+00',
  12: '# ?/?',
  13: '# ??/??',
  14: 'yyyy-mm-dd',
  15: 'd-mmm-yy',
  16: 'd-mmm',
  17: 'mmm-yy',
  18: 'h:mm AM/PM',
  19: 'h:mm:ss AM/PM',
  20: 'h:mm',
  21: 'h:mm:ss',
  22: 'yyyy-mm-dd h:mm',
  37: '#,##0_);(#,##0)',
  38: '#,##0_);[Red](#,##0)',
  39: '#,##0.00_);(#,##0.00)',
  40: '#,##0.00_);[Red](#,##0.00)',
  41: '_(* #,##0_);_(* (#,##0);_(* "-"_);_(@_)',
  43: '_(* #,##0.00_);_(* (#,##0.00);_(* "-"??_);_(@_)',
  45: 'mm:ss',
  46: '[h]:mm:ss',
  47: 'mm:ss.0',
  48: '##0.0E+0',
  49: '@'
}
/** Dates in the calendars of East Asia and Thailand. */
const isForeignDate = (id: number) => (id >= 27 && id <= 36) || (id >= 50 && id <= 58)

/** The code of a format that a file does not spell out; what nobody knows shows words. */
export function builtInFormat(id: number): string {
  return BUILT_IN[id] ?? (isForeignDate(id) ? 'yyyy-mm-dd' : `"format ${id}"`)
}

/** Words around a number that are no part of it: a unit, a currency, an article number. */
const WORD = /[\p{L}\p{N}\p{Sc}\p{So}%‰°µ#²³]/u
const DATE_LETTER = /[ymdhsbgea]/i
const LONGEST = 400

type Flag = 'general' | 'text' | 'percent' | 'slash' | 'elapsed' | 'condition'

interface Section {
  readonly literal: string
  /** Placeholders, commas and points. */
  readonly digits: string
  readonly dates: string
  readonly flags: ReadonlySet<Flag>
}

interface Growing extends Section {
  literal: string
  digits: string
  dates: string
  readonly flags: Set<Flag>
}

/** A format code (ECMA-376-1, 18.8.31): sections for positive, negative, zero and text. */
export class NumberFormat {
  readonly #numbers: readonly Section[]
  readonly #text: Section | undefined

  constructor(code: string) {
    const sections = sectionsOf(code === '' ? 'General' : code.slice(0, LONGEST))
    const last = sections.at(-1)
    const forText = sections.length > 3 || (sections.length > 1 && last?.flags.has('text'))
    this.#numbers = forText ? sections.slice(0, -1) : sections
    this.#text = forText || last?.flags.has('text') ? last : undefined
  }

  of(sign: Sign): Shows {
    const [first, second, third] = this.#numbers
    // Which section a condition leads to is a matter of its own: what any of them shows counts.
    if (this.#numbers.some(({ flags }) => flags.has('condition'))) {
      const all = this.#numbers.map(shows)
      return all.find(({ as }) => as !== 'number') ?? all[0] ?? { as: 'words', words: '' }
    }
    const own = { positive: first, negative: second, zero: third }[sign]
    const section = own ?? first ?? emptySection()
    // Of zero only a placeholder 0 shows anything.
    return sign === 'zero' && isBlankForZero(section)
      ? { as: 'words', words: section.literal }
      : shows(section)
  }

  /** What stands around text, or undefined where it is shown as it is. */
  get aroundText(): string | undefined {
    if (!this.#text) return undefined
    const { literal, flags } = this.#text
    return WORD.test(literal) || !(flags.has('text') || flags.has('general')) ? literal : undefined
  }
}

function isBlankForZero({ digits, dates, flags }: Section): boolean {
  return !(digits.includes('0') || dates !== '' || flags.has('general') || flags.has('text'))
}

function shows(section: Section): Shows {
  const { literal, digits, dates, flags } = section
  if (flags.has('elapsed')) return { as: 'duration' }
  if (dates !== '' && /^[.,0]*$/.test(digits)) {
    const day = /[ymdbgea]/i.test(dates.replace(/m+(?=s)|(?<=h)m+/gi, ''))
    return { as: 'date', time: /[hs]/i.test(dates), day }
  }
  if (flags.has('percent')) return { as: 'percent' }
  const hides = digits === '' && !flags.has('general') && !flags.has('text')
  if (hides || dates !== '' || WORD.test(literal)) return { as: 'words', words: literal + dates }
  if (flags.has('slash')) return { as: 'fraction' }
  if (/[0#?],+(\.|$)/.test(digits)) return { as: 'scaled' }
  const [before = '', behind = ''] = digits.split('.')
  return { as: 'number', decimals: behind !== '', leastDigits: before.split('0').length - 1 }
}

const TOKEN = /"([^"]*)"?|\\(.?)|[_*].?|\[([^\]]*)\]?|General|AM\/PM|A\/P|E[+-]|[0#?]|[\s\S]/giu

function sectionsOf(code: string): readonly Section[] {
  let section = emptySection()
  const sections = [section]
  for (const [token, quoted, escaped, bracket] of code.matchAll(TOKEN)) {
    if (token === ';') {
      section = emptySection()
      sections.push(section)
    } else if (bracket !== undefined) readBracket(bracket, section)
    else if (quoted !== undefined || escaped !== undefined) section.literal += quoted ?? escaped
    else if (!/^[_*]/.test(token)) readToken(token, section)
  }
  return sections
}

function emptySection(): Growing {
  return { literal: '', digits: '', dates: '', flags: new Set() }
}

function readBracket(content: string, section: Growing): void {
  if (content.startsWith('$')) section.literal += content.slice(1).replace(/-[^-]*$/, '')
  else if (/^(h+|m+|s+)$/i.test(content)) section.flags.add('elapsed')
  else if (/^[<>=]/.test(content)) section.flags.add('condition')
}

function readToken(token: string, section: Growing): void {
  if (/^General$/i.test(token)) section.flags.add('general')
  else if (/^A(M\/P|\/P)/i.test(token)) section.dates += 'h'
  else if (/^E[+-]$/i.test(token)) return
  else if (/^[0#?.,]$/.test(token)) section.digits += token
  else if (token === '%') section.flags.add('percent')
  else if (token === '@') section.flags.add('text')
  else if (DATE_LETTER.test(token)) section.dates += token
  else if (token === '/' && section.digits !== '') section.flags.add('slash')
  else section.literal += token
}
