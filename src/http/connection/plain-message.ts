import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { RegistryError } from '../../errors.ts'

/** Of these Node keeps the first and drops the others; their lengths tell nearly every other header apart. */
const ONCE: ReadonlyMap<number, string> = new Map(
  ['host', 'content-type', 'authorization'].map((name) => [name.length, name])
)
/** What a host and a port may be written with (RFC 3986 3.2.2). Without a host it is empty. */
const HOST = /^[\w.~!$&'()*+,;=%:[\]-]*$/

/**
 * Refuses a message that can be read in two ways (RFC 9112): a proxy in front may have read it in the
 * other one, and have let it through for that.
 */
export function refusalOfAmbiguity({ raw }: FastifyRequest): RegistryError | undefined {
  const reason = ambiguityOf(raw)
  return reason === undefined ? undefined : new RegistryError('REQUEST_INVALID', reason)
}

function ambiguityOf({ httpVersion, headers, rawHeaders }: IncomingMessage): string | undefined {
  // The parser of Node takes `GET / HTTP/2.0` for a request of our own version.
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return 'Send HTTP/1.1.'
  const { host, 'transfer-encoding': coding } = headers
  // RFC 9112 3.2. Node would answer this by itself, without a problem: app.ts tells it not to.
  if (host === undefined && httpVersion === '1.1') return 'The Host header is missing.'
  if (host !== undefined && !HOST.test(host)) return 'The Host header names no host.'
  // RFC 9112 6.1. Only this one is taken off.
  if (coding !== undefined && coding.trim().toLowerCase() !== 'chunked') {
    return 'The only transfer coding is chunked.'
  }
  const twice = repeated(rawHeaders)
  return twice === undefined ? undefined : `The header ${twice} is given twice.`
}

function repeated(rawHeaders: readonly string[]): string | undefined {
  let seen = ''
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? ''
    const once = ONCE.get(name.length)
    if (once === undefined || name.toLowerCase() !== once) continue
    if (seen.includes(once)) return once
    seen += `${once} `
  }
  return undefined
}
