import type { FastifySchema, RouteOptions } from 'fastify'
import { onlyReads } from '../write-guard.ts'

type Headers = Readonly<Record<string, object>>

const WAIT =
  '`wait=5`: the answer comes when the log covers what was accepted, at most so many seconds later, with its receipt in `receipt` (RFC 7240).'
const HANDLING =
  '`handling=strict` is all or nothing, `handling=lenient` has an answer for each line.'

/**
 * The headers of a request that a route takes besides those of its schema: described here, read
 * wherever they are of use, and validated there.
 */
export function describedHeaders(
  schema: FastifySchema | undefined,
  route: RouteOptions
): { readonly type: 'object'; readonly properties: Headers } | undefined {
  const stated = (schema?.headers ?? {}) as { readonly properties?: Headers }
  const properties = { ...stated.properties, ...preferOf(route), ...signatureOf(route) }
  return Object.keys(properties).length === 0 ? undefined : { type: 'object', properties }
}

function preferOf(route: RouteOptions): Headers {
  if (onlyReads(route)) return {}
  const { bulk, upload } = route.config ?? {}
  const told = upload ? [HANDLING] : bulk ? [WAIT, HANDLING] : [WAIT]
  return { prefer: { type: 'string', description: told.join(' '), examples: ['wait=5'] } }
}

function signatureOf(route: RouteOptions): Headers {
  if (route.config?.signed !== true) return {}
  const description =
    'A detached JWS (EdDSA or ES256, `kid` of a registered key) over the exact bytes of the body; `lodestone sign` makes one. Needed where the organization refuses what nobody signed.'
  return { 'lodestone-signature': { type: 'string', description, examples: ['eyJhbGciOi...'] } }
}
