import { Type } from 'typebox'
import { idOf, jsonAnswer } from '../answers.ts'
import { pageQuery } from '../paging.ts'

const tags = ['Campaigns']
const security = [{ bearer: ['chain:read'] }]

const asOf = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 40,
    description: 'What was known at a position or an RFC 3339 time; the newest by default.',
    examples: ['1207', '2026-11-23T10:00:00Z']
  })
)

const stamp = {
  position: Type.Integer({ description: 'The last entry of the books that could be seen.' }),
  asOf: Type.String({
    description: 'The time asked about; without one, the time of that entry. RFC 3339.'
  })
}

const campaign = {
  id: idOf('the campaign'),
  name: Type.String({ description: 'The name that its events state.' }),
  facility: idOf('the facility that runs it'),
  status: Type.Enum(['open', 'closed', 'pending'], {
    description: '`pending`: its last event was taken back and not replaced yet.'
  }),
  events: Type.Integer({ description: 'Events so far.' }),
  stages: Type.Array(Type.String(), { description: 'All stages performed so far.' }),
  lastEvent: Type.Union([Type.String(), Type.Null()], {
    description: 'When its latest event happened, RFC 3339.'
  }),
  carryTo: Type.Union([idOf('a campaign'), Type.Null()], {
    description: 'The campaign that took the remainder over.'
  }),
  pool: Type.Union(
    [
      Type.Object({
        batch: idOf('the pool batch'),
        status: Type.Enum(['clear', 'suspect', 'contested'])
      }),
      Type.Null()
    ],
    { description: 'The batch that stands for what is in the campaign: its upstream and origins.' }
  )
}

const kg = (description: string) => Type.String({ description: `${description}, kg.` })
const found = (description: string) =>
  Type.Union([Type.String(), Type.Null()], {
    description: `${description}, kg; null while it is open.`
  })

const Balance = Type.Object({
  element: Type.String(),
  openingKg: kg('Taken over from other campaigns'),
  inKg: kg('Fed'),
  outKg: kg('In the outputs'),
  residuesKg: kg('In the residues'),
  lossesKg: kg('Declared as lost'),
  bookKg: kg('Left by the books; negative within the tolerance'),
  closingKg: found('Found at the end'),
  unaccountedKg: found('Left by the books and not found')
})

const List = Type.Object({
  ...stamp,
  items: Type.Array(Type.Object(campaign)),
  next: Type.Optional(Type.String({ description: 'Cursor of the next page; absent on the last.' }))
})

const example = {
  id: '9b0f3f5e-0a61-8c55-9d21-5a1f0c0b0e11',
  name: 'SX-2026-10',
  facility: '0b9f6d5a-9a9e-4d27-8a52-0f6f1a1f7c11',
  status: 'closed',
  events: 14,
  stages: ['separation'],
  lastEvent: '2026-10-31T18:00:00.000Z',
  carryTo: null,
  pool: { batch: '3d5f3b1a-64a1-8f0e-8c1b-9d8e2f5a1f0c', status: 'clear' }
}

const exampleStamp = { position: 1207, asOf: '2026-11-23T10:00:00.000Z' }

export const listCampaignsSchema = {
  operationId: 'listCampaigns',
  summary: 'The campaigns of your organization, in the order in which they began',
  tags,
  security,
  querystring: Type.Object({
    ...pageQuery,
    asOf,
    facility: Type.Optional(idOf('the facility that runs them')),
    status: Type.Optional(
      Type.Enum(['open', 'closed'], { description: '`open` also finds those never closed.' })
    )
  }),
  response: { 200: jsonAnswer('A page of campaigns.', List, { ...exampleStamp, items: [example] }) }
}

export const readCampaignSchema = {
  operationId: 'readCampaign',
  summary: 'A campaign with its balance per element',
  tags,
  security,
  params: Type.Object({ id: idOf('the campaign') }, { additionalProperties: false }),
  querystring: Type.Object({ asOf }),
  response: {
    200: jsonAnswer(
      'The campaign and what went in and out of it.',
      Type.Object({ ...stamp, ...campaign, balance: Type.Array(Balance) }),
      {
        ...exampleStamp,
        ...example,
        balance: [
          {
            element: 'Nd',
            openingKg: '120',
            inKg: '880',
            outKg: '790.5',
            residuesKg: '4.5',
            lossesKg: '0',
            bookKg: '205',
            closingKg: '201.2',
            unaccountedKg: '3.8'
          }
        ]
      }
    )
  }
}
