import type { FastifyReply, FastifyRequest } from 'fastify'
import type { RegistryError } from '../errors.ts'
import type { Problem } from '../generated/problem.ts'
import type { Authenticator } from '../registry/access/authenticator.ts'
import type { Deps, Principal } from '../registry/deps.ts'
import type { ReportWish } from '../registry/reports/hand-out-report.ts'
import type { RenderedReport } from '../registry/reports/render-report.ts'

/** What http hands to the pages: whatever they have in common with the routes of the API. */
export interface Surroundings {
  readonly deps: Deps
  readonly authenticator: Authenticator
  /** Where browsers reach the service. */
  readonly publicUrl: string
  readonly rates: {
    ofClient(principal: Principal, reply: FastifyReply): RegistryError | undefined
    proof<T>(request: FastifyRequest, client: string, prove: () => Promise<T>): Promise<T>
  }
  /** Gives an answer the status and the headers of an error, and says what it was. */
  readonly answerError: (error: unknown, request: FastifyRequest, reply: FastifyReply) => Problem
  /** Sends a browser to another page, which it asks for with GET. */
  readonly seeOther: (reply: FastifyReply, address: string) => FastifyReply
  readonly pathOf: (url: string) => string
  /** The kinds of reports: how each is asked for, by name. */
  readonly reports: Readonly<Record<string, DrawnReport>>
  readonly sendReport: (reply: FastifyReply, report: RenderedReport) => FastifyReply
  readonly paging: {
    readCursor(request: FastifyRequest): string | undefined
    readPositionCursor(request: FastifyRequest): number
    nextCursor(
      request: FastifyRequest,
      reply: FastifyReply,
      key: string | number | undefined
    ): string | undefined
  }
}

/** How one kind of report is asked for. */
export interface DrawnReport {
  /** JSON Schema of its query. */
  readonly query: object
  /** Looks at a query before it is validated. Throws `REQUEST_INVALID`. */
  readonly prepare: (request: FastifyRequest) => void
  /** Draws it up for a query that was validated. Throws as the export of the kind. */
  readonly draw: (
    deps: Deps,
    principal: Principal,
    query: object,
    wish: ReportWish
  ) => Promise<RenderedReport>
}
