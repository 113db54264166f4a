import type { FastifyInstance } from 'fastify'
import { webPages } from '../web/pages.ts'
import { nextCursor, readCursor, readPositionCursor } from './paging.ts'
import { answerError } from './problem.ts'
import { sendReport } from './report-answer.ts'
import { pathOf } from './request-path.ts'
import type { RouteOptions } from './route.ts'
import { drawnReports } from './routes/drawn-reports.ts'

/** Opens the pages for people, and hands them what is decided here: statuses, rates, cursors. */
export function openPages(
  app: FastifyInstance,
  options: Pick<RouteOptions, 'deps' | 'settings' | 'authenticator' | 'rates'>
): Promise<void> {
  const { deps, settings, authenticator, rates } = options
  return webPages(app, {
    deps,
    authenticator,
    publicUrl: settings.publicUrl,
    rates,
    answerError,
    seeOther: (reply, address) => reply.code(303).header('location', address).send(),
    pathOf,
    reports: drawnReports,
    sendReport,
    paging: { readCursor, readPositionCursor, nextCursor }
  })
}
