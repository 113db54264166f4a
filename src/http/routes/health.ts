import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { checkReadiness, type Readiness } from '../../registry/check-readiness.ts'
import { named } from '../description/answers.ts'
import { overloaded } from '../figures/load.ts'
import type { RouteOptions } from '../route.ts'

const Status = Type.Object({ status: Type.Literal('ok') }, { examples: [{ status: 'ok' }] })

const Ready = named(
  'Readiness',
  Type.Object({
    status: Type.Enum(['ok', 'degraded'], {
      description: '`degraded`: it answers questions and accepts nothing.'
    }),
    database: Type.Object({
      takesWrites: Type.Boolean({
        description:
          'False for a replica, and where server, database or login are set to take none or to lose what they take.'
      }),
      reason: Type.Optional(Type.String({ description: 'Why it takes none.' })),
      remedy: Type.Optional(Type.String({ description: 'What the operator can do about it.' }))
    }),
    log: Type.Object({
      role: Type.Enum(['leading', 'following', 'refusing', 'stopped']),
      size: Type.Integer({ description: 'Entries that the newest signed head covers.' }),
      reason: Type.Optional(Type.String({ description: 'Why the log is not signed.' })),
      remedy: Type.Optional(Type.String({ description: 'What the operator can do about it.' }))
    })
  })
)

const READY: Readiness = {
  status: 'ok',
  database: { takesWrites: true },
  log: { role: 'leading', size: 1208 }
}

/** What a supervisor and a load balancer ask. */
export async function healthRoutes(
  app: FastifyInstance,
  { deps, load }: RouteOptions
): Promise<void> {
  const tags = ['Service']
  const config = { scope: 'public', essential: true } as const
  const response = {
    200: {
      description: 'Yes.',
      content: { 'application/json': { schema: Status, example: { status: 'ok' } } }
    }
  }

  app.route({
    method: 'GET',
    url: '/health/live',
    config,
    schema: { operationId: 'isLive', summary: 'Does the process answer?', tags, response },
    handler: async (_request, reply) =>
      reply.header('cache-control', 'no-store').send({ status: 'ok' })
  })

  app.route({
    method: 'GET',
    url: '/health/ready',
    config,
    schema: {
      operationId: 'isReady',
      summary: 'Can the service take requests?',
      description:
        'Asks the database; 503 where it does not answer, or where the process has too much to do, with the reason. Says whether the database takes writes and the log is signed, and if not, why and what to do: the process still answers questions then, and no other could do more.',
      tags,
      response: {
        200: {
          description: 'Yes, or as far as `status` says.',
          content: { 'application/json': { schema: Ready, example: READY } }
        }
      }
    },
    handler: async (_request, reply) => {
      const overload = load.overload()
      if (overload) throw overloaded(overload)
      return reply.header('cache-control', 'no-store').send({ ...(await checkReadiness(deps)) })
    }
  })
}
