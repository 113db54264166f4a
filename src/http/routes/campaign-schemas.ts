import { Type } from 'typebox'
import { emptyAnswer, idOf, jsonAnswer, named } from '../description/answers.ts'
import { asOf } from '../description/as-of.ts'
import { exampleStamp, stamp } from '../description/stamp.ts'
import { pageQuery } from '../paging.ts'
import { stampedPageOf } from '../stamped-page.ts'

const tags = ['Campaigns']
const security = [{ bearer: ['chain:read'] }]

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

const Balance = named(
  'CampaignBalance',
  Type.Object({
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
)

const day = { format: 'date', maxLength: 10, examples: ['2026-10-01'] }

const Cover = named(
  'CampaignCover',
  Type.Object({
    epd: idOf('the declaration'),
    from: Type.String({ description: 'The first day that it covers.' }),
    until: Type.Union([Type.String(), Type.Null()], {
      description: 'The last; null while it goes on.'
    }),
    position: Type.Integer({ description: 'Of the entry that says so.' })
  })
)

const exampleCover = {
  epd: 'e7d1a2b3-1c2d-4e3f-8a4b-5c6d7e8f9a03',
  from: '2026-10-01',
  until: '2026-10-31',
  position: 1206
}

const List = stampedPageOf(named('Campaign', Type.Object(campaign)))

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
      Type.Object({ ...stamp, ...campaign, epds: Type.Array(Cover), balance: Type.Array(Balance) }),
      {
        ...exampleStamp,
        ...example,
        epds: [exampleCover],
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

export const coverCampaignSchema = {
  operationId: 'coverCampaign',
  summary: 'Say that a declaration covers what a campaign makes in a period',
  description:
    'Checked: it is published, its product and stage are made by the campaign, the facility is among those covered, and it is valid in the period. It then speaks for outputs that name no declaration themselves. What is made has no address of its own, since one declaration may cover several periods: `epds` of the campaign shows it.',
  tags,
  security: [{ bearer: ['event:write'] }],
  params: Type.Object({ id: idOf('the campaign') }, { additionalProperties: false }),
  body: Type.Object(
    {
      epd: idOf('the declaration'),
      from: Type.Optional(
        Type.String({ ...day, description: 'By default the day of the first output.' })
      ),
      until: Type.Optional(
        Type.String({ ...day, description: 'Without it as long as the campaign goes on.' })
      )
    },
    { additionalProperties: false, examples: [{ epd: exampleCover.epd, from: exampleCover.from }] }
  ),
  response: {
    200: jsonAnswer('It was said already.', Cover, exampleCover),
    201: jsonAnswer('It covers the campaign.', Cover, exampleCover)
  }
}

export const uncoverCampaignSchema = {
  operationId: 'uncoverCampaign',
  summary: 'End that a declaration covers a campaign',
  tags,
  security: [{ bearer: ['event:write'] }],
  params: Type.Object(
    { id: idOf('the campaign'), epd: idOf('the declaration') },
    { additionalProperties: false }
  ),
  response: { 204: emptyAnswer('It covers the campaign no more.') }
}
