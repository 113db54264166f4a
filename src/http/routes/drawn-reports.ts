import type { Static } from 'typebox'
import { exportFootprintReport } from '../../registry/reports/export-footprint.ts'
import { exportGapReport } from '../../registry/reports/export-gaps.ts'
import type { DrawnReport } from '../../web/surroundings.ts'
import { Crma29Query, drawCrma29 } from './crma-29-report.ts'
import { repeatable } from './delivery.ts'
import { footprintReportSchema } from './footprint-schemas.ts'
import { GapQuery } from './gap-report.ts'
import { DfarsQuery } from './report-schemas.ts'
import { demandDeliveryDate, drawDfars } from './reports.ts'

type OfOneBatch = { readonly batch: string; readonly asOf?: string }

/** How each kind of report is asked for, as `/v1/reports` names it, so that pages ask as the API does. */
export const drawnReports: Readonly<Record<string, DrawnReport>> = {
  'dfars-252.225-7052': {
    query: DfarsQuery,
    prepare: (request) => {
      repeatable(request)
      demandDeliveryDate(request)
    },
    draw: (deps, principal, query, wish) =>
      drawDfars(deps, principal, query as Static<typeof DfarsQuery>, wish)
  },
  'crma-29': {
    query: Crma29Query,
    prepare: repeatable,
    draw: (deps, principal, query, wish) =>
      drawCrma29(deps, principal, query as Static<typeof Crma29Query>, wish)
  },
  'footprint-chain': {
    query: footprintReportSchema.querystring,
    prepare: () => {},
    draw: (deps, principal, query, wish) =>
      exportFootprintReport(deps, principal, ofOneBatch(query as OfOneBatch), wish)
  },
  gaps: {
    query: GapQuery,
    prepare: () => {},
    draw: (deps, principal, query, wish) =>
      exportGapReport(deps, principal, ofOneBatch(query as OfOneBatch), wish)
  }
}

function ofOneBatch({ batch, asOf }: OfOneBatch): OfOneBatch {
  return { batch, ...(asOf === undefined ? {} : { asOf }) }
}
