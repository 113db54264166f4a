/** 1 March 1900 and 1 January 10000, in days of the 1900 system. */
const FIRST = 61n
const LAST = 2_958_466n
/** Days from the 1900 system to the one of 1904. */
const OFFSET_1904 = 1_462n
/** 30 December 1899 is day 0: counted from 1 March 1900 on, behind the day that there never was. */
const EPOCH = Date.UTC(1899, 11, 30)
const DAY_MS = 86_400_000n

/**
 * The moment of a serial number, `2026-10-05T14:30:00`, as the spreadsheet shows it; null where it is
 * no moment, or one before 1 March 1900: spreadsheets number those days differently, because the first ones took
 * 1900 for a leap year, and 29 February 1900 is day 60 of theirs.
 *
 * Days and a fraction of a day make the number, so a time of day is as exact as a double of that size: to
 * less than a microsecond. Spreadsheets keep milliseconds; the nearest one is the one that was meant. The
 * decimal is counted in integers.
 */
export function momentText(decimal: string, from1904: boolean): string | null {
  const [, whole = '', fraction = ''] = /^(\d{1,7})(?:\.(\d{1,20}))?$/.exec(decimal) ?? []
  if (whole === '') return null
  const scale = 10n ** BigInt(fraction.length)
  const parts = BigInt(whole + fraction) * DAY_MS
  const ms = (2n * parts + scale) / (2n * scale) + (from1904 ? OFFSET_1904 * DAY_MS : 0n)
  if (ms < FIRST * DAY_MS || ms >= LAST * DAY_MS) return null
  const text = new Date(EPOCH + Number(ms)).toISOString()
  return text.replace(/(\.000)?Z$/, '')
}

/** True where the text of a moment is the beginning of a day. */
export function isMidnight(moment: string): boolean {
  return moment.endsWith('T00:00:00')
}
