import type { FastifyRequest } from 'fastify'
import { RegistryError } from '../errors.ts'
import { UNREADABLE, unreadableIn } from './request-path.ts'

/**
 * Refuses a query that is not UTF-8, percent-encoded. Whoever reads on takes `%ff` for three letters: the
 * question would be answered as if somebody had asked another one. What is not ASCII, Node refuses.
 */
export function refusalOfQuery({ url }: Pick<FastifyRequest, 'url'>): RegistryError | undefined {
  // Most addresses have nothing encoded, and this is asked of each. The path was read by then.
  if (!url.includes('%')) return undefined
  const query = url.slice(url.search(QUERY) + 1)
  const pair = query.split('&').find((one) => unreadableIn(one) !== undefined)
  if (pair === undefined) return undefined
  const [name = ''] = pair.split('=', 1)
  const message = `${unreadableIn(pair)} in ${name} of the query ${UNREADABLE}`
  return new RegistryError('REQUEST_INVALID', message, {
    details: [{ pointer: name, message: UNREADABLE }]
  })
}

/** Where the query begins; the router takes a fragment, which nobody sends, for one. */
const QUERY = /[?#]|$/
