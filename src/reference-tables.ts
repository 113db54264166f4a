import { type TSchema, Type } from 'typebox'

/**
 * The shape of each file of `data/` that makes up the `Reference`: a header that says what the
 * facts are and where they come from, and rows. Unknown members are refused, so that a misspelled
 * one cannot pass for an absent one.
 */
export function table<Row extends TSchema>(row: Row) {
  return closed({
    id: Type.String({ minLength: 1 }),
    effectiveFrom: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
    source: Type.String({ minLength: 1 }),
    licence: Type.String({ minLength: 1 }),
    note: Type.String({ minLength: 1 }),
    rows: Type.Array(row, { minItems: 1 })
  })
}

export function closed<Properties extends Record<string, TSchema>>(properties: Properties) {
  return Type.Object(properties, { additionalProperties: false })
}

export const Text = Type.String({ minLength: 1 })
export const Decimal = Type.String({ pattern: '^(0|[1-9]\\d*)(\\.\\d+)?$' })
const Ids = Type.Array(Text)
export const Nullable = <Schema extends TSchema>(schema: Schema) =>
  Type.Union([schema, Type.Null()])
const Range = Nullable(Type.Array(Decimal, { minItems: 2, maxItems: 2 }))

const ElementRow = closed({
  symbol: Type.String({ pattern: '^[A-Z][a-z]?$' }),
  name: Text,
  z: Type.Integer({ minimum: 1, maximum: 118 }),
  atomicMass: Decimal,
  group: Type.Union([
    Type.Literal('LREE'),
    Type.Literal('HREE'),
    Type.Literal('REE'),
    Type.Literal('other')
  ]),
  reportedOxide: Type.Optional(Text),
  refusal: Type.Optional(Text)
})

const UnitRow = closed({
  code: Type.String({ pattern: '^[0-9A-Z]{2,3}$' }),
  name: Text,
  quantity: Type.Union([
    Type.Literal('mass'),
    Type.Literal('fraction'),
    Type.Literal('count'),
    Type.Literal('energy'),
    Type.Literal('volume'),
    Type.Literal('area'),
    Type.Literal('length'),
    Type.Literal('radioactivity'),
    Type.Literal('activity_concentration')
  ]),
  factor: Nullable(Decimal),
  refusal: Type.Optional(Text),
  aliases: Ids
})

const StageRow = closed({
  id: Text,
  name: Text,
  order: Nullable(Type.Integer({ minimum: 0 })),
  recycling: Type.Boolean(),
  recoveryTypical: Range,
  recoveryHard: Range,
  changesComposition: Type.Boolean(),
  balance: Type.Union([Type.Literal('chemistry'), Type.Literal('ore')]),
  law: closed({
    dfars: Nullable(Text),
    ndaa857: Nullable(Text),
    crma24: Nullable(Text),
    crma31: Nullable(Text),
    en15804: Nullable(Text),
    cnDecree: Nullable(Text)
  })
})

const StepRow = closed({
  id: Text,
  stages: Ids,
  requiredFor: Ids,
  ifDone: Type.Optional(Type.Boolean()),
  dfars: Text,
  ndaa857: Nullable(Text),
  dfarsFrom: Nullable(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })),
  note: Type.Optional(Text)
})

const ProductRow = closed({
  id: Type.String({ pattern: '^[a-z][a-z_]*$' }),
  name: Text,
  producedBy: Ids,
  consumedBy: Ids,
  entries: Type.Array(
    Type.Union([
      Type.Literal('mined'),
      Type.Literal('purchased'),
      Type.Literal('opening_stock'),
      Type.Literal('post_consumer_scrap'),
      Type.Literal('pre_consumer_scrap')
    ])
  ),
  completeAssay: Type.Boolean(),
  hs: Type.Array(Type.String({ pattern: '^(\\d{4}|\\d{6})$' })),
  family: Type.Optional(Text),
  rareEarthFloorPct: Type.Optional(Decimal),
  rareEarthsBound: Type.Optional(Type.Literal(true)),
  scrap: Type.Optional(Type.Literal(true)),
  note: Type.Optional(Text)
})

const Ranges = Type.Record(
  Type.String({ pattern: '^[A-Z][a-z]?([+][A-Z][a-z]?)?$|^RE$' }),
  Type.Array(Decimal, { minItems: 2, maxItems: 2 })
)

const MagnetRow = closed({
  id: Text,
  name: Text,
  from: Type.Record(Text, Decimal),
  below: Type.Record(Text, Decimal),
  typical: Ranges,
  hard: Ranges
})

const DepositRow = closed({
  id: Type.String({ pattern: '^[a-z][a-z_]*$' }),
  name: Text,
  country: Type.String({ pattern: '^[A-Z]{2}$' }),
  type: Text,
  shares: Type.Record(Text, Decimal)
})

const AskingRow = closed({
  id: Text,
  cite: Text,
  law: Type.Union(
    (['dfars', 'ndaa857', 'crma24', 'crma31', 'en15804', 'cnDecree'] as const).map((name) =>
      Type.Literal(name)
    )
  ),
  elements: Ids,
  documents: Type.Boolean(),
  firstLife: Type.Boolean(),
  report: Nullable(Text)
})

const RuleRow = closed({ parameter: Text, value: Type.Unknown(), source: Text })

const CountryRow = closed({ code: Type.String({ pattern: '^[A-Z]{2}$' }), name: Text })

export const ElementFile = table(ElementRow)
export const UnitFile = table(UnitRow)
export const StageFile = table(StageRow)
export const StepFile = table(StepRow)
export const ProductFile = table(ProductRow)
export const MagnetFile = table(MagnetRow)
export const DepositFile = table(DepositRow)
export const AskingFile = table(AskingRow)
export const RuleFile = table(RuleRow)
export const CountryFile = table(CountryRow)

const Source = closed({ minimumPct: Decimal, classes: Ids })

/** What the rows of custody-rules.json add up to, less the version, which the header names. */
export const RuleValues = closed({
  r3: closed({
    balanceSet: Ids,
    tolerance: closed({ chemistry: Decimal, ore: Decimal }),
    outputMassAllowance: Decimal,
    weighing: Decimal,
    pickup: Decimal,
    ambientElements: Ids,
    alloySources: closed({ families: Ids, iron: Source, boron: Source })
  }),
  r4: closed({
    sumMaximumPct: Decimal,
    completeMinimumPct: Decimal,
    treoTolerance: Decimal,
    grade: closed({ families: Ids, uncoatedClasses: Ids, coatedClasses: Ids }),
    radioactivity: closed({
      minerals: Ids,
      mineralClasses: Ids,
      classes: Ids,
      becquerelPerMilligram: closed({ Th: Decimal, U: Decimal }),
      licenceAboveBqPerGram: Decimal,
      licenceEvidence: Text
    }),
    signature: closed({ differencePct: Decimal, factor: Decimal })
  }),
  r5: closed({ targetShare: Decimal, coatingMassGain: Decimal }),
  r6: closed({ pieceTolerance: Decimal }),
  r7: closed({ futureSkewSeconds: Type.Integer({ minimum: 0 }) }),
  r9: closed({ overReceiptTolerance: Decimal, transitLoss: Decimal }),
  r8: closed({ openAfterDays: Type.Integer({ minimum: 1 }) }),
  r10: closed({
    maximumAgeDays: Type.Integer({ minimum: 1 }),
    maximumTransitDays: Type.Integer({ minimum: 1 })
  }),
  r15: closed({ tolerancePct: Decimal, allocationTolerance: Decimal }),
  lineageElements: Ids
})
