import { Type } from 'typebox'
import { idOf } from '../answers.ts'

export const Open = (description: string) =>
  Type.Unsafe<Readonly<Record<string, unknown>>>({
    type: 'object',
    additionalProperties: true,
    description
  })

const Answer = {
  batch: idOf('the batch'),
  position: Type.Integer({ description: 'The last entry of the books that could be seen.' }),
  asOf: Type.String({
    description: 'The time asked about; without one, the time of that entry. RFC 3339.'
  })
}

const Party = Type.Union([
  Type.Object({ id: Type.String(), name: Type.Union([Type.String(), Type.Null()]) }),
  Type.Null()
])

const Share = (description: string) =>
  Type.String({ description: `${description} A decimal fraction, exact to 12 digits.` })

const Batch = Open('A batch as declared; what the caller may not know is absent.')

export const List = Type.Object({
  position: Answer.position,
  asOf: Answer.asOf,
  items: Type.Array(Batch),
  next: Type.Optional(Type.String({ description: 'Cursor of the next page; absent on the last.' }))
})

export const Graph = Type.Object({
  ...Answer,
  direction: Type.Enum(['upstream', 'downstream']),
  truncated: Type.Union([Type.Enum(['depth', 'limit']), Type.Null()], {
    description: 'What ended the walk before the graph did; null where it is whole.'
  }),
  nodes: Type.Array(Open('A batch, or the place of one that is withheld.')),
  events: Type.Array(Open('What made and drew them, with shares that add up to exactly 1.')),
  beyond: Type.Array(Open('Batches that are only counted, by distance.')),
  gaps: Type.Array(Open('What is missing, at which node, and who can supply it.'))
})

export const Origins = Type.Object({
  ...Answer,
  by: Type.Enum(['country', 'facility', 'step']),
  elements: Type.Optional(
    Type.Array(
      Type.Object({
        element: Type.String(),
        shares: Type.Array(Open('A part that comes from one place, recorded or declared.')),
        unknown: Share('The part of which nobody knows where it comes from.'),
        feed: Type.Record(Type.String(), Share('Part of a feed class.'))
      })
    )
  ),
  steps: Type.Optional(
    Type.Array(
      Type.Object({
        element: Type.String(),
        step: Type.String(),
        places: Type.Array(Open('The part that went through the step in one country.')),
        unknown: Share('The part for which no execution of the step is known.')
      })
    )
  )
})

export const Custody = Type.Object({
  ...Answer,
  custodyModel: Type.String(),
  status: Type.String(),
  holders: Type.Array(
    Open(
      'Who has or had it; `massKg` is null where it is not yours to see. `deficitKg` is there where a correction showed that more was drawn than there was.'
    )
  ),
  shipments: Type.Array(Open('A shipment of it.')),
  beyond: Open('Shipments beyond the direct receivers: how many, and their mass.'),
  evidence: Type.Array(Open('Evidence of what made it and of its shipments.')),
  gaps: Type.Array(
    Type.Object({
      kind: Type.String(),
      element: Type.Union([Type.String(), Type.Null()]),
      step: Type.Union([Type.String(), Type.Null()]),
      share: Type.Union([Type.String(), Type.Null()]),
      remedy: Type.String(),
      supplier: Party
    })
  )
})

export const History = Type.Object({
  ...Answer,
  content: Type.Array(Batch),
  status: Type.Array(Open('A change of status and what caused it.')),
  origins: Type.Array(Open('Origins by country, as they were known from a position on.')),
  postings: Type.Array(Open('A plus or minus in an account that is yours to see.')),
  postingsTruncated: Type.Boolean()
})

export const Findings = Type.Object({
  ...Answer,
  items: Type.Array(Open('One result of a rule of the books.'))
})
