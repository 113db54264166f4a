import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { listCampaigns, readCampaign } from '../../registry/read-campaigns.ts'
import { nextCursor, readPositionCursor } from '../paging.ts'
import type { RouteOptions, TypedApp } from '../route.ts'
import { listCampaignsSchema, readCampaignSchema } from './campaign-schemas.ts'

const config = { scope: 'chain:read' } as const

/** Campaigns: continuous runs whose inputs mix into a pool, balanced over their whole life. */
export async function campaignRoutes(plain: FastifyInstance, options: RouteOptions): Promise<void> {
  const app: TypedApp = plain.withTypeProvider<TypeBoxTypeProvider>()
  const { deps } = options
  app.route({
    method: 'GET',
    url: '/v1/campaigns',
    config,
    schema: listCampaignsSchema,
    handler: async (request, reply) => {
      const { facility = null, status = null, limit = 50, asOf } = request.query
      const { next: key, ...page } = await listCampaigns(deps, request.principal, {
        facility,
        status,
        limit,
        after: readPositionCursor(request),
        ...(asOf === undefined ? {} : { asOf })
      })
      const next = nextCursor(request, reply, key)
      return reply.send({ ...page, ...(next === undefined ? {} : { next }) })
    }
  })

  app.route({
    method: 'GET',
    url: '/v1/campaigns/:id',
    config,
    schema: readCampaignSchema,
    handler: async (request, reply) => {
      const { asOf } = request.query
      const question = { id: request.params.id, ...(asOf === undefined ? {} : { asOf }) }
      return reply.send(await readCampaign(deps, request.principal, question))
    }
  })
}
