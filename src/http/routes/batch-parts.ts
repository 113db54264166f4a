import { type TSchema, Type } from 'typebox'
import { eventTypes } from '../../formats/native/event.ts'
import { idOf, named } from '../description/answers.ts'

const EVENT = 'https://lodestone.example/schemas/event.json#/$defs'

/** What nobody said, or what the caller may not know. */
export const nullable = <Of extends TSchema>(schema: Of, description?: string) =>
  Type.Union([schema, Type.Null()], description === undefined ? {} : { description })

const Text = nullable(Type.String())
const Moment = Type.String({ description: 'RFC 3339 UTC.' })
const Position = Type.Integer({ description: 'Place in the one order of everything accepted.' })
const Kg = Type.String({ description: 'Dry kilograms, a decimal.' })
const Country = nullable(Type.String(), 'ISO 3166-1 alpha-2.')
const Region = nullable(Type.String(), 'ISO 3166-2.')

export const Share = (description: string) =>
  Type.String({ description: `${description} A decimal fraction, exact to 12 digits.` })

export const Named = named('NamedParty', Type.Object({ id: Type.String(), name: Text }))
export const Party = nullable(Named)

export const Visibility = Type.Enum(
  ['whole', 'nameless', 'outline', 'place', 'receiver', 'counted', 'nothing'],
  { description: 'How much of it is shown to the caller.' }
)

const Product = Type.Object({ class: Type.String(), name: Type.String() })
export const published = (name: string) => Type.Unsafe<object>({ $ref: `${EVENT}/${name}` })

export const CustodyModel = Type.Enum(
  ['identity_preserved', 'segregated', 'controlled_blending', 'mass_balance', 'book_and_claim'],
  { description: 'ISO 22095.' }
)

/** How an event is told apart from others. */
export const EventType = Type.Enum([...eventTypes])

const Values = Type.Record(Type.String(), Text)

/** As in an event, but that what the service makes itself, such as a pool, may state nothing. */
const Assay = named(
  'DeclaredAssay',
  Type.Object({
    basis: Type.Enum(['element', 'oxide', 'TREO', 'compound']),
    unit: Type.String(),
    complete: Type.Optional(Type.Boolean()),
    values: Values,
    treo: Type.Optional(Type.String()),
    uncertainty: Type.Optional(Type.Record(Type.String(), Type.String())),
    trace: Type.Optional(Type.Object({ unit: Type.String(), values: Values }))
  })
)

/** A batch as declared. */
export const batchFields = {
  id: idOf('the batch'),
  number: nullable(Type.String(), "Its maker's own lot number."),
  visibility: Visibility,
  product: Product,
  stage: nullable(Type.String(), 'The last stage performed on it; null where it was only bought.'),
  organization: Type.Optional(Named),
  facility: Type.Optional(Named),
  event: Type.Optional(Type.String({ description: 'The event that made it.' })),
  country: Country,
  region: Region,
  producedAt: Moment,
  massKg: Kg,
  elementsKg: Type.Record(Type.String(), Kg, { description: 'Kilograms by element.' }),
  assay: Type.Union([Assay, Type.Literal('inherited')]),
  entry: nullable(Type.String(), 'How it came in without recorded inputs; null where it was made.'),
  sourceCountry: nullable(Type.String(), 'Country where scrap arose.'),
  role: Type.Enum(['main', 'co_product']),
  count: nullable(Type.Integer(), 'Pieces.'),
  pieceMass: nullable(published('mass')),
  custodyModel: published('custodyModel'),
  disclosure: published('disclosure'),
  voided: Type.Boolean({ description: 'A correction took it out of the books.' }),
  hsCode: Text,
  claimedRecycled: Type.Array(published('recycledClaim')),
  voidedBy: Type.Optional(nullable(Type.String(), 'The correction that took it out.')),
  epd: Type.Optional(nullable(Type.String(), 'The EPD that its maker names.')),
  identifiers: Type.Optional(
    Type.Array(Type.Object({ scheme: Type.String(), value: Type.String() }))
  ),
  source: Type.Optional(
    nullable(
      Type.Object({ registry: Type.String(), id: Type.String() }),
      'Its entry in another registry.'
    )
  ),
  recordedAt: nullable(Moment)
}

export const Status = Type.Enum(['clear', 'suspect', 'contested'], {
  description:
    'suspect: an evaluation after a correction is pending; contested: an error stands. Both are left out of verified claims.'
})

