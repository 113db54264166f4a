import type { FastifyRequest } from 'fastify'
import { RegistryError } from '../errors.ts'

/**
 * Refuses a form that a page of somebody else sends. The cookie does not come along from there
 * (SameSite=Strict), but signing in needs none: a stranger's form could sign a browser in as the
 * stranger, and what is asked for from then on would be seen by them. Browsers say where a request comes
 * from in Sec-Fetch-Site, and over plain http, where they leave that out, in Origin. Whoever sends
 * neither is no browser and can be led by nobody.
 */
export function refuseCrossSite(request: FastifyRequest, publicUrl: string): void {
  const { 'sec-fetch-site': site, origin } = request.headers
  if (site === 'same-origin' || site === 'none') return
  if (site === undefined && (origin === undefined || isOurs(origin, request, publicUrl))) return
  throw new RegistryError(
    'FORBIDDEN',
    'The form was sent from a page of another site. Open the page here and send it from there.'
  )
}

function isOurs(origin: string, request: FastifyRequest, publicUrl: string): boolean {
  const host = URL.parse(origin)?.host
  return host !== undefined && (origin === publicUrl || host === request.host)
}
