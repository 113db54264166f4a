import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { exportFootprintReport } from '../../registry/reports/export-footprint.ts'
import { traceFootprint } from '../../registry/trace/trace-footprint.ts'
import { footprintCsv } from '../../registry/trace/trace-footprint-csv.ts'
import { preferredType } from '../accept.ts'
import { reportWishOf, sendReport } from '../report-answer.ts'
import type { RouteOptions, TypedApp } from '../route.ts'
import { batchFootprintSchema, footprintReportSchema } from './footprint-schemas.ts'

/** What the declarations along the chain of a batch add up to: as an answer and as a report. */
export async function footprintRoutes(
  plain: FastifyInstance,
  { deps }: RouteOptions
): Promise<void> {
  const app: TypedApp = plain.withTypeProvider<TypeBoxTypeProvider>()
  app.route({
    method: 'GET',
    url: '/v1/batches/:id/footprint',
    config: { scope: 'chain:read' },
    schema: batchFootprintSchema,
    handler: async (request, reply) => {
      const question = { batch: request.params.id, ...momentOf(request.query) }
      const answer = await traceFootprint(deps, request.principal, question)
      reply.header('vary', 'accept')
      if (formatOf(request) === 'json') {
        return reply.type('application/json; charset=utf-8').send(JSON.stringify(answer))
      }
      return reply.type('text/csv; charset=utf-8').send(footprintCsv(answer))
    }
  })

  app.route({
    method: 'GET',
    url: '/v1/reports/footprint-chain',
    config: { scope: 'report:read' },
    schema: footprintReportSchema,
    handler: async (request, reply) => {
      const question = { batch: request.query.batch, ...momentOf(request.query) }
      const wish = reportWishOf(request, reply)
      const report = await exportFootprintReport(deps, request.principal, question, wish)
      return sendReport(reply, report)
    }
  })
}

function momentOf({ asOf }: { readonly asOf?: string }): { readonly asOf?: string } {
  return asOf === undefined ? {} : { asOf }
}

function formatOf(request: FastifyRequest): 'json' | 'csv' {
  const { format } = request.query as { readonly format?: 'json' | 'csv' }
  if (format) return format
  const type = preferredType(request.headers.accept, ['application/json', 'text/csv'])
  return type === 'text/csv' ? 'csv' : 'json'
}
