import type { FastifyInstance } from 'fastify'
import type { RouteOptions } from '../route.ts'

const EXAMPLE = `# HELP lodestone_http_requests_in_flight Requests that are being worked on.
# TYPE lodestone_http_requests_in_flight gauge
lodestone_http_requests_in_flight 1
`

/** What a monitoring system asks (Prometheus text format). */
export async function metricsRoutes(
  app: FastifyInstance,
  { metrics }: RouteOptions
): Promise<void> {
  app.route({
    method: 'GET',
    url: '/metrics',
    config: { scope: 'metrics:read', essential: true },
    schema: {
      operationId: 'readMetrics',
      summary: 'Figures of this process for a monitoring system',
      description:
        'Prometheus text format. For the token that the operator has set (`LODESTONE_METRICS_TOKEN`), or an access token with the scope.',
      tags: ['Service'],
      response: {
        200: {
          description: 'Figures.',
          content: { 'text/plain': { schema: { type: 'string' }, example: EXAMPLE } }
        }
      }
    },
    handler: async (_request, reply) =>
      reply
        .type(metrics.contentType)
        .header('cache-control', 'no-store')
        .send(await metrics.read())
  })
}
