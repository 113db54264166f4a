import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { ServerOptions } from 'node:http'
import Fastify, { type FastifyInstance } from 'fastify'
import { publishedSchemas } from '../formats/published-schemas.ts'
import { Authenticator } from '../registry/access/authenticator.ts'
import type { Deps } from '../registry/deps.ts'
import { authenticateRequests } from './auth.ts'
import { readBodies } from './body/body.ts'
import { refuseOtherSignatures } from './body/signature.ts'
import { answerBrokenRequest } from './connection/broken-request.ts'
import { endConnectionsOnClose } from './connection/closing.ts'
import { answerExpectations } from './connection/expectation.ts'
import { lingerAfterEarlyAnswers } from './connection/linger.ts'
import { limitPipelining, noLongerUnanswered } from './connection/pipelining.ts'
import { refuseTunnels } from './connection/tunnels.ts'
import { describeRoutes, serveDescription } from './description/openapi.ts'
import { tagAnswers } from './etag.ts'
import { watchRequests } from './every-request.ts'
import { HandlerTimes } from './figures/handler-time.ts'
import { Load } from './figures/load.ts'
import { Metrics } from './figures/metrics.ts'
import { RequestFigures } from './figures/request-figures.ts'
import { type LineLogger, RequestLog } from './figures/request-log.ts'
import { openPages } from './pages.ts'
import { refuseOtherPreconditions } from './preconditions.ts'
import { sendProblem } from './problem.ts'
import { RequestRates } from './rate-limit.ts'
import { LONGEST_PATH_PARAMETER } from './request-size.ts'
import type { RouteOptions } from './route.ts'
import { type KnownRoute, RouteTable } from './route-table.ts'
import { batchRoutes } from './routes/batches.ts'
import { campaignRoutes } from './routes/campaigns.ts'
import { clientRoutes } from './routes/clients.ts'
import { crma29ReportRoutes } from './routes/crma-29-report.ts'
import { deregistrationRoutes } from './routes/deregistrations.ts'
import { epdDiffRoutes } from './routes/epd-diffs.ts'
import { epdFileRoutes } from './routes/epd-files.ts'
import { epdLifecycleRoutes } from './routes/epd-lifecycle.ts'
import { epdRoutes } from './routes/epds.ts'
import { eventRoutes } from './routes/events.ts'
import { facilityRoutes } from './routes/facilities.ts'
import { findingRoutes } from './routes/findings.ts'
import { footprintRoutes } from './routes/footprints.ts'
import { gapReportRoutes } from './routes/gap-report.ts'
import { grantRoutes } from './routes/grants.ts'
import { healthRoutes } from './routes/health.ts'
import { importRoutes } from './routes/imports.ts'
import { keyRoutes } from './routes/keys.ts'
import { logRoutes } from './routes/log.ts'
import { metricsRoutes } from './routes/metrics.ts'
import { oauthMetadataRoutes } from './routes/oauth-metadata.ts'
import { organizationRoutes } from './routes/organizations.ts'
import { profileRoutes } from './routes/profiles.ts'
import { receiptRoutes } from './routes/receipts.ts'
import { recycledRoutes } from './routes/recycled.ts'
import { registrationNumberRoutes } from './routes/registration-numbers.ts'
import { reportRoutes } from './routes/reports.ts'
import { ruleSettingRoutes } from './routes/rule-settings.ts'
import { schemaRoutes } from './routes/schemas.ts'
import { shipmentRoutes } from './routes/shipments.ts'
import { signingPolicyRoutes } from './routes/signing-policy.ts'
import { tokenRoutes } from './routes/token.ts'
import { wellKnownRoutes } from './routes/well-known.ts'
import { answerSerializer } from './serialization.ts'
import type { HttpSettings } from './settings.ts'
import { Turns } from './turns.ts'
import { requestValidator } from './validation.ts'
import { answerWithReceipts } from './wait-for-receipt.ts'
import { guardWrites } from './write-guard.ts'

/** Kept short, so that a stop does not wait for clients that hold a connection and say nothing. */
const KEEP_ALIVE_MS = 5_000
/** How soon a connection is asked whether its client is still there. */
const PROBE_AFTER_MS = 60_000
/** A connection may be silent while a handler works, and a little longer. */
const SILENCE_MS = 5_000

const schemas = [...publishedSchemas().values()].map(({ schema }) => schema)
/** Of the process, not of one app: the routes of each compile to the same. */
const validate = requestValidator(schemas)
const serialize = answerSerializer(schemas)

export interface AppOptions {
  readonly deps: Deps
  readonly config: HttpSettings
  /** Nothing is logged without one. */
  readonly logger?: LineLogger
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Every registered route and its scope; complete once the app is ready. */
    knownRoutes(): KnownRoute[]
  }
}

