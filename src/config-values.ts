import { isIP } from 'node:net'
import { resolve } from 'node:path'

/** A value of the environment that cannot be used; the message continues `<VARIABLE> …`. */
export class ValueRefused extends Error {
  override readonly name = 'ValueRefused'
}

/** Turns the text of a variable into a value, or throws ValueRefused. */
export type Parse<T> = (text: string) => T

export const word: Parse<string> = (text) => text

export const directory: Parse<string> = (text) => resolve(text)

/** A whole number within bounds, both included. */
export function integer(least: number, most: number): Parse<number> {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return value
    throw new ValueRefused(`must be a whole number from ${least} to ${most}`)
  }
}

export function oneOf<const Name extends string>(...names: readonly Name[]): Parse<Name> {
  return (text) => {
    const found = names.find((name) => name === text)
    if (found !== undefined) return found
    throw new ValueRefused(`must be one of ${names.join(', ')}`)
  }
}

/** A word that nobody guesses. It is never repeated. */
export const secretWord: Parse<string> = (text) => {
  if (/^[A-Za-z0-9\-._~+/]{24,200}=*$/.test(text)) return text
  throw new ValueRefused('must be 24 to 200 letters, digits and - . _ ~ + / at random')
}

/** What may stand behind `Bearer` (RFC 6750 2.1). It is never repeated. */
export const bearerToken: Parse<string> = (text) => {
  if (/^[A-Za-z0-9\-._~+/]+=*$/.test(text)) return text
  throw new ValueRefused('must be an access token, without `Bearer` and spaces')
}

/** An address with one of the given schemes; the text may hold a password and is never repeated. */
export function address(...schemes: readonly string[]): Parse<string> {
  return (text) => {
    const scheme = URL.parse(text)?.protocol.slice(0, -1)
    if (scheme !== undefined && schemes.includes(scheme)) return text
    throw new ValueRefused(`must be an address that begins with ${schemes.join(': or ')}:`)
  }
}

/**
 * An address of PostgreSQL. Signs of a password that end an address or a part of it make another host
 * of its rest, which would then be asked for and logged.
 */
export const databaseAddress: Parse<string> = (text) => {
  if (!/^postgres(ql)?:/i.test(text)) return address('postgresql', 'postgres')(text)
  const url = URL.parse(text)
  if (url !== null && /^\/?[^/@]*$/.test(url.pathname) && url.hash === '') return text
  throw new ValueRefused(
    'must be an address such as postgresql://user:password@host:5432/name; write : / @ # ? and % of a password as %3A %2F %40 %23 %3F and %25'
  )
}

const NAMED_NETWORKS = ['loopback', 'linklocal', 'uniquelocal']

/** Addresses and networks (`10.1.0.0/16`), separated by commas. */
export const networks: Parse<readonly string[]> = (text) => {
  const named = list(text)
  const wrong = named.find((item) => !isNetwork(item) && !NAMED_NETWORKS.includes(item))
  if (wrong === undefined) return named
  throw new ValueRefused(`must be addresses or networks such as 10.1.0.0/16, which ${wrong} is not`)
}

function isNetwork(text: string): boolean {
  const [ip = '', bits, ...more] = text.split('/')
  const version = isIP(ip)
  if (version === 0 || more.length > 0) return false
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
  )
}

/** An http address without path, query or trailing slash. */
export const origin: Parse<string> = (text) => {
  const url = URL.parse(text)
  const isOrigin =
    url !== null && /^https?:$/.test(url.protocol) && url.origin === url.href.slice(0, -1)
  if (isOrigin) return url.origin
  throw new ValueRefused('must be an address such as https://registry.example, without a path')
}

/**
 * Other issuers of access tokens, each with the address of its keys, separated by spaces. An address has
 * to be https, since whoever answers there decides who is let in; http is for this machine alone.
 */
export const issuers: Parse<readonly { readonly issuer: string; readonly keysAt: string }[]> = (
  text
) => {
  const pairs = text.split(/\s+/).filter((pair) => pair !== '')
  const terms = pairs.map((pair) => {
    const [issuer = '', keysAt = ''] = split(pair)
    const named = isTrustworthy(issuer) && !/[?#]/.test(issuer)
    if (named && isTrustworthy(keysAt)) return Object.freeze({ issuer, keysAt })
    throw new ValueRefused(
      'must be pairs such as https://id.example/realm=https://id.example/realm/keys, each https, separated by spaces'
    )
  })
  const names = new Set(terms.map(({ issuer }) => issuer))
  if (names.size === terms.length) return Object.freeze(terms)
  throw new ValueRefused('must name each issuer once')
}

/** At the first sign of equality: an issuer has no query (RFC 8414 2). */
function split(pair: string): readonly string[] {
  const at = pair.indexOf('=')
  return at < 0 ? [] : [pair.slice(0, at), pair.slice(at + 1)]
}

/** Of what a header may hold between quotation marks: refusals name the issuer there. */
function isTrustworthy(text: string): boolean {
  const url = URL.parse(text)
  if (url === null || url.username !== '' || url.password !== '') return false
  if (!/^[!-~]+$/.test(text) || /["\\]/.test(text)) return false
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  return url.protocol === 'https:' || (url.protocol === 'http:' && isHere)
}

/** Comma-separated; empty text is no element. */
const list: Parse<readonly string[]> = (text) =>
  Object.freeze(
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '')
  )

export const onOff: Parse<boolean> = (text) => {
  if (text === 'on' || text === 'off') return text === 'on'
  throw new ValueRefused('must be on or off')
}
