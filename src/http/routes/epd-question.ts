import type { FastifyRequest } from 'fastify'
import { RegistryError } from '../../errors.ts'
import type { EpdQuestion } from '../../registry/epds/read-epd.ts'

/** Which version of which declaration a request asks for, and who asks. */
export function question(request: FastifyRequest): EpdQuestion {
  const { id } = request.params as { readonly id: string }
  const { version, validOn, asOf } = request.query as {
    readonly version?: string
    readonly validOn?: string
    readonly asOf?: string
  }
  if (version !== undefined && validOn !== undefined) {
    throw new RegistryError('REQUEST_INVALID', 'Ask for a version or for a day, not for both.')
  }
  return {
    principal: request.caller,
    id,
    ...(version === undefined ? {} : { version }),
    ...(validOn === undefined ? {} : { validOn }),
    ...(asOf === undefined ? {} : { asOf })
  }
}
