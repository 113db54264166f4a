import { stringify } from 'csv-stringify/sync'
import { parseAmount } from '../../domain/epd/amount.ts'
import { unitInWords } from '../../domain/epd/counted-unit.ts'
import type { Epd } from '../../domain/epd/epd.ts'
import { methodOf } from '../../domain/epd/method.ts'
import type { EpdTables } from '../../domain/epd/table.ts'
import { spreadsheetText } from '../../domain/spreadsheet-text.ts'
import type { EpdWriter } from '../epd-codec.ts'
import { lossesBetween } from '../losses.ts'

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

/**
 * The values of a declaration, one a row, with a decimal point whatever the locale. Numbers are as they
 * were stated; texts that a spreadsheet would run are made text (`spreadsheet-text.ts`).
 */
export const csvEpdWriter = {
  name: 'csv',
  mediaType: 'text/csv',
  write(epd: Epd, tables: EpdTables) {
    const { indicators, countedUnits } = tables
    const rows = epd.results.flatMap((result) =>
      result.values.map(({ module, scenario, status, text }) => [
        epd.id,
        epd.version,
        ...[
          result.indicator,
          methodOf(result, epd, indicators) ?? '',
          unitInWords(result, countedUnits),
          module
        ].map(spreadsheetText),
        spreadsheetText(scenario ?? ''),
        status,
        text === null || parseAmount(text) ? (text ?? '') : spreadsheetText(text)
      ])
    )
    return {
      bytes: Buffer.from(stringify([COLUMNS, ...rows], { escape_formulas: false })),
      losses: lossesBetween(epd, onlyValues(epd, tables), tables, {
        reasons: {},
        otherwise: 'A table of values holds nothing else.'
      })
    }
  }
} satisfies EpdWriter

/** What the columns hold. */
function onlyValues({ id, version, methodSet, results }: Epd, tables: EpdTables): Epd {
  return {
    id,
    version,
    name: {},
    owner: { name: '' },
    standards: [],
    ...(methodSet === undefined ? {} : { methodSet }),
    geography: [],
    sites: [],
    product: { stage: '', class: '', classifications: [] },
    declaredUnit: { value: '', unit: '', properties: [] },
    backgroundDatabases: [],
    scenarios: [],
    includes: [],
    results: results.map((result) => {
      const { indicator, method, values, pointer } = result
      const unit = unitInWords(result, tables.countedUnits)
      return { indicator, ...(method === undefined ? {} : { method }), unit, values, pointer }
    }),
    documents: []
  }
}
