import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import { RegistryError } from '../../errors.ts'
import type { Deps, Principal } from '../../registry/deps.ts'
import type { DfarsQuestion } from '../../registry/reports/dfars-question.ts'
import { exportDfarsReport, listReports } from '../../registry/reports/export-report.ts'
import type { ReportWish } from '../../registry/reports/hand-out-report.ts'
import { reportWishOf, sendReport } from '../report-answer.ts'
import type { RouteOptions } from '../route.ts'
import { deliveredOf, repeatable } from './delivery.ts'
import { type DfarsQuery, dfarsReportSchema, listReportsSchema } from './report-schemas.ts'

type DfarsQuerystring = Static<typeof DfarsQuery>

/** Reports: which there are, and each of them as JSON, CSV, a workbook or paper. */
export async function reportRoutes(app: FastifyInstance, { deps }: RouteOptions): Promise<void> {
  app.route({
    method: 'GET',
    url: '/v1/reports',
    config: { scope: 'report:read' },
    schema: listReportsSchema,
    handler: async () => ({ items: listReports() })
  })

  app.route<{ Querystring: DfarsQuerystring }>({
    method: 'GET',
    url: '/v1/reports/dfars-252.225-7052',
    config: { scope: 'report:read' },
    schema: dfarsReportSchema,
    preValidation: async (request) => {
      repeatable(request)
      demandDeliveryDate(request)
    },
    handler: async (request, reply) => {
      const wish = reportWishOf(request, reply)
      return sendReport(reply, await drawDfars(deps, request.principal, request.query, wish))
    }
  })
}

export const drawDfars = (
  deps: Deps,
  principal: Principal,
  query: DfarsQuerystring,
  wish: ReportWish
) => exportDfarsReport(deps, principal, questionOf(query), wish)

export function demandDeliveryDate(request: FastifyRequest): void {
  const { deliveryDate } = request.query as { readonly deliveryDate?: unknown }
  if (deliveryDate !== undefined && deliveryDate !== '') return
  throw new RegistryError(
    'REQUEST_INVALID',
    'The clause tests the date of delivery under the contract: add deliveryDate=YYYY-MM-DD.',
    { details: [{ pointer: 'deliveryDate', message: 'is required, as YYYY-MM-DD' }] }
  )
}

function questionOf(query: DfarsQuerystring): DfarsQuestion {
  const { batch: _batch, quantityKg: _quantity, asOf, format: _format, ...facts } = query
  return { batches: deliveredOf(query), facts, ...(asOf === undefined ? {} : { asOf }) }
}