export const Batch = named(
  'Batch',
  Type.Object(
    { ...batchFields, status: Status, recordedPosition: Position },
    { description: 'A batch as declared; what the caller may not know is absent.' }
  )
)

export const CoveredBy = nullable(
  Type.Object({
    epd: Type.String(),
    version: Text,
    by: Type.Enum(['batch', 'campaign'], { description: 'What names it.' }),
    campaign: Text,
    gap: nullable(
      Type.String(),
      'Why it does not speak for the batch; null where it does. `epd_not_published` is told to who may see what was submitted; for others there is none (`epd_not_found`).'
    )
  }),
  'The EPD that speaks for the batch.'
)

export const Holding = named(
  'Holding',
  Type.Object({
    custodian: Type.String(),
    owner: Type.String(),
    place: Type.Enum(['on_hand', 'in_transit']),
    massKg: Kg,
    deficitKg: Type.Optional(Kg)
  })
)

export const Level = Type.Enum(['declared', 'documented', 'counterparty_confirmed', 'verified'], {
  description: 'How well it is evidenced.'
})

const evidenceFields = {
  kind: Type.String(),
  level: Level,
  sha256: Type.Optional(Type.String()),
  href: Type.Optional(Type.String()),
  issuer: Type.Optional(Type.String()),
  validFrom: Type.Optional(Type.String()),
  validUntil: Type.Optional(Type.String())
}

export const EvidenceLine = named(
  'EvidenceLine',
  Type.Object({
    event: Type.String(),
    type: EventType,
    time: Moment,
    position: Position,
    organization: Named,
    ...evidenceFields
  })
)

export const gapFields = {
  kind: Type.Enum([
    'origin_unknown',
    'country_unknown',
    'step_unknown',
    'first_life_unknown',
    'evidence_missing',
    'voided',
    'not_walked',
    'in_transit'
  ]),
  element: nullable(Type.String(), 'Symbol, `*` for the material as a whole.'),
  step: Text,
  share: nullable(Type.String(), "Part of the element's mass, a decimal fraction."),
  remedy: Type.String({ description: 'What would close it.' }),
  supplier: nullable(Named, 'Who can close it.')
}

const shown = {
  organization: Type.Optional(Named),
  facility: Type.Optional(Named),
  country: Type.Optional(Country),
  region: Type.Optional(Region)
}

export const Node = named(
  'GraphNode',
  Type.Object(
    {
      node: Type.String({
        description: 'Id of the batch, or a name within this answer where that is withheld.'
      }),
      depth: Type.Integer({ description: 'Levels from the batch that was asked about.' }),
      visibility: Visibility,
      batch: Type.Optional(idOf('the batch')),
      number: Type.Optional(Text),
      product: Type.Optional(Product),
      ...shown,
      stage: Type.Optional(Text),
      producedAt: Type.Optional(Moment),
      massKg: Type.Optional(Kg),
      custodyModel: Type.Optional(CustodyModel),
      status: Type.Optional(Status),
      voided: Type.Optional(Type.Literal(true)),
      truncated: Type.Optional(
        Type.Literal(true, { description: 'The graph goes on here and was not walked.' })
      )
    },
    { description: 'A batch, or the place of one that is withheld.' }
  )
)

const Edge = named(
  'GraphEdge',
  Type.Object({
    node: Type.String(),
    massKg: Type.Optional(Kg),
    share: Type.Optional(Share('Part of the mass that the event drew.'))
  })
)

export const GraphEvent = named(
  'GraphEvent',
  Type.Object(
    {
      event: Type.String({ description: 'Its id, or a name within this answer.' }),
      visibility: Visibility,
      type: Type.Optional(EventType),
      ...shown,
      stages: Type.Optional(Type.Array(Type.String())),
      time: Type.Optional(Moment),
      position: Type.Optional(Position),
      evidence: Type.Optional(Type.Array(Type.Object(evidenceFields))),
      inputs: Type.Array(Edge),
      outputs: Type.Array(Edge),
      omitted: Type.Optional(
        Type.Object(
          { batches: Type.Integer(), share: Type.Optional(Type.String()) },
          { description: 'Inputs or outputs that were not walked.' }
        )
      )
    },
    { description: 'What made and drew them, with shares that add up to exactly 1.' }
  )
)

export { Country, Kg, Moment, Position, Region, Text }
