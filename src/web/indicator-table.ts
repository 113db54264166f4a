import { nativeEpdWriter } from '../formats/native/write-epd.ts'
import type { Deps } from '../registry/deps.ts'
import { convertEpd } from '../registry/epds/convert-epd.ts'
import type { EpdReading } from '../registry/epds/read-epd.ts'
import { type Html, html, named, type Part, table } from './html.ts'

/** A result as our own format writes it. */
interface Result {
  readonly indicator: string
  readonly method?: string
  readonly name?: Readonly<Record<string, string>>
  readonly unit: string
  readonly values: readonly Value[]
}

interface Value {
  readonly module: string
  readonly scenario?: string
  readonly value: string
}

/** Every figure of a declaration as it was stated, a row an indicator and a column a module. */
export async function indicatorTable(deps: Deps, reading: EpdReading): Promise<Html> {
  if (reading.document.length === 0) {
    return html`<p>The document was lawfully erased. Its entry stays in the log.</p>`
  }
  const { bytes } = await convertEpd(deps, reading, nativeEpdWriter)
  const { results = [] } = JSON.parse(bytes.toString('utf8')) as { results?: readonly Result[] }
  if (results.length === 0) return html`<p>The declaration states no results.</p>`
  const columns = columnsOf(results, [...deps.reference.epd.modules.keys()])
  return table({
    caption: 'Results by module, as stated. MND: not declared. INA: not assessed. Neither is zero',
    heads: ['Indicator', 'Unit', ...columns.map(({ head }) => head)],
    rows: results.map((result) => [
      nameOf(result, deps),
      named(result.unit),
      ...columns.map(({ key }) => valueAt(result, key))
    ]),
    figures: columns.map((_, at) => at + 2)
  })
}

interface Column {
  readonly key: string
  readonly head: Part
}

function columnsOf(results: readonly Result[], order: readonly string[]): readonly Column[] {
  const columns = new Map<string, Column & { readonly at: number }>()
  for (const { module, scenario } of results.flatMap(({ values }) => values)) {
    const head = scenario === undefined ? module : html`${module} <small>${named(scenario)}</small>`
    columns.set(keyOf(module, scenario), {
      key: keyOf(module, scenario),
      head,
      at: order.indexOf(module)
    })
  }
  return [...columns.values()].sort((a, b) => a.at - b.at)
}

function keyOf(module: string, scenario: string | undefined): string {
  return JSON.stringify([module, scenario ?? null])
}

function valueAt({ values }: Result, key: string): Part {
  return values.find(({ module, scenario }) => keyOf(module, scenario) === key)?.value
}

function nameOf({ indicator, method, name }: Result, { reference }: Deps): Html {
  const known = reference.epd.indicators.get(indicator)?.name['en']
  const told = known ?? name?.['en'] ?? Object.values(name ?? {})[0]
  return html`${named(indicator)}${told !== undefined && html` <small>${named(told)}</small>`}${method !== undefined && html` <small>(${named(method)})</small>`}`
}
