import { Type } from 'typebox'
import { idOf, named } from '../description/answers.ts'
import { stamp } from '../description/stamp.ts'
import { stampedPageOf } from '../stamped-page.ts'
import {
  Batch,
  batchFields,
  Country,
  CoveredBy,
  EventType,
  GraphEvent,
  gapFields,
  Holding,
  Kg,
  Level,
  Moment,
  Named,
  Node,
  nullable,
  Position,
  Region,
  Share,
  Status,
  Text
} from './batch-parts.ts'

/** What every answer about one batch begins with. */
export const Answer = { batch: idOf('the batch'), ...stamp }

export const List = stampedPageOf(Batch)

export const One = named(
  'BatchAnswer',
  Type.Object(
    {
      ...stamp,
      ...Batch.properties,
      coveredBy: CoveredBy,
      holdings: Type.Array(Holding, { description: "Balances that are the caller's to see." })
    },
    { description: 'The batch; what the caller may not know is absent.' }
  )
)

export const Graph = named(
  'Graph',
  Type.Object({
    ...Answer,
    direction: Type.Enum(['upstream', 'downstream']),
    truncated: Type.Union([Type.Enum(['depth', 'limit']), Type.Null()], {
      description: 'What ended the walk before the graph did; null where it is whole.'
    }),
    nodes: Type.Array(Node),
    events: Type.Array(GraphEvent),
    beyond: Type.Array(
      Type.Object(
        { depth: Type.Integer(), batches: Type.Integer(), massKg: Kg },
        { description: 'Batches that are only counted, by distance.' }
      )
    ),
    gaps: Type.Array(
      Type.Object(
        { ...gapFields, node: Type.String() },
        { description: 'What is missing, at which node, and who can supply it.' }
      )
    )
  })
)

const Element = named(
  'ElementOrigins',
  Type.Object({
    element: Type.String({ description: 'Symbol; `*` is the material as a whole.' }),
    shares: Type.Array(
      Type.Object(
        {
          kind: Type.Enum(['mine', 'declared', 'post_consumer', 'pre_consumer', 'pickup'], {
            description:
              'Mined here, declared, recycled from either kind of scrap, or picked up from equipment.'
          }),
          basis: Type.Enum(['recorded', 'declared']),
          country: Country,
          region: Type.Optional(Region),
          party: Type.Optional(nullable(Named, 'By facility: who; null where nobody or withheld.')),
          withheld: Type.Optional(Type.Boolean()),
          share: Share('The part.')
        },
        { description: 'A part that comes from one place, recorded or declared.' }
      )
    ),
    unknown: Share('The part of which nobody knows where it comes from.'),
    feed: Type.Record(Type.String(), Share('Part of a feed class.'))
  })
)

export const Origins = named(
  'Origins',
  Type.Object({
    ...Answer,
    status: Status,
    by: Type.Enum(['country', 'facility', 'step']),
    elements: Type.Optional(Type.Array(Element)),
    steps: Type.Optional(
      Type.Array(
        Type.Object({
          element: Type.String(),
          step: Type.String(),
          places: Type.Array(
            Type.Object(
              {
                country: Country,
                basis: Type.Enum(['recorded', 'declared']),
                level: Level,
                atLeast: Share('Equal to `atMost` unless it passed the step more than once.'),
                atMost: Share('At most so much.')
              },
              { description: 'The part that went through the step in one country.' }
            )
          ),
          unknown: Share('The part for which no execution of the step is known.')
        })
      )
    )
  })
)

export const History = named(
  'BatchHistory',
  Type.Object({
    ...Answer,
    content: Type.Array(Type.Object({ position: Position, ...batchFields })),
    status: Type.Array(
      Type.Object({
        position: Position,
        recordedAt: nullable(Moment),
        status: Status,
        cause: Type.Optional(Type.String({ description: 'The correction or event behind it.' }))
      })
    ),
    origins: Type.Array(
      Type.Object(
        {
          position: Position,
          recordedAt: nullable(Moment),
          event: Type.Optional(Type.String()),
          elements: Type.Array(Element)
        },
        { description: 'Origins by country, as they were known from a position on.' }
      )
    ),
    postings: Type.Array(
      Type.Object(
        {
          position: Position,
          recordedAt: Moment,
          event: Type.Optional(Type.String()),
          type: EventType,
          time: Moment,
          organization: Type.Optional(Type.String()),
          account: Type.Object({
            custodian: Type.String(),
            owner: Type.String(),
            place: Type.Enum(['on_hand', 'in_transit'])
          }),
          massKg: Kg,
          balanceKg: Kg,
          undonePosition: nullable(Position, 'Of the correction that undid it.')
        },
        { description: 'A plus or minus in an account that is yours to see.' }
      )
    ),
    postingsTruncated: Type.Boolean()
  })
)

export const Findings = named(
  'BatchFindings',
  Type.Object({
    ...Answer,
    items: Type.Array(
      Type.Object(
        {
          id: Type.String(),
          position: Position,
          recordedAt: Moment,
          rule: Type.String(),
          code: Type.String(),
          severity: Type.Enum(['error', 'warning', 'info']),
          pointer: Type.String({ description: 'RFC 6901 pointer into the document.' }),
          message: Type.String(),
          expected: Type.Optional(Type.String()),
          actual: Type.Optional(Type.String()),
          remedy: Type.Optional(Type.String()),
          event: Type.Optional(Text),
          organization: Type.Optional(Type.String()),
          resolvedPosition: nullable(Position, 'Of its resolution; null while it stands.'),
          resolution: nullable(
            Type.String(),
            'The reason that was given, where the caller may know it.'
          )
        },
        { description: 'One result of a rule of the books.' }
      )
    )
  })
)
