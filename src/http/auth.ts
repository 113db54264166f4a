import type { FastifyContextConfig, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { RegistryError } from '../errors.ts'
import type { Authenticator } from '../registry/access/authenticator.ts'
import type { Principal, Scope } from '../registry/deps.ts'
import type { RequestRates } from './rate-limit.ts'

const principals = new WeakMap<FastifyRequest, Principal>()

/**
 * Establishes who is calling, before anything of the request is read, and refuses whoever lacks the
 * scope of the route (RFC 6750) or has asked too often. What the caller may see is decided further in.
 */
export function authenticateRequests(
  app: FastifyInstance,
  authenticator: Authenticator,
  rates: RequestRates
): void {
  app.decorateRequest('principal', { getter: principalOf })
  app.decorateRequest('caller', { getter: callerOf })
  app.addHook('onRequest', (request, reply, done) => {
    const { scope, showsMoreTo } = request.terms
    if (showsMoreTo !== undefined) reply.header('vary', 'authorization')
    if (request.is404 || scope === undefined || (scope === 'public' && !identifies(request))) {
      done(rates.ofAddress(request, reply))
      return
    }
    identify(request, reply, scope, authenticator, rates).then(done, (error) =>
      done(principals.has(request) ? error : (rates.ofAddress(request, reply) ?? error))
    )
  })
}

async function identify(
  request: FastifyRequest,
  reply: FastifyReply,
  scope: NonNullable<FastifyContextConfig['scope']>,
  authenticator: Authenticator,
  rates: RequestRates
): Promise<RegistryError | undefined> {
  const token = bearerToken(request, reply)
  if (scope === 'metrics:read' && authenticator.isMonitor(token)) return undefined
  const principal = await authenticator.authenticate(token).catch((error) => {
    if (error instanceof RegistryError && error.code === 'UNAUTHENTICATED') {
      challenge(reply, 'invalid_token', error.message)
    }
    throw error
  })
  principals.set(request, principal)
  const refusal = rates.ofClient(principal, reply)
  if (!refusal && scope !== 'public') refuseWithout(scope, principal, reply)
  return refusal
}

/** True where a public route was sent a token and has more to show for it. */
function identifies({ headers, terms }: FastifyRequest): boolean {
  return terms.showsMoreTo !== undefined && headers.authorization !== undefined
}

function callerOf(this: FastifyRequest): Principal | null {
  const { showsMoreTo } = this.terms
  if (!showsMoreTo) throw new Error(`${this.routeOptions.url} shows everybody the same`)
  const principal = principals.get(this)
  return principal?.scopes.has(showsMoreTo) ? principal : null
}

function principalOf(this: FastifyRequest): Principal {
  const principal = principals.get(this)
  if (!principal) throw new Error(`${this.routeOptions.url} is public: nobody was authenticated`)
  return principal
}

function bearerToken(request: FastifyRequest, reply: FastifyReply): string {
  const { authorization } = request.headers
  const token = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(authorization ?? '')?.[1]
  if (token !== undefined) return token
  if (authorization === undefined) {
    reply.header('www-authenticate', 'Bearer realm="lodestone"')
    throw new RegistryError('UNAUTHENTICATED', 'Send an access token; get one at /auth/token.')
  }
  const message = 'The Authorization header carries no bearer token.'
  challenge(reply, 'invalid_token', message)
  throw new RegistryError('UNAUTHENTICATED', message)
}

function refuseWithout(
  scope: Scope | readonly Scope[],
  principal: Principal,
  reply: FastifyReply
): void {
  const enough = [scope].flat()
  if (enough.some((one) => principal.scopes.has(one))) return
  const names = enough.join(' or ')
  challenge(reply, 'insufficient_scope', `The scope ${names} is needed.`, enough[0])
  throw new RegistryError('FORBIDDEN', `The token lacks the scope ${names}.`)
}

function challenge(reply: FastifyReply, error: string, description: string, scope?: string): void {
  const wanted = scope === undefined ? '' : `, scope="${scope}"`
  const plain = description.replaceAll(/["\\]/g, "'")
  reply.header(
    'www-authenticate',
    `Bearer realm="lodestone", error="${error}", error_description="${plain}"${wanted}`
  )
}
