import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { RegistryError } from '../errors.ts'
import { pathOf } from './request-path.ts'
import { acceptsAnyBody } from './validation.ts'

/** A registered route, as the authorization matrix and the description see it. */
export interface KnownRoute {
  readonly method: string
  readonly url: string
  readonly scope: string
}

/**
 * Watches the registration of routes: refuses one that does not say who may call it, lets routes
 * that take documents parse them on their own, and answers 405 where a path knows other methods.
 * Call it before the first route is registered.
 */
export class RouteTable {
  readonly #routes: { readonly route: RouteOptions; readonly urls: readonly string[] }[] = []

  constructor(app: FastifyInstance) {
    app.addHook('onRoute', (route) => {
      if (route.config?.document) {
        const compile = route.validatorCompiler ?? app.validatorCompiler
        route.validatorCompiler = (part) =>
          part.httpPart === 'body' || !compile ? acceptsAnyBody : compile(part)
      }
      if (route.schema && !route.schema.querystring) {
        route.schema = { ...route.schema, querystring: { type: 'object', properties: {} } }
      }
      this.#routes.push({ route, urls: addressesOf(route) })
    })
    app.addHook('onReady', async () => this.#refuseUnscoped())
    // Before anything of a body is read: Fastify would ask first for what a QUERY must say of its body.
    app.addHook('preParsing', (request, reply, payload, done) => {
      done(request.is404 ? this.#nothingAt(request, reply) : null, payload)
    })
    app.setNotFoundHandler((request, reply) => {
      throw this.#nothingAt(request, reply)
    })
  }

  /** Every route once for each method; HEAD, which follows GET, left out. */
  all(): KnownRoute[] {
    return this.#routes
      .flatMap(({ route, urls }) => {
        const scope = [route.config?.scope ?? []].flat().join(' or ')
        const methods = [route.method].flat()
        return urls.flatMap((url) => methods.map((method) => ({ method, url, scope })))
      })
      .filter(({ method }) => method !== 'HEAD')
  }

  /** A hook of an inner scope may still set the scope when a route is registered: hence so late. */
  #refuseUnscoped(): void {
    const open = this.all().filter(({ scope }) => scope === '')
    if (open.length === 0) return
    const names = open.map(({ method, url }) => `${method} ${url}`).join(', ')
    throw new Error(`config.scope is missing: ${names}. Say who may call it, or 'public'.`)
  }

  #nothingAt(request: FastifyRequest, reply: FastifyReply): RegistryError {
    const path = pathOf(request.url)
    const allowed = this.#methodsOf(request)
    // A route of many paths that has nothing at this one, such as the files of /docs.
    if (allowed.length === 0 || allowed.includes(request.method)) {
      return new RegistryError('NOT_FOUND', `Nothing is at ${path}.`)
    }
    reply.header('allow', allowed.join(', '))
    const message = `${path} takes ${allowed.join(', ')}, not ${request.method}.`
    return new RegistryError('METHOD_NOT_ALLOWED', message)
  }

  #methodsOf(request: FastifyRequest): string[] {
    const path = pathOf(request.url)
    const methods = this.all()
      .filter(({ url }) => pattern(url).test(path))
      .map(({ method }) => method)
    // HEAD follows every GET (RFC 9110 9.3.2).
    if (methods.includes('GET')) methods.push('HEAD')
    return [...new Set(methods)].sort()
  }
}

/**
 * Where a route is: what a plugin serves at its very prefix, with a slash at the end and without. Read
 * when it is registered, since Fastify then overwrites the one address by the other and tells nobody.
 */
function addressesOf({ url, routePath }: RouteOptions & { readonly routePath?: string }): string[] {
  return routePath === '' ? [url, `${url}/`] : [url]
}

function pattern(url: string): RegExp {
  const parts = url.split(/(:\w+|\*)/).map((part) => {
    if (part === '*') return '.*'
    return part.startsWith(':') ? '[^/]+' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
  })
  return new RegExp(`^${parts.join('')}$`)
}
