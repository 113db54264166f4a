import type { FastifyInstance, FastifyRequest } from 'fastify'
import { RegistryError } from '../../errors.ts'
import { onlyReads } from '../write-guard.ts'

const SIGNATURES = ['lodestone-signature', 'lodestone-countersignature'] as const

/**
 * The detached JWS over the body in `Lodestone-Signature`; undefined where the request has none.
 * Several are joined by a comma, which is no signature: nobody could say which of them counts.
 */
export function signatureOf(
  { headers }: FastifyRequest,
  header: (typeof SIGNATURES)[number] = 'lodestone-signature'
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

/**
 * Refuses signatures where none is taken: whoever sends one relies on it, and the answer would be the
 * same without. Uploads say by themselves how their lines are signed.
 */
export function refuseOtherSignatures(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    const { signed, upload } = route.config ?? {}
    if (onlyReads(route) || upload) return
    const { properties = {} } = (route.schema?.headers ?? {}) as { readonly properties?: object }
    const refused = SIGNATURES.filter(
      (name) => !(name in properties || (signed && name === 'lodestone-signature'))
    )
    route.preHandler = [
      (request, _reply, done) => done(refusalOf(request, refused)),
      ...[route.preHandler ?? []].flat()
    ]
  })
}

function refusalOf(
  { headers }: FastifyRequest,
  names: readonly string[]
): RegistryError | undefined {
  const sent = names.find((name) => headers[name] !== undefined)
  if (sent === undefined) return undefined
  return new RegistryError(
    'REQUEST_INVALID',
    `Nothing is signed here, so nothing was done: send the request without ${sent}.`,
    { details: [{ pointer: sent, message: 'is not taken here' }] }
  )
}
