import pg from 'pg'

const DATE = 1082
const DATE_ARRAY = 1182
const TIMESTAMPTZ = 1184
const TIMESTAMPTZ_ARRAY = 1185

const INSTANT = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?\+00(?::?00)?$/

/** `_text`; the declared list of oids of `pg` has no arrays. */
const parseTextArray: (text: string) => (string | null)[] = pg.types.getTypeParser(1009 as number)

type Parse = (text: string) => unknown

const parsers: ReadonlyMap<number, Parse> = new Map<number, Parse>([
  [DATE, (text) => text],
  [TIMESTAMPTZ, rfc3339],
  [DATE_ARRAY, parseTextArray],
  [TIMESTAMPTZ_ARRAY, (text) => parseTextArray(text).map((item) => item && rfc3339(item))]
])

/**
 * How values arrive from our connections: times as RFC 3339 in UTC, dates as `YYYY-MM-DD`, int8 and
 * numeric as text, everything else as `pg` does it. Given to each pool, never set globally: another
 * user of `pg` in the same process keeps its own.
 */
export const valueParsers = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    return (format !== 'binary' && parsers.get(oid)) || pg.types.getTypeParser(oid, format)
  }
}

/**
 * `2026-11-23 20:38:50.12+00` (DateStyle ISO in a UTC session) to `2026-11-23T20:38:50.120Z`: at
 * least milliseconds, microseconds where they are stored. `infinity` and years BC have no RFC 3339
 * form and stay as they are.
 */
export function rfc3339(text: string): string {
  const match = INSTANT.exec(text)
  if (match === null) return text
  const [, day, time, fraction = ''] = match
  return `${day}T${time}.${fraction.padEnd(3, '0')}Z`
}
