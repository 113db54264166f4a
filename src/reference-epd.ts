import { type Static, Type } from 'typebox'
import type { EpdTables, IndicatorDefinition } from './domain/epd/table.ts'
import type { Reference } from './domain/reference.ts'
import { closed, Decimal, Nullable, Text, table } from './reference-tables.ts'

/** The shape of the tables of `data/` that declarations are read and checked by. */
const Uuid = Type.String({
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'
})
const Pair = Type.Array(Decimal, { minItems: 2, maxItems: 2 })

export const IndicatorFile = table(
  closed({
    code: Type.String({ pattern: '^[A-Z][A-Za-z-]*$' }),
    group: Type.Union([
      Type.Literal('core'),
      Type.Literal('additional'),
      Type.Literal('resource'),
      Type.Literal('waste'),
      Type.Literal('output'),
      Type.Literal('former'),
      Type.Literal('national')
    ]),
    name: closed({ en: Text, de: Text }),
    definitions: Type.Array(
      closed({
        method: Nullable(Text),
        uuid: Uuid,
        version: Nullable(Type.String({ pattern: '^\\d{2}\\.\\d{2}\\.\\d{3}$' })),
        unit: Text,
        formerUnit: Type.Optional(Text),
        unitGroups: Type.Array(Uuid, { minItems: 1 })
      }),
      { minItems: 1 }
    )
  })
)

export const MethodFile = table(
  closed({
    id: Text,
    name: Text,
    standard: Nullable(Text),
    compliance: Nullable(Uuid),
    units: Type.Optional(Type.Record(Text, Text)),
    source: Type.Optional(Text)
  })
)

export const CountedUnitFile = table(
  closed({
    unit: Text,
    rec20: Nullable(Type.String({ pattern: '^[0-9A-Z]{2,3}$' })),
    openEpd: Nullable(Text),
    groups: Type.Array(Uuid),
    spellings: Type.Array(Text)
  })
)

export const ModuleFile = table(
  closed({
    id: Text,
    name: Text,
    group: Type.Union([
      Type.Literal('product'),
      Type.Literal('construction'),
      Type.Literal('use'),
      Type.Literal('end_of_life'),
      Type.Literal('beyond')
    ]),
    parts: Type.Array(Text)
  })
)

export const PlausibilityFile = table(
  closed({
    id: Text,
    products: Type.Array(Text, { minItems: 1 }),
    feed: Nullable(Type.Union([Type.Literal('primary'), Type.Literal('secondary')])),
    indicators: Type.Array(Text, { minItems: 1 }),
    warn: Pair,
    refuse: Nullable(Pair),
    source: Text
  })
)

/** What the rows of epd-rules.json add up to, less the version, which the header names. */
export const EpdRuleValues = closed({
  validity: closed({ maximumYears: Type.Integer({ minimum: 1 }) }),
  allocation: closed({ tolerance: Decimal }),
  composition: closed({ minimumPct: Decimal, maximumPct: Decimal }),
  massAgreement: closed({ tolerance: Decimal }),
  properties: closed({
    tolerance: Decimal,
    units: Type.Record(Text, Type.Record(Text, Decimal))
  }),
  update: closed({
    limit: Decimal,
    editorial: Type.Array(Type.String({ pattern: '^(/([A-Za-z]+|[*]))+$' }), { minItems: 1 }),
    basis: Type.Array(Type.String({ pattern: '^(/[A-Za-z]+)+$' }), { minItems: 1 })
  }),
  sums: closed({
    totals: Type.Array(
      closed({
        total: Text,
        parts: Type.Array(Text, { minItems: 2 }),
        mayBeUnsplit: Type.Boolean()
      })
    ),
    tolerance: Decimal
  }),
  electricity: closed({ maximumKgPerKwh: Decimal }),
  inventory: closed({
    elementaryFlowNode: Type.String({ pattern: '^[0-9a-f]{12}$' }),
    heaviestOutput: Type.Integer({ minimum: 2 })
  }),
  credit: closed({ total: Text, explainedBy: Text, module: Text })
})

