/** Short months as spreadsheets write them in Western languages; all in capitals they never do. */
const MONTH =
  '(?:Jan|Feb|Mar|Mär|Mrz|Apr|Ma[iy]|Jun|Jul|Aug|Sept?|O[ck]t|Nov|De[cz]|janv|févr|mars|avr|mai|juin|juil|août|sept|déc|ene|feb|mar|abr|may|jun|jul|ago|sep|oct|nov|dic|gen|apr|mag|giu|lug|set|ott|jan|fev|out|dez|mrt|mei|aug|okt|dec)\\.?'

const CLOCK = '(?: \\d{1,2}:\\d{2}(?::\\d{2})?)?'

const DATES = [
  `\\d{1,2}([./-])\\d{1,2}\\1\\d{2}(?:\\d{2})?${CLOCK}`,
  `\\d{1,2}\\.?[ -]?${MONTH}(?:[ -]\\d{2}(?:\\d{2})?)?`,
  `${MONTH}[ -]\\d{2}(?:\\d{2})?`
].map((form) => new RegExp(`^${form}$`))

/** A date as spreadsheets write one, also where something else was typed: `1-2`, `FEB-31`, `12.5`. */
export function isDate(text: string): boolean {
  return DATES.some((form) => form.test(text))
}

/** A number as spreadsheets write one that is too long for its cell. */
export function isPower(text: string): boolean {
  return /^-?\d([.,]\d+)?E\+\d{2,}$/.test(text)
}
