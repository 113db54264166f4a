import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import type { Deps, Principal } from '../../registry/deps.ts'
import { exportCrma29Report } from '../../registry/reports/export-crma-29.ts'
import type { ReportWish } from '../../registry/reports/hand-out-report.ts'
import { idOf, named } from '../description/answers.ts'
import { asOf } from '../description/as-of.ts'
import {
  filedAnswers,
  reportFormat,
  reportHead,
  reportWishOf,
  sendReport
} from '../report-answer.ts'
import type { RouteOptions } from '../route.ts'
import { CustodyModel, nullable, Status } from './batch-parts.ts'
import { CRMA_29_EXAMPLE } from './crma-29-example.ts'
import { deliveredOf, deliveryParameters, repeatable } from './delivery.ts'
import { EvidenceReference } from './dfars-parts.ts'

const facts = {
  product: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'What the magnets are built into; echoed as declared by you.'
    })
  ),
  material: Type.Optional(
    Type.Enum(['NdFeB', 'SmCo', 'AlNiCo'], {
      description: 'The type of the magnets, where the assay does not show it.'
    })
  )
}

export const Crma29Query = Type.Object(
  {
    ...deliveryParameters,
    ...facts,
    asOf,
    format: reportFormat
  },
  { additionalProperties: false }
)

const Kg = (description: string) => Type.String({ description: `Kilograms: ${description}` })

const element = {
  element: Type.String(),
  presence: Type.Enum(['present', 'below_limit', 'not_stated', 'absent'], {
    description:
      '`below_limit`: the assay only says that there is less than so much. `not_stated`: it neither lists it nor says that it is complete.'
  }),
  totalKg: nullable(Type.String(), 'Kilograms; null where it is not there or not stated.'),
  feedKg: nullable(
    Type.Object({
      primary: Kg('not recovered, or nobody told.'),
      post_consumer: Kg('recovered from post-consumer waste.'),
      pre_consumer: Kg('recovered from waste that never reached a consumer.'),
      same_process: Kg('rework of the process it arose in, in neither share.')
    }),
    'By feed; they add up to `totalKg`.'
  ),
  postConsumerShare: nullable(Type.String(), 'Six places, of the mass less rework.'),
  preConsumerShare: nullable(Type.String(), 'The same of pre-consumer waste.')
}

const Scrap = Type.Object({
  kind: Type.Enum(['post_consumer', 'pre_consumer']),
  country: nullable(Type.String(), 'Where it arose; null where nobody told.'),
  share: Type.String({ description: 'Of all of the mass of the element, with its rework.' }),
  references: Type.Array(EvidenceReference, {
    description: 'The events that took it in, and their documents.'
  })
})

const Batch = Type.Object({
  batch: idOf('the batch'),
  number: nullable(Type.String(), "Its maker's own lot number."),
  product: Type.Object({ class: Type.String(), name: Type.String() }),
  type: Type.Enum(['NdFeB', 'SmCo', 'AlNiCo']),
  massKg: Kg('the whole batch.'),
  quantityKg: Kg('what of it is in the product.'),
  status: Status,
  custodyModel: CustodyModel,
  verified: Type.Boolean({ description: 'False where nothing can be claimed of it.' }),
  unverifiedBecause: nullable(Type.Enum(['batch_status', 'claim_only'])),
  evidenceComplete: Type.Boolean({
    description: 'False when the chain is so long that not every document behind it is named.'
  }),
  elements: Type.Array(
    Type.Object({
      ...element,
      scrapFrom: Type.Array(Scrap, {
        description:
          'Scrap that was taken into the books as such. What a recorded process left to others counts as pre-consumer too, but has the origins of its material and is not among it.'
      })
    })
  )
})

const Report = named(
  'Crma29Report',
  Type.Object({
    ...reportHead,
    ruleVersion: Type.Object({
      ruleSet: Type.String(),
      revision: Type.String(),
      cite: Type.String()
    }),
    declaredByRequester: Type.Object(facts),
    totalMagnetsKg: Kg('all magnets of the product.'),
    threshold: Type.Object({
      kg: Type.String(),
      exceeded: Type.Boolean({ description: 'Only then are the shares to be published.' }),
      cite: Type.String()
    }),
    appliesFrom: Type.Object({
      date: Type.String({ format: 'date' }),
      cite: Type.String(),
      text: Type.String({ description: 'On what a later day depends.' })
    }),
    appliesTo: Type.Object({
      cite: Type.String(),
      text: Type.String({ description: 'Which products the regulation asks; not checked.' })
    }),
    verified: Type.Boolean({ description: 'True where every batch is.' }),
    elements: Type.Array(
      Type.Object({
        ...element,
        leftOpenIn: Type.Array(Type.String(), {
          description: 'Batches whose assays leave open whether they hold it; not counted.'
        })
      }),
      { description: 'The eight elements of the regulation, in its order.' }
    ),
    batches: Type.Array(Batch)
  })
)

/** The recycled share of the magnets of a product. */
export async function crma29ReportRoutes(
  app: FastifyInstance,
  { deps }: RouteOptions
): Promise<void> {
  app.route<{ Querystring: Static<typeof Crma29Query> }>({
    method: 'GET',
    url: '/v1/reports/crma-29',
    config: { scope: 'report:read' },
    schema: {
      operationId: 'exportRecycledReport',
      summary: 'Recycled share of the magnets of a product under CRMA Art. 29',
      description:
        'Of each of the eight elements the share that was recovered from post-consumer waste, over all magnets of one product, and whether they weigh more than the regulation lets pass. Computed from recorded scrap (ISO 14021, EN 45557): rework of the same process counts neither above nor below the line, and what nobody told of counts as not recovered. The same question at the same position gives the same bytes.',
      tags: ['Reports'],
      querystring: Crma29Query,
      response: {
        200: {
          description: 'The report.',
          content: {
            'application/json': { schema: Report, example: CRMA_29_EXAMPLE },
            'text/csv': {
              schema: { type: 'string' },
              example:
                'record,product,magnets_kg,element,post_consumer_share_fraction\r\nproduct,Traction motor,1.6,Nd,0.745763\r\n'
            },
            ...filedAnswers
          }
        }
      }
    },
    preValidation: async (request) => repeatable(request),
    handler: async (request, reply) => {
      const wish = reportWishOf(request, reply)
      return sendReport(reply, await drawCrma29(deps, request.principal, request.query, wish))
    }
  })
}

export function drawCrma29(
  deps: Deps,
  principal: Principal,
  query: Static<typeof Crma29Query>,
  wish: ReportWish
) {
  const { product, material, asOf } = query
  const question = {
    batches: deliveredOf(query),
    facts: {
      ...(product === undefined ? {} : { product }),
      ...(material === undefined ? {} : { material })
    },
    ...(asOf === undefined ? {} : { asOf })
  }
  return exportCrma29Report(deps, principal, question, wish)
}
