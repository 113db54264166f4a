/** How months begin in English, German, French, Spanish, Italian, Portuguese, Dutch and Scandinavian languages. */
const MONTHS = [
  ['jan', 'ene', 'gen'],
  ['feb', 'fev'],
  ['mar', 'mrz', 'maa', 'mrt'],
  ['apr', 'avr', 'abr'],
  ['may', 'mai', 'mei', 'mag', 'maj'],
  ['jun', 'juin', 'giu'],
  ['jul', 'juil', 'lug'],
  ['aug', 'aou', 'ago'],
  ['sep', 'set'],
  ['oct', 'okt', 'ott', 'out'],
  ['nov'],
  ['dec', 'dez', 'dic', 'des']
] as const

const DAY_FIRST =
  /^(?<day>\d{1,2})(?:\.|st|nd|rd|th)?[ -]?(?:de )?(?<month>\p{L}{3,})\.?[ -](?:de )?(?<year>\d{4}|\d{2})(?!\d)/u
const MONTH_FIRST =
  /^(?<month>\p{L}{3,})\.? (?<day>\d{1,2})(?:st|nd|rd|th)?,? (?<year>\d{4})(?!\d)/u

/**
 * A date as people write it, as far as it is clear, with year, month and day in figures: `5. Okt. 2026 14:30 Uhr`
 * and `Oct 5, 2026 2:30 PM` as `2026-10-05 14:30`. Any other text as it is.
 */
export function spokenDate(text: string): string {
  const plain = withPlainClock(text.replace(/^\p{L}+\.?, (?=.*\d{2})/u, ''))
  const found = (DAY_FIRST.exec(plain) ?? MONTH_FIRST.exec(plain)) as RegExpExecArray | null
  const { day = '', month = '', year = '' } = found?.groups ?? {}
  const number = monthOf(month)
  if (found === null || number === 0) return plain
  const date = [fullYear(year), String(number).padStart(2, '0'), day.padStart(2, '0')].join('-')
  return date + plain.slice(found[0].length)
}

/** Nothing that is recorded happened in another century. */
export function fullYear(year: string): string {
  return year.length === 2 ? `20${year}` : year
}

/** From 1; 0 where it is none. */
function monthOf(name: string): number {
  const letters = name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
  return MONTHS.findIndex((beginnings) => beginnings.some((each) => letters.startsWith(each))) + 1
}

/** `2:30 PM`, `14h30` and `14:30 Uhr` as `14:30`. */
function withPlainClock(text: string): string {
  const clock = text.replace(/ ?Uhr$/i, '').replace(/(\d{1,2})h(\d{2})$/, '$1:$2')
  return clock.replace(
    /(\d{1,2})((?::\d{2}){1,2}) ?([ap])\.?m\.?$/i,
    (_all, hour: string, rest: string, half: string) =>
      `${(Number(hour) % 12) + (half.toLowerCase() === 'p' ? 12 : 0)}`.padStart(2, '0') + rest
  )
}