const Count = Type.Integer({ minimum: 1 })

/** What the rows of epd-archive-limits.json add up to. */
export const ArchiveLimitValues = closed({
  archiveBytes: Count,
  entries: Count,
  entryBytes: Count,
  totalBytes: Count,
  ratio: Count,
  depth: Count,
  pathLength: Count,
  dataSetBytes: Count,
  elements: Count,
  declarations: Count
})

/** The bounds of a band as the domain takes them: always two. */
export function withBounds(row: Static<typeof PlausibilityFile>['rows'][number]) {
  const pair = ([low = '0', high = '0']: readonly string[]): readonly [string, string] => [
    low,
    high
  ]
  return { ...row, warn: pair(row.warn), refuse: row.refuse === null ? null : pair(row.refuse) }
}

/** Where the tables contradict each other, by file, in words; empty when they are sound. */
export function epdContradictions(
  { indicators, methods, modules, bands, rules, countedUnits }: EpdTables,
  { products, units }: Pick<Reference, 'products' | 'units'>
): readonly (readonly [file: string, why: string])[] {
  const definitions = [...indicators.values()].flatMap((indicator) => indicator.definitions)
  const named = definitions.flatMap(({ method }) => (method === null ? [] : [method]))
  const parts = [...modules.values()].flatMap((module) => module.parts)
  const { sums, credit } = rules
  const counted = sums.totals.flatMap((sum) => [sum.total, ...sum.parts])
  return [
    ...missing('indicators.json', 'method', named, methods),
    ...missing('modules.json', 'module', parts, modules),
    ...missing('epd-rules.json', 'indicator', counted, indicators),
    ...missing('epd-rules.json', 'indicator', [credit.total, credit.explainedBy], indicators),
    ...missing('epd-rules.json', 'module', [credit.module], modules),
    ...bands.flatMap((band) => [
      ...missing('epd-plausibility.json', 'product', band.products, products),
      ...missing('epd-plausibility.json', 'indicator', band.indicators, indicators)
    ]),
    ...ambiguous(indicators),
    ...wrongGroups(definitions, countedUnits),
    ...unclearUnits(countedUnits),
    ...missing(
      'unit-groups.json',
      'unit',
      countedUnits.flatMap(({ rec20 }) => rec20 ?? []),
      units
    )
  ]
}

function missing(
  file: string,
  kind: string,
  ids: readonly string[],
  known: { has(id: string): boolean }
): (readonly [string, string])[] {
  return ids.filter((id) => !known.has(id)).map((id) => [file, `there is no ${kind} ${id}`])
}

/** An indicator means one thing under one method. */
function ambiguous(indicators: EpdTables['indicators']): (readonly [string, string])[] {
  return [...indicators.values()]
    .filter(({ definitions }) => {
      const methods = definitions.map(({ method }) => method)
      const anyMethod = methods.includes(null) && methods.length > 1
      return anyMethod || new Set(methods).size < methods.length
    })
    .map(({ code }) => ['indicators.json', `${code} is defined twice for one method`])
}

/** The groups of an indicator are groups of its unit. */
function wrongGroups(
  definitions: readonly IndicatorDefinition[],
  units: EpdTables['countedUnits']
): (readonly [string, string])[] {
  return definitions.flatMap(({ uuid, unit, unitGroups }) => {
    const groups = units.find((row) => row.unit === unit)?.groups ?? []
    return unitGroups
      .filter((group) => !groups.includes(group))
      .map((group) => ['indicators.json', `${uuid}: ${group} is not a group of ${unit}`] as const)
  })
}

/** A group and a spelling mean one unit. */
function unclearUnits(units: EpdTables['countedUnits']): (readonly [string, string])[] {
  const names = units.flatMap(({ unit, groups, spellings }) => [unit, ...groups, ...spellings])
  return names
    .filter((name, index) => names.indexOf(name) < index)
    .map((name) => ['unit-groups.json', `${name} is listed twice`])
}
