import { type CryptoKey, errors, jwtVerify, SignJWT } from 'jose'
import { RegistryError } from '../errors.ts'
import type { Scope } from './principal.ts'
import { isScope } from './scopes.ts'
import { TOKEN_ALGORITHM, type TokenKey } from './token-key.ts'
import { LONGEST_LIFE_SECONDS, TOKEN_TYPE, type TokenIdentity, tokenRules } from './token-rules.ts'

/** What a valid access token says. */
export interface TokenClaims {
  readonly client: string
  readonly scopes: readonly Scope[]
  /** Milliseconds since 1970, when it ends. */
  readonly expiresAt: number
}

interface KeysById {
  find(id: string): Promise<TokenKey | undefined>
}

export interface TokenOrder extends TokenIdentity {
  readonly client: string
  readonly scopes: readonly Scope[]
  readonly id: string
  readonly now: Date
  readonly lifetimeSeconds: number
}

/** Signs an access token in the shape of RFC 9068. */
export function signAccessToken(order: TokenOrder, key: TokenKey): Promise<string> {
  const issuedAt = Math.floor(order.now.getTime() / 1000)
  return new SignJWT({ client_id: order.client, scope: order.scopes.join(' ') })
    .setProtectedHeader({ alg: TOKEN_ALGORITHM, typ: TOKEN_TYPE, kid: key.id })
    .setIssuer(order.issuer)
    .setAudience(order.audience)
    .setSubject(order.client)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + order.lifetimeSeconds)
    .setJti(order.id)
    .sign(key.privateKey)
}

/**
 * Verifies an access token (RFC 9068 4): algorithm, type, key, signature, issuer, audience and time.
 * `keys` finds the key of a `kid`, or undefined when there is none. Throws `UNAUTHENTICATED` with a
 * message that tells the caller what to do but not which check failed first.
 */
export async function verifyAccessToken(
  token: string,
  keys: KeysById,
  identity: TokenIdentity,
  now: Date
): Promise<TokenClaims> {
  try {
    const { payload } = await jwtVerify(
      token,
      async ({ kid }) => publicKey(await find(kid, keys)),
      { ...tokenRules(identity, now), algorithms: [TOKEN_ALGORITHM] }
    )
    return claims(payload)
  } catch (error) {
    if (error instanceof errors.JWTExpired) {
      throw unauthenticated('The access token has expired; get a new one at /auth/token.')
    }
    if (error instanceof errors.JOSEError) {
      throw unauthenticated('The access token is not valid; get one at /auth/token.')
    }
    throw error
  }
}

async function find(kid: unknown, keys: KeysById): Promise<TokenKey | undefined> {
  return typeof kid === 'string' && kid.length <= 64 ? await keys.find(kid) : undefined
}

function publicKey(key: TokenKey | undefined): CryptoKey {
  if (!key) throw new errors.JWKSNoMatchingKey()
  return key.publicKey
}

function claims(payload: Readonly<Record<string, unknown>>): TokenClaims {
  const { client_id: client, sub, scope, exp, iat } = payload
  const shaped = typeof client === 'string' && typeof scope === 'string' && sub === client
  if (!shaped || typeof exp !== 'number' || typeof iat !== 'number') {
    throw new errors.JWTInvalid('claims of an unexpected shape')
  }
  if (exp - iat > LONGEST_LIFE_SECONDS) throw new errors.JWTInvalid('a life that is too long')
  return { client, scopes: scope.split(' ').filter(isScope), expiresAt: exp * 1000 }
}

function unauthenticated(message: string): RegistryError {
  return new RegistryError('UNAUTHENTICATED', message)
}
