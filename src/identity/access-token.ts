import { type CryptoKey, errors, jwtVerify, SignJWT } from 'jose'
import { RegistryError } from '../errors.ts'
import type { Scope } from './principal.ts'
import { isScope } from './scopes.ts'
import { TOKEN_ALGORITHM, type TokenKey } from './token-key.ts'

/** Who issues tokens and whom they are for; both are compared exactly. */
export interface TokenIdentity {
  readonly issuer: string
  readonly audience: string
}

/** What a valid access token says. */
export interface TokenClaims {
  readonly client: string
  readonly scopes: readonly Scope[]
  /** Milliseconds since 1970, when it ends. */
  readonly expiresAt: number
}

export interface TokenOrder extends TokenIdentity {
  readonly client: string
  readonly scopes: readonly Scope[]
  readonly id: string
  readonly now: Date
  readonly lifetimeSeconds: number
}

const TYPE = 'at+jwt'
const CLOCK_TOLERANCE_SECONDS = 5
/** Whatever a token says of itself, it ends this long after it was issued. */
const LONGEST_LIFE_SECONDS = 900
const LONGEST_TOKEN = 4096

/** Signs an access token in the shape of RFC 9068. */
export function signAccessToken(order: TokenOrder, key: TokenKey): Promise<string> {
  const issuedAt = Math.floor(order.now.getTime() / 1000)
  return new SignJWT({ client_id: order.client, scope: order.scopes.join(' ') })
    .setProtectedHeader({ alg: TOKEN_ALGORITHM, typ: TYPE, kid: key.id })
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
 * `keyOf` names the key of a `kid`, or undefined when there is none. Throws `UNAUTHENTICATED` with a
 * message that tells the caller what to do but not which check failed first.
 */
export async function verifyAccessToken(
  token: string,
  keyOf: (id: string) => Promise<TokenKey | undefined>,
  identity: TokenIdentity,
  now: Date
): Promise<TokenClaims> {
  if (token.length > LONGEST_TOKEN) throw unauthenticated('The access token is too long.')
  try {
    const { payload } = await jwtVerify(
      token,
      async ({ kid }) => publicKey(await find(kid, keyOf)),
      {
        algorithms: [TOKEN_ALGORITHM],
        typ: TYPE,
        issuer: identity.issuer,
        audience: identity.audience,
        requiredClaims: ['exp', 'iat', 'jti', 'sub', 'client_id', 'scope'],
        maxTokenAge: LONGEST_LIFE_SECONDS,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: now
      }
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

async function find(
  kid: unknown,
  keyOf: (id: string) => Promise<TokenKey | undefined>
): Promise<TokenKey | undefined> {
  return typeof kid === 'string' && kid.length <= 64 ? await keyOf(kid) : undefined
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
