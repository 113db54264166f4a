import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { listShipments } from '../../registry/books/list-shipments.ts'
import { receiveShipment } from '../../registry/books/receive-shipment.ts'
import {
  IdempotencyHeaders,
  idempotencyOf,
  idOf,
  idParam,
  jsonAnswer,
  named
} from '../description/answers.ts'
import { exampleStamp } from '../description/stamp.ts'
import { pageQuery, readPositionCursor } from '../paging.ts'
import type { RouteOptions, TypedApp } from '../route.ts'
import { sendStampedPage, stampedPageOf } from '../stamped-page.ts'
import { RECORDED_EXAMPLE, Recorded } from './event-schemas.ts'

const EVENT = 'https://lodestone.example/schemas/event.json#/$defs'
const tags = ['Shipments']
const kg = (what: string) => Type.String({ description: `Dry kilograms ${what}.` })

const statuses = [
  'in_transit',
  'partly_received',
  'disputed',
  'received',
  'returned',
  'void'
] as const
const Status = Type.Enum([...statuses])

const Line = named(
  'ShipmentLine',
  Type.Object({
    batch: idOf('the batch'),
    number: Type.Optional(Type.String()),
    owner: idOf('the organization that owned it when it set off'),
    shippedKg: kg('that set off'),
    openKg: kg('that are still on their way'),
    receivedKg: kg('that arrived'),
    returnedKg: kg('that are in the hands of the sender again'),
    lostKg: kg('of difference that the receiver accepted'),
    disputed: Type.Boolean({ description: 'The receiver disputes what is open.' })
  })
)

const Shipment = named(
  'Shipment',
  Type.Object({
    id: idOf('the shipment, which is that of its ship event'),
    direction: Type.Enum(['in', 'out'], { description: 'Seen from the own organization.' }),
    sender: idOf('the sender'),
    receiver: idOf('the receiver'),
    fromFacility: idOf('the facility that it left'),
    toFacility: Type.Optional(idOf('the facility that it goes to')),
    ownership: Type.Enum(['retained', 'transferred']),
    status: Status,
    shippedAt: Type.String(),
    ageDays: Type.Union([Type.Integer(), Type.Null()], {
      description: 'Whole days since it set off, while something of it is on its way; else null.'
    }),
    position: Type.Integer(),
    lines: Type.Array(Line)
  })
)

const example = {
  id: '7a1c2f0e-3c1b-4a53-9d8e-2f5a1f0c0a03',
  direction: 'in',
  sender: '0d6e6f5c-24a4-8c47-9f43-0a5b3a1c7e11',
  receiver: '3f2b8c1d-5e6f-4a7b-8c9d-0e1f2a3b4c5d',
  fromFacility: '0b9f6d5a-9a9e-4d27-8a52-0f6f1a1f7c12',
  ownership: 'transferred',
  status: 'disputed',
  shippedAt: '2026-10-08T09:00:00.000Z',
  ageDays: 46,
  position: 1211,
  lines: [
    {
      batch: '5f1c9a52-7f0e-8a43-9d8e-2f5a1f0c0b03',
      number: 'MET-118',
      owner: '0d6e6f5c-24a4-8c47-9f43-0a5b3a1c7e11',
      shippedKg: '250',
      openKg: '10',
      receivedKg: '240',
      returnedKg: '0',
      lostKg: '0',
      disputed: true
    }
  ]
}

const Lines = Type.Unsafe<readonly unknown[]>({
  type: 'array',
  minItems: 1,
  maxItems: 500,
  items: { $ref: `${EVENT}/receipt` },
  description: 'As in a receive event; all that is open where it is left out.'
})

const Receipt = Type.Object(
  {
    id: Type.Optional(idOf('the receive event; assigned when absent')),
    facility: idOf('the own facility where it arrived'),
    time: Type.Optional(
      Type.String({
        maxLength: 35,
        description:
          'When it arrived, RFC 3339 UTC. Say it where you know it: when absent it counts as there since it set off, so that nothing done with it since then is barred.'
      })
    ),
    lines: Type.Optional(Lines),
    evidence: Type.Optional(Type.Unsafe<readonly unknown[]>({ $ref: `${EVENT}/evidenceList` })),
    note: Type.Optional(Type.String({ minLength: 1, maxLength: 2000 }))
  },
  {
    additionalProperties: false,
    examples: [{ facility: '0b9f6d5a-9a9e-4d27-8a52-0f6f1a1f7c13' }]
  }
)

/** Shipments: what is on its way, for how long, and the two answers that a receiver gives most. */
export async function shipmentRoutes(plain: FastifyInstance, options: RouteOptions): Promise<void> {
  const app: TypedApp = plain.withTypeProvider<TypeBoxTypeProvider>()
  listRoute(app, options)
  receiptRoutes(app, options)
}

function listRoute(app: TypedApp, { deps }: RouteOptions): void {
  app.route({
    method: 'GET',
    url: '/v1/shipments',
    config: { scope: 'chain:read' },
    schema: {
      operationId: 'listShipments',
      summary: 'Shipments that the own organization sent or is to receive',
      description:
        'In the order in which they set off, with what of them is open and for how long.',
      tags,
      querystring: Type.Object({
        ...pageQuery,
        direction: Type.Optional(
          Type.Enum(['in', 'out'], {
            description:
              '`in` is to be received, `out` was sent by the own organization; both by default.'
          })
        ),
        status: Type.Optional(
          Type.Enum([...statuses], {
            description: 'Where it stands; a `void` one was taken back by a correction.'
          })
        ),
        olderThanDays: Type.Optional(
          Type.Integer({
            minimum: 0,
            maximum: 36_500,
            description: 'Only what is still on its way so many days after it set off.'
          })
        )
      }),
      response: {
        200: jsonAnswer('A page.', stampedPageOf(Shipment), { ...exampleStamp, items: [example] })
      }
    },
    handler: async (request, reply) => {
      const { limit = 50, cursor: _cursor, ...filter } = request.query
      const question = { ...filter, limit, after: readPositionCursor(request) }
      return sendStampedPage(request, reply, await listShipments(deps, request.principal, question))
    }
  })
}

function receiptRoutes(app: TypedApp, { deps }: RouteOptions): void {
  for (const [path, outcome, summary] of [
    ['acceptance', 'accepted', 'Accept a shipment'],
    ['dispute', 'disputed', 'Dispute what did not arrive of a shipment']
  ] as const) {
    app.route({
      method: 'POST',
      url: `/v1/shipments/:id/${path}`,
      config: { scope: 'event:write' },
      schema: {
        operationId: outcome === 'accepted' ? 'acceptShipment' : 'disputeShipment',
        summary,
        description: `Shorthand for a receive event with the outcome \`${outcome}\`; without \`lines\` it speaks of all that is open.`,
        tags,
        params: idParam('the shipment'),
        headers: IdempotencyHeaders,
        body: Receipt,
        response: {
          200: jsonAnswer('It was recorded before.', Recorded, RECORDED_EXAMPLE),
          201: jsonAnswer('The receive event.', Recorded, RECORDED_EXAMPLE)
        }
      },
      handler: async (request, reply) => {
        const { replayed, text, id } = await receiveShipment(deps, {
          principal: request.principal,
          shipment: request.params.id,
          outcome,
          ...request.body,
          ...idempotencyOf(request.headers)
        })
        return reply
          .code(replayed ? 200 : 201)
          .header('location', `/v1/events/${id}`)
          .header('content-type', 'application/json; charset=utf-8')
          .send(text as never)
      }
    })
  }
}
