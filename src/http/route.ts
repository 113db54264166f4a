import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify'
import type { Authenticator } from '../registry/access/authenticator.ts'
import type { Deps, Principal, Scope } from '../registry/deps.ts'
import type { Load } from './figures/load.ts'
import type { Metrics } from './figures/metrics.ts'
import type { RequestRates } from './rate-limit.ts'
import type { HttpSettings } from './settings.ts'

/** What `buildApp` hands to every route module. */
export interface RouteOptions {
  readonly deps: Deps
  readonly settings: HttpSettings
  readonly authenticator: Authenticator
  readonly load: Load
  readonly rates: RequestRates
  readonly metrics: Metrics
}

/** The application with requests typed by their TypeBox schemas. */
export type TypedApp = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * The scope that the route needs, or `public`. A route without one fails at boot. Of a list one
     * is enough, and the verb says which of them what is asked for needs.
     */
    scope?: Scope | 'public' | readonly [Scope, ...Scope[]]
    /** A public route that shows more to a caller whose token has this scope: see `caller`. */
    showsMoreTo?: Scope
    /**
     * The route takes a document whose exact bytes matter: `request.body` is the Buffer as it came,
     * whatever `schema.body` documents. A list names the media types; `true` leaves them to the
     * route.
     */
    document?: true | readonly string[]
    /**
     * The body may be as large as bulk and take as long as an upload: `request.body` is the stream as
     * it arrives, which the route reads and limits.
     */
    upload?: true
    /** The body may be signed: `Lodestone-Signature` is described, and its verb is given it. */
    signed?: true
    /** Media types of the route that carry many documents: their bodies may be as large as bulk. */
    bulk?: readonly string[]
    /** What bodies of these types may have, where that is less than bulk. */
    bulkBytes?: number
    /** What one document may have, where that is less than elsewhere. */
    documentBytes?: number
  }

  interface FastifyRequest {
    /** `routeOptions.config`, which Fastify gathers anew whenever it is asked. */
    terms: FastifyContextConfig
    /** Who is calling; reading it on a public route is a mistake and throws. */
    readonly principal: Principal
    /** Who is calling a route that `showsMoreTo` somebody; null is the public. */
    readonly caller: Principal | null
    /** The exact bytes of a body that was parsed. */
    rawBody?: Buffer
  }
}
