import { readdirSync } from 'node:fs'
import { type Static, Type } from 'typebox'
import { epdRules } from './domain/epd/rules/table.ts'
import type { EpdTables } from './domain/epd/table.ts'
import { closed, Nullable, Text, table } from './reference-tables.ts'

/** The shape of the files of `data/profiles/`, and of data/pcrs.json. */
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })
const Pointer = Type.String({ pattern: '^(/[A-Za-z0-9]+)+$' })
/** With `*` for every item of a list. */
const Field = Type.String({ pattern: '^(/[A-Za-z0-9]+)+(/\\*(/[A-Za-z0-9]+)+)?$' })
const Texts = Type.Array(Text, { minItems: 1 })
const oneOf = <Value extends string>(...values: readonly Value[]) =>
  Type.Union(values.map((value) => Type.Literal(value)))

const Group = oneOf('core', 'additional', 'resource', 'waste', 'output', 'former', 'national')
const Boundary = oneOf(
  'cradle_to_gate',
  'gate_to_gate',
  'cradle_to_gate_with_options',
  'cradle_to_grave'
)
const Verification = oneOf(
  'dependent_internal',
  'independent_internal',
  'independent_external',
  'accredited_third_party',
  'independent_panel'
)
const Document = oneOf(
  'epd_pdf',
  'project_report',
  'verification_report',
  'lci',
  'certificate',
  'other'
)

const base = {
  id: Type.String({ pattern: '^[a-z][a-z0-9-]*$' }),
  requirement: oneOf('shall', 'should'),
  severity: oneOf('error', 'warning', 'info'),
  title: Text,
  source: Text,
  remedy: Text
}

const Rule = Type.Union([
  closed({
    ...base,
    kind: Type.Literal('fields'),
    fields: Type.Array(Field, { minItems: 1 }),
    any: Type.Boolean()
  }),
  closed({
    ...base,
    kind: Type.Literal('documents'),
    kinds: Type.Array(Document, { minItems: 1 })
  }),
  closed({
    ...base,
    kind: Type.Literal('method'),
    methods: Nullable(Texts),
    groups: Type.Array(Group, { minItems: 1 })
  }),
  closed({
    ...base,
    kind: Type.Literal('indicators'),
    indicators: Texts,
    modules: Nullable(Texts),
    notAssessed: Type.Boolean()
  }),
  closed({
    ...base,
    kind: Type.Literal('modules'),
    byBoundary: Type.Partial(
      closed({
        cradle_to_gate: Texts,
        gate_to_gate: Texts,
        cradle_to_gate_with_options: Texts,
        cradle_to_grave: Texts
      })
    ),
    exemptWith: Nullable(Pointer)
  }),
  closed({
    ...base,
    kind: Type.Literal('boundary'),
    kinds: Type.Array(Boundary, { minItems: 1 })
  }),
  closed({ ...base, kind: Type.Literal('outside'), modules: Texts }),
  closed({
    ...base,
    kind: Type.Literal('explained'),
    boundaries: Type.Array(Boundary, { minItems: 1 }),
    field: Pointer
  }),
  closed({ ...base, kind: Type.Literal('validity'), years: Type.Integer({ minimum: 1 }) }),
  closed({
    ...base,
    kind: Type.Literal('verification'),
    kinds: Type.Array(Verification, { minItems: 1 }),
    verifier: Type.Boolean()
  }),
  closed({
    ...base,
    kind: Type.Literal('unit'),
    quantity: Nullable(Text),
    value: Nullable(Text),
    unit: Nullable(Text)
  }),
  closed({ ...base, kind: Type.Literal('checks'), codes: Texts })
])

export const ProfileFile = closed({
  id: Type.String({ pattern: '^[a-z0-9][a-z0-9.-]*$' }),
  version: Type.String({ pattern: '^\\d+\\.\\d+\\.\\d+$' }),
  name: Text,
  standard: Text,
  edition: Text,
  effectiveFrom: Day,
  effectiveUntil: Nullable(Day),
  source: Text,
  licence: Text,
  note: Text,
  claims: Type.Array(closed({ standard: Text, method: Nullable(Text) })),
  unchecked: Type.Array(Text),
  rules: Type.Array(Rule, { minItems: 1 })
})

export const PcrFile = table(
  closed({
    id: Text,
    names: Texts,
    issuer: Text,
    standard: Text,
    scope: Text,
    validFrom: Nullable(Day),
    validUntil: Nullable(Day),
    source: Text
  })
)

/** The files of profiles, in the order of their names. */
export function profileFiles(data: URL): readonly string[] {
  const names = readdirSync(new URL('profiles/', data))
  return names.filter((name) => name.endsWith('.json')).sort()
}

/** Where profiles name what the other tables do not have, by file, in words. */
export function profileContradictions(
  tables: EpdTables
): readonly (readonly [file: string, why: string])[] {
  return [...tables.profiles.values()].flatMap((profile) => {
    const ids = profile.rules.map(({ id }) => id)
    const rules = profile.rules as Static<typeof ProfileFile>['rules']
    const methods = [
      ...profile.claims.flatMap(({ method }) => method ?? []),
      ...rules.flatMap((rule) => (rule.kind === 'method' ? (rule.methods ?? []) : []))
    ]
    const named = rules.flatMap((rule) => namedModules(rule))
    const indicators = rules.flatMap((rule) => (rule.kind === 'indicators' ? rule.indicators : []))
    const codes = rules.flatMap((rule) => (rule.kind === 'checks' ? rule.codes : []))
    const wrong = [
      ...ids.filter((id, index) => ids.indexOf(id) < index).map((id) => `two rules are ${id}`),
      ...missing('method', methods, (id) => tables.methods.has(id)),
      ...missing('module', named, (id) => tables.modules.has(id)),
      ...missing('indicator', indicators, (id) => tables.indicators.has(id)),
      ...missing('code', codes, (id) => id in epdRules)
    ]
    return wrong.map((why) => [`profiles/${profile.id}.json`, why] as const)
  })
}

function namedModules(rule: Static<typeof Rule>): readonly string[] {
  if (rule.kind === 'indicators') return rule.modules ?? []
  if (rule.kind === 'outside') return rule.modules
  return rule.kind === 'modules' ? Object.values(rule.byBoundary).flat() : []
}

function missing(kind: string, ids: readonly string[], has: (id: string) => boolean): string[] {
  return ids.filter((id) => !has(id)).map((id) => `there is no ${kind} ${id}`)
}
