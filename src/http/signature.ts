import type { FastifyRequest } from 'fastify'

/**
 * The detached JWS over the body in `Lodestone-Signature`; undefined where the request has none.
 * Several are joined by a comma, which is no signature: nobody could say which of them counts.
 */
export function signatureOf({ headers }: FastifyRequest): string | undefined {
  const sent = headers['lodestone-signature']
  return sent === undefined ? undefined : [sent].flat().join(', ')
}
