import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { traceRecycled } from '../../registry/trace/trace-recycled.ts'
import { idOf, idParam, jsonAnswer, named } from '../description/answers.ts'
import { asOf } from '../description/as-of.ts'
import type { RouteOptions, TypedApp } from '../route.ts'
import { CustodyModel, published, Status } from './batch-parts.ts'

const Nullable = (description: string) => Type.Union([Type.String(), Type.Null()], { description })

const Element = Type.Object({
  element: Type.String(),
  totalKg: Nullable('Kilograms of it; null where it was not assayed.'),
  postConsumerShare: Nullable(
    'Six places, of the mass less rework; null where the element is not in the batch.'
  ),
  preConsumerShare: Nullable('The same, for scrap that never reached a consumer.'),
  feed: Type.Union(
    [
      Type.Object({
        primary: Type.String(),
        post_consumer: Type.String(),
        pre_consumer: Type.String(),
        same_process: Type.String({
          description: 'Rework that returned to the process it arose in; in neither share.'
        })
      }),
      Type.Null()
    ],
    { description: 'Exact fractions of all of its mass; they add up to 1.' }
  ),
  scrapFrom: Type.Array(
    Type.Object({
      kind: Type.Enum(['post_consumer', 'pre_consumer']),
      country: Nullable('Where it arose; null where nobody told.'),
      share: Type.String()
    })
  )
})

const Recycled = named(
  'RecycledContent',
  Type.Object({
    batch: idOf('the batch'),
    position: Type.Integer(),
    asOf: Type.String(),
    status: Status,
    custodyModel: CustodyModel,
    verified: Type.Boolean({
      description: 'False for suspect and contested batches and for claims by mass balance.'
    }),
    elements: Type.Array(Element),
    claimed: Type.Array(published('recycledClaim'), {
      description: 'As the maker claims; the books accept no more than they compute.'
    })
  })
)

const example = {
  batch: '5f1c9a52-7f0e-8a43-9d8e-2f5a1f0c0b03',
  position: 1207,
  asOf: '2026-11-23T10:00:00.000Z',
  status: 'clear',
  custodyModel: 'segregated',
  verified: true,
  elements: [
    {
      element: 'Nd',
      totalKg: '24.71',
      postConsumerShare: '0.745763',
      preConsumerShare: '0.097458',
      feed: {
        primary: '0.149736948604',
        post_consumer: '0.712262242007',
        pre_consumer: '0.093079724808',
        same_process: '0.044921084581'
      },
      scrapFrom: [{ kind: 'post_consumer', country: 'DE', share: '0.712262242007' }]
    },
    {
      element: 'Tb',
      totalKg: null,
      postConsumerShare: null,
      preConsumerShare: null,
      feed: null,
      scrapFrom: []
    }
  ],
  claimed: [{ element: 'Nd', postConsumerPct: '74.5' }]
}

/** What of a batch was recovered from waste. */
export async function recycledRoutes(plain: FastifyInstance, options: RouteOptions): Promise<void> {
  const app: TypedApp = plain.withTypeProvider<TypeBoxTypeProvider>()
  app.route({
    method: 'GET',
    url: '/v1/batches/:id/recycled',
    config: { scope: 'chain:read' },
    schema: {
      operationId: 'traceRecycled',
      summary: 'Recycled shares of the elements of the batch, post-consumer and pre-consumer apart',
      description:
        'Computed from recorded scrap (ISO 14021, EN 45557): rework of the same process counts neither above nor below the line. The eight elements of Regulation (EU) 2024/1252 Art. 29 come first.',
      tags: ['Batches'],
      params: idParam('the batch'),
      querystring: Type.Object({
        asOf
      }),
      response: { 200: jsonAnswer('The shares.', Recycled, example) }
    },
    handler: async (request) => {
      const { asOf } = request.query
      const question = { batch: request.params.id, ...(asOf === undefined ? {} : { asOf }) }
      return traceRecycled(options.deps, request.principal, question) as never
    }
  })
}
