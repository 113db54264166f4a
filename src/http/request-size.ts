import type { FastifyRequest } from 'fastify'
import { RegistryError } from '../errors.ts'
import type { HttpSettings } from './settings.ts'

/** Longest variable part of a path; every id is shorter. */
export const LONGEST_PATH_PARAMETER = 200
/** A report takes 50 batches with their quantities, and some more. */
const MOST_QUERY_PARAMETERS = 150
/** Node would leave out silently what goes beyond 2,000. */
const MOST_HEADERS = 100

/** Refuses a request whose address or headers are larger than any that is meant well. */
export function refusalOfSize(
  { url, raw }: FastifyRequest,
  { urlLimit }: Pick<HttpSettings, 'urlLimit'>
): RegistryError | undefined {
  if (url.length > urlLimit) {
    return new RegistryError('URI_TOO_LONG', `An address has at most ${urlLimit} characters.`)
  }
  if (url.includes('%00')) {
    return new RegistryError('REQUEST_INVALID', 'The address holds U+0000; leave it out.')
  }
  if (raw.rawHeaders.length > MOST_HEADERS * 2) {
    return new RegistryError('HEADERS_TOO_LARGE', `A request has at most ${MOST_HEADERS} headers.`)
  }
  if (hasManyParameters(url)) {
    const message = `A query has at most ${MOST_QUERY_PARAMETERS} parameters.`
    return new RegistryError('REQUEST_INVALID', message)
  }
  return undefined
}

/** Only an address that is long enough for so many is looked through. */
function hasManyParameters(url: string): boolean {
  if (url.length < MOST_QUERY_PARAMETERS) return false
  return url.split('&', MOST_QUERY_PARAMETERS + 1).length > MOST_QUERY_PARAMETERS
}