/**
 * The whole service behind its socket: tests and production get the same. Opens nothing; whoever
 * calls it listens and closes.
 */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { deps, config: settings } = options
  const authenticator = new Authenticator(deps, {
    issuer: settings.publicUrl,
    audience: settings.publicUrl,
    lifetimeSeconds: settings.tokenLifetimeSeconds,
    metricsToken: settings.metricsToken
  })
  const log = new RequestLog(options.logger)
  const app = createServer(settings, log)
  for (const schema of schemas) app.addSchema(schema)
  app.setValidatorCompiler(validate)
  app.setSerializerCompiler(serialize)
  app.setErrorHandler(sendProblem)
  const routes = new RouteTable(app)
  app.decorate('knownRoutes', () => routes.all())
  endConnectionsOnClose(app)
  lingerAfterEarlyAnswers(app, {
    bytes: settings.bulkLimitBytes,
    milliseconds: settings.requestTimeoutMs
  })
  app.decorate('requestLog', log)
  limitPipelining(app)
  refuseTunnels(app)
  const load = new Load(app, deps, settings)
  const requests = new RequestFigures()
  const times = new HandlerTimes(settings)
  const turns = new Turns()
  watchRequests(app, { settings, log, figures: requests, times, load, turns })
  const rates = new RequestRates(app, deps, settings)
  authenticateRequests(app, authenticator, rates)
  const metrics = new Metrics({ deps, requests, load, rates, version: packageVersion() })
  readBodies(app, settings)
  load.limitBodies(app)
  refuseOtherPreconditions(app)
  refuseOtherSignatures(app)
  guardWrites(app, deps)
  answerWithReceipts(app, deps)
  tagAnswers(app)
  answerExpectations(app)
  turns.holdAnswers(app)
  await describeRoutes(app, {
    version: packageVersion(),
    scopes: authenticator.scopes
  })
  await registerRoutes(app, { deps, settings, authenticator, load, rates, metrics })
  await serveDescription(app, settings)
  if (settings.webPages) await openPages(app, { deps, settings, authenticator, rates })
  return app
}

/** Every route module, in the order of the API description. */
async function registerRoutes(app: FastifyInstance, options: RouteOptions): Promise<void> {
  await app.register(tokenRoutes, options)
  await app.register(organizationRoutes, options)
  await app.register(facilityRoutes, options)
  await app.register(clientRoutes, options)
  await app.register(keyRoutes, options)
  await app.register(signingPolicyRoutes, options)
  await app.register(epdRoutes, options)
  await app.register(epdLifecycleRoutes, options)
  await app.register(epdDiffRoutes, options)
  await app.register(epdFileRoutes, options)
  await app.register(deregistrationRoutes, options)
  await app.register(registrationNumberRoutes, options)
  await app.register(profileRoutes, options)
  await app.register(eventRoutes, options)
  await app.register(importRoutes, options)
  await app.register(batchRoutes, options)
  await app.register(recycledRoutes, options)
  await app.register(shipmentRoutes, options)
  await app.register(findingRoutes, options)
  await app.register(ruleSettingRoutes, options)
  await app.register(footprintRoutes, options)
  await app.register(campaignRoutes, options)
  await app.register(grantRoutes, options)
  await app.register(reportRoutes, options)
  await app.register(gapReportRoutes, options)
  await app.register(crma29ReportRoutes, options)
  await app.register(receiptRoutes, options)
  await app.register(logRoutes, options)
  await app.register(schemaRoutes, options)
  await app.register(wellKnownRoutes, options)
  await app.register(oauthMetadataRoutes, options)
  await app.register(healthRoutes, options)
  await app.register(metricsRoutes, options)
}

function createServer(settings: HttpSettings, log: RequestLog): FastifyInstance {
  return Fastify({
    // request-log.ts tells of requests.
    logger: false,
    bodyLimit: settings.bodyLimitBytes,
    requestTimeout: longestArrival(settings),
    connectionTimeout: settings.handlerTimeoutMs + SILENCE_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // What still arrives on a connection while the service stops is answered, and the connection ended.
    return503OnClosing: false,
    trustProxy: settings.trustedProxies.length > 0 ? [...settings.trustedProxies] : false,
    http: arrivalLimits(settings),
    clientErrorHandler: answerBrokenRequest,
    routerOptions: { maxParamLength: LONGEST_PATH_PARAMETER },
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    // A malformed address never reaches a route or a hook, so the problem is sent from here.
    frameworkErrors: (error, request, reply) => {
      reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff')
      reply.raw.on('close', () => {
        noLongerUnanswered(request.raw)
        log.over(request, reply, 0)
      })
      sendProblem(error, request, reply)
    }
  })
}

/**
 * Node ends a request that does not arrive in time only where the headers have no longer limit than
 * the whole, and looks every 30 seconds unless told otherwise. It knows one time for all bodies:
 * handler-time.ts ends those sooner that are no uploads.
 */
function arrivalLimits(settings: HttpSettings): ServerOptions {
  const { requestTimeoutMs, headerLimitBytes } = settings
  return {
    requestTimeout: longestArrival(settings),
    headersTimeout: requestTimeoutMs,
    connectionsCheckingInterval: Math.min(2_000, requestTimeoutMs),
    maxHeaderSize: headerLimitBytes,
    requireHostHeader: false,
    // Without the life of a stream that nobody reads: most requests have no body. body.ts knows.
    optimizeEmptyRequests: true,
    keepAlive: true,
    keepAliveInitialDelay: PROBE_AFTER_MS
  }
}

function longestArrival({ requestTimeoutMs, uploadTimeoutMs }: HttpSettings): number {
  return Math.max(requestTimeoutMs, uploadTimeoutMs)
}

function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { readonly version: string }).version
}
