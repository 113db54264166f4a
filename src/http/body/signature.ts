import type { FastifyRequest } from 'fastify'

/**
 * The detached JWS over the body in `Lodestone-Signature`; undefined where the request has none.
 * Several are joined by a comma, which is no signature: nobody could say which of them counts.
 */
export function signatureOf(
  { headers }: FastifyRequest,
  header: 'lodestone-signature' | 'lodestone-countersignature' = 'lodestone-signature'
): string | undefined {
  const sent = headers[header]
  return sent === undefined ? undefined : [sent].flat().join(', ')
}

/** The exact bytes of a request that is read as JSON, with the signature over them. */
export function sentRequest(request: FastifyRequest): {
  readonly bytes: Buffer
  readonly signature: string | undefined
} {
  return { bytes: request.rawBody ?? Buffer.alloc(0), signature: signatureOf(request) }
}
