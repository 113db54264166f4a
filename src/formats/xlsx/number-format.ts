/** What a number format makes of a number, as far as that is something else than the number. */
export type Shows =
  | {
      readonly as: 'number'
      readonly decimals: boolean
      readonly leastDigits: number
      /** A sign around the number, such as a plus. */
      readonly signed: boolean
      /** Digits are set apart in groups, where there are more than three. */
      readonly grouped: boolean
    }
  | ({ readonly as: 'date' } & ShownDate)
  | { readonly as: 'duration' }
  | { readonly as: 'percent' }
  | { readonly as: 'fraction' }
  | { readonly as: 'scaled' }
  | { readonly as: 'words'; readonly words: string }

/** What a format shows of a moment. */
export interface ShownDate {
  readonly time: boolean
  /** All of year, month and day of the month. */
  readonly day: boolean
  /** Words that say another zone than UTC; the cell holds none. */
  readonly zone: string | undefined
}

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

/** Words around a text that are no part of it: a unit, a currency, an article number. */
const WORD = /[\p{L}\p{N}\p{Sc}\p{So}%‰°µ#²³]/u
/**
 * What may stand around a number and leave it the number that it is: blanks, what sets thousands apart, and the
 * sign of its section. Whatever else there is makes another number of it, or another name: `<` a bound of 0.05, a point
 * 12.34 of 1234, a dash 26-0118 of 260118.
 */
const PLAIN = { positive: /^[\s'’+]*$/, negative: /^[\s'’()\-−]*$/, zero: /^[\s'’]*$/ } as const
/** `CEST`, `MESZ`, `+02:00`. */
const ZONE = /(?<!\p{L})(?!UTC|GMT)\p{Lu}{3,5}(?!\p{L})|[+\-−] ?\d+(:\d+)?/u
const DATE_LETTER = /[ymdhsbgea]/i
const LONGEST = 400

type Flag = 'general' | 'text' | 'percent' | 'slash' | 'elapsed' | 'condition'

interface Section {
  readonly literal: string
  /** What of it stands between digits. */
  readonly between: string
  /** Placeholders, commas and points. */
  readonly digits: string
  /** Letters of days and times, with a blank where something else stands between them. */
  readonly dates: string
  readonly flags: ReadonlySet<Flag>
}

interface Growing extends Section {
  literal: string
  between: string
  /** What follows the last digit. */
  behind: string
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
      const all = this.#numbers.map((each) => shows(each, sign))
      return all.find(({ as }) => as !== 'number') ?? all[0] ?? { as: 'words', words: '' }
    }
    const own = { positive: first, negative: second, zero: third }[sign]
    const section = own ?? first ?? emptySection()
    // Of zero only a placeholder 0 shows anything.
    return sign === 'zero' && isBlankForZero(section)
      ? { as: 'words', words: section.literal }
      : shows(section, own ? sign : 'positive')
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

function shows(section: Section, sign: Sign): Shows {
  const { literal, between, digits, dates, flags } = section
  if (flags.has('elapsed')) return { as: 'duration' }
  if (dates !== '' && /^[.,0]*$/.test(digits)) {
    const days = dates.replace(/m+(?= *s)|(?<=h *)m+/gi, '')
    // Three or four d are the name of the day of the week.
    const day = /[yeb]/i.test(days) && /m/i.test(days) && /(?<!d)dd?(?!d)/i.test(days)
    return { as: 'date', time: /h/i.test(dates), day, zone: ZONE.exec(literal)?.[0] }
  }
  if (flags.has('percent')) return { as: 'percent' }
  const hides = digits === '' && !flags.has('general') && !flags.has('text')
  const isPlain = PLAIN[sign].test(literal) && /^[\s'’]*$/.test(between)
  if (hides || dates !== '' || !isPlain) return { as: 'words', words: literal + dates }
  if (flags.has('slash')) return { as: 'fraction' }
  if (/[0#?],+(\.|$)/.test(digits)) return { as: 'scaled' }
  const [before = '', behind = ''] = digits.split('.')
  return {
    as: 'number',
    decimals: behind !== '',
    leastDigits: before.split('0').length - 1,
    signed: /[^\s'’]/.test(literal),
    grouped: before.includes(',') || between !== ''
  }
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
    else if (quoted !== undefined || escaped !== undefined)
      addLiteral(section, quoted ?? escaped ?? '')
    else if (!/^[_*]/.test(token)) readToken(token, section)
  }
  return sections
}

function emptySection(): Growing {
  return { literal: '', between: '', behind: '', digits: '', dates: '', flags: new Set() }
}

function addLiteral(section: Growing, text: string): void {
  section.literal += text
  section.behind += text
  breakDates(section)
}

function addDigit(section: Growing, token: string): void {
  if (section.digits !== '') section.between += section.behind
  section.behind = ''
  section.digits += token
  breakDates(section)
}

function breakDates(section: Growing): void {
  if (section.dates !== '') section.dates += ' '
}

/** Behind a currency: the number of a locale, or its name (`en-US`, `x-sysdate`). */
const LOCALE = /-[^-]*$|-([a-z]{1,3}(-\w+)+)(,\d+)?$/i

function readBracket(content: string, section: Growing): void {
  if (content.startsWith('$')) addLiteral(section, content.slice(1).replace(LOCALE, ''))
  else if (/^(h+|m+|s+)$/i.test(content)) section.flags.add('elapsed')
  else if (/^[<>=]/.test(content)) section.flags.add('condition')
}

function readToken(token: string, section: Growing): void {
  if (/^General$/i.test(token)) section.flags.add('general')
  else if (/^A(M\/P|\/P)/i.test(token)) section.dates += 'h'
  else if (/^E[+-]$/i.test(token)) return
  else if (/^[0#?.,]$/.test(token)) addDigit(section, token)
  else if (token === '%') section.flags.add('percent')
  else if (token === '@') section.flags.add('text')
  else if (DATE_LETTER.test(token)) section.dates += token
  else if (token === '/' && section.digits !== '') section.flags.add('slash')
  else addLiteral(section, token)
}
