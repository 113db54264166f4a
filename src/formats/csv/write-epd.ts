import { stringify } from 'csv-stringify/sync'
import { methodOf } from '../../domain/epd/method.ts'
import type { EpdWriter } from '../epd-codec.ts'

const COLUMNS = [
  'epd',
  'version',
  'indicator',
  'method',
  'unit',
  'module',
  'scenario',
  'status',
  'value'
]

/** The values of a declaration, one a row, with a decimal point whatever the locale. */
export const csvEpdWriter: EpdWriter = {
  name: 'csv',
  mediaType: 'text/csv',
  write(epd, { indicators }) {
    const rows = epd.results.flatMap((result) =>
      result.values.map(({ module, scenario, status, text }) => [
        epd.id,
        epd.version,
        result.indicator,
        methodOf(result, epd, indicators) ?? '',
        result.unit,
        module,
        scenario ?? '',
        status,
        text ?? ''
      ])
    )
    const message = 'A table of values holds nothing else.'
    return {
      bytes: Buffer.from(stringify([COLUMNS, ...rows], { escape_formulas: false })),
      losses: ['/name', '/owner', '/product', '/declaredUnit'].map((pointer) => ({
        pointer,
        message
      }))
    }
  }
}
