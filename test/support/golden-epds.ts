import type { Epd } from '../../src/domain/epd/epd.ts'
import type { EpdResult, EpdValue } from '../../src/domain/epd/result.ts'
import type { IndicatorTable } from '../../src/domain/epd/table.ts'
import { csvRows, sharedData } from './shared-data.ts'

type Row = Readonly<Record<string, string>>

/** Every module value of the real declarations, as somebody else extracted it; null where absent. */
export const goldenData = {
  'epd/golden/values.csv': sharedData('epd/golden/values.csv'),
  'epd/golden/documents.csv': sharedData('epd/golden/documents.csv')
}

export interface GoldenEpd {
  readonly file: string
  readonly method: string
  readonly rows: readonly Row[]
}

export function goldenEpds(): GoldenEpd[] {
  const documents = csvRows(goldenData['epd/golden/documents.csv'] ?? '')
  const compliance = new Map(documents.map((row) => [row['file'], row['compliance'] ?? '']))
  const rows = csvRows(goldenData['epd/golden/values.csv'] ?? '')
  return [...Map.groupBy(rows, (row) => row['file'] ?? '')].map(([file, values]) => {
    const stated = compliance.get(file) ?? ''
    const method = /EF3\.1/.test(stated) ? 'EF 3.1' : /A2/.test(stated) ? 'EF 3.0' : 'EN15804+A1'
    return { file, method, rows: values }
  })
}

/** The golden values as results of the model, each indicator by the code that its UUID stands for. */
function goldenResults(golden: GoldenEpd, indicators: IndicatorTable): EpdResult[] {
  const groups = Map.groupBy(golden.rows, ({ kind, index }) => `${kind} ${index}`)
  return [...groups.values()].map((rows, index) => ({
    indicator: codeOf(rows[0]?.['indicator_uuid'] ?? '', golden.method, indicators),
    unit: rows[0]?.['unit'] ?? '',
    pointer: `/results/${index}`,
    values: rows.map((row, at) => readValue(row, `/results/${index}/values/${at}`))
  }))
}

function readValue(row: Row, pointer: string): EpdValue {
  const place = { module: row['module'] ?? '', scenario: row['scenario'] || null, pointer }
  const text = row['value_verbatim'] ?? ''
  return text === '(not declared)'
    ? { ...place, status: 'not_declared', text: null }
    : { ...place, status: 'declared', text }
}

function codeOf(uuid: string, method: string, indicators: IndicatorTable): string {
  const found = [...indicators.values()].find(({ definitions }) =>
    definitions.some((each) => each.uuid === uuid && [null, method].includes(each.method))
  )
  return found?.code ?? `urn:uuid:${uuid}`
}

/** A sound declaration with the values of a golden one: what is found is found in the values. */
export function withGoldenValues(sound: Epd, golden: GoldenEpd, indicators: IndicatorTable): Epd {
  const scenarios = new Set(golden.rows.map(({ scenario }) => scenario ?? ''))
  const { boundary: _boundary, ...rest } = sound
  return {
    ...rest,
    product: { ...sound.product, stage: 'storage_transport_trade', class: 'reagent' },
    methodSet: golden.method,
    scenarios: [...scenarios].filter((id) => id !== '').map((id) => ({ id })),
    results: goldenResults(golden, indicators)
  }
}
