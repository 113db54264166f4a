import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { RegistryError } from '../errors.ts'
import type { Principal, Scope } from '../registry/deps.ts'
import type { Surroundings } from './surroundings.ts'

const COOKIE = 'lodestone_token'
const visitors = new WeakMap<FastifyRequest, Principal>()

/**
 * Finds out who opens a page by the cookie that signing in has set. A token that is over, or whose client
 * was revoked, makes nobody: public pages are shown to anybody, and others ask to sign in. Whoever is
 * known is held to the allowance of the client, as with the API.
 */
export function recognizeVisitors(
  app: FastifyInstance,
  { authenticator, rates }: Surroundings
): void {
  app.addHook('onRequest', async (request, reply) => {
    const token = tokenIn(request)
    if (token === undefined) return
    const principal = await authenticator.authenticate(token).catch(nobody)
    if (principal === null) return
    visitors.set(request, principal)
    const refusal = rates.ofClient(principal, reply)
    if (refusal) throw refusal
  })
}

function nobody(error: unknown): null {
  if (error instanceof RegistryError && error.code === 'UNAUTHENTICATED') return null
  throw error
}

/** Who opens a page; null is the public. */
export function visitorOf(request: FastifyRequest): Principal | null {
  return visitors.get(request) ?? null
}

/** Who opens a page that shows more to whoever has a scope; null is the public. */
export function callerOf(request: FastifyRequest, scope: Scope): Principal | null {
  const visitor = visitorOf(request)
  return visitor?.scopes.has(scope) ? visitor : null
}

/** Who opens a page that is not for everybody. Throws `UNAUTHENTICATED`, and `FORBIDDEN` without the scope. */
export function memberOf(request: FastifyRequest, scope: Scope): Principal {
  const visitor = visitorOf(request)
  if (!visitor) {
    const message = tokenIn(request) === undefined ? 'Sign in to see this page.' : OVER
    throw new RegistryError('UNAUTHENTICATED', message)
  }
  if (visitor.scopes.has(scope)) return visitor
  throw new RegistryError('FORBIDDEN', `The roles of your client lack the scope ${scope}.`)
}

const OVER = 'You are no longer signed in: it lasts some minutes. Sign in again.'

function tokenIn({ headers }: FastifyRequest): string | undefined {
  return /(?:^|;\s*)lodestone_token=([A-Za-z0-9\-._~+/]+=*)(?:;|$)/.exec(headers.cookie ?? '')?.[1]
}

/**
 * Lets the browser keep a token for the pages alone. Without a Path it is kept for the folder of the
 * address that set it (RFC 6265 5.1.4), as the browser sees it: below whatever prefix a proxy takes off.
 */
export function keepToken(
  reply: FastifyReply,
  { publicUrl }: Surroundings,
  { token, seconds }: { readonly token: string; readonly seconds: number }
): void {
  const secure = publicUrl.startsWith('https:') ? '; Secure' : ''
  reply.header(
    'set-cookie',
    `${COOKIE}=${token}; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`
  )
}

export function forgetToken(reply: FastifyReply, surroundings: Surroundings): void {
  keepToken(reply, surroundings, { token: '', seconds: 0 })
}
