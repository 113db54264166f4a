import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { coverCampaign, uncoverCampaign } from '../../registry/books/cover-campaign.ts'
import { listCampaigns, readCampaign } from '../../registry/books/read-campaigns.ts'
import { readPositionCursor } from '../paging.ts'
import type { RouteOptions, TypedApp } from '../route.ts'
import { sendStampedPage } from '../stamped-page.ts'
import {
  coverCampaignSchema,
  listCampaignsSchema,
  readCampaignSchema,
  uncoverCampaignSchema
} from './campaign-schemas.ts'

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
      const page = await listCampaigns(deps, request.principal, {
        facility,
        status,
        limit,
        after: readPositionCursor(request),
        ...(asOf === undefined ? {} : { asOf })
      })
      return reply.send(sendStampedPage(request, reply, page))
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
  coverRoutes(app, options)
}

function coverRoutes(app: TypedApp, { deps }: RouteOptions): void {
  app.route({
    method: 'POST',
    url: '/v1/campaigns/:id/epds',
    config: { scope: 'event:write' },
    schema: coverCampaignSchema,
    handler: async (request, reply) => {
      const { principal, params, body } = request
      const command = { principal, campaign: params.id, ...body }
      const { record, created } = await coverCampaign(deps, command)
      return reply.code(created ? 201 : 200).send(record)
    }
  })

  app.route({
    method: 'DELETE',
    url: '/v1/campaigns/:id/epds/:epd',
    config: { scope: 'event:write' },
    schema: uncoverCampaignSchema,
    handler: async (request, reply) => {
      const { id: campaign, epd } = request.params
      await uncoverCampaign(deps, request.principal, { campaign, epd })
      return reply.code(204).send()
    }
  })
}
