import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { checkReadiness } from '../../registry/check-readiness.ts'
import type { RouteOptions } from '../route.ts'

const Status = Type.Object({ status: Type.Literal('ok') }, { examples: [{ status: 'ok' }] })

/** What a supervisor and a load balancer ask. */
export async function healthRoutes(app: FastifyInstance, { deps }: RouteOptions): Promise<void> {
  const tags = ['Service']
  const config = { scope: 'public' } as const
  const response = {
    200: {
      description: 'Yes.',
      content: { 'application/json': { schema: Status, example: { status: 'ok' } } }
    }
  }

  app.route({
    method: 'GET',
    url: '/health/live',
    logLevel: 'warn',
    config,
    schema: { operationId: 'isLive', summary: 'Does the process answer?', tags, response },
    handler: async (_request, reply) =>
      reply.header('cache-control', 'no-store').send({ status: 'ok' })
  })

  app.route({
    method: 'GET',
    url: '/health/ready',
    logLevel: 'warn',
    config,
    schema: {
      operationId: 'isReady',
      summary: 'Can the service take requests?',
      description: 'Asks the database; 503 where it does not answer.',
      tags,
      response
    },
    handler: async (_request, reply) => {
      await checkReadiness(deps)
      return reply.header('cache-control', 'no-store').send({ status: 'ok' })
    }
  })
}
