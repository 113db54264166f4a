import { type CryptoKey, createRemoteJWKSet, customFetch, decodeJwt, errors, jwtVerify } from 'jose'
import { RegistryError } from '../errors.ts'
import type { Scope } from './principal.ts'
import { isScope } from './scopes.ts'
import { LONGEST_LIFE_SECONDS, TOKEN_TYPE, tokenRules } from './token-rules.ts'

/** Another issuer of access tokens whose word the operator takes, and where its keys are (RFC 7517). */
export interface IssuerTerms {
  /** `iss` of its tokens, compared exactly. */
  readonly issuer: string
  readonly keysAt: string
}

/** What a token of another issuer says, once it was verified. */
export interface ForeignClaims {
  /** Whoever that issuer knows by this name (`sub`). */
  readonly subject: string
  readonly scopes: readonly Scope[]
  /** Milliseconds since 1970, when it ends. */
  readonly expiresAt: number
}

/** Signatures alone: a shared secret or `none` is never tried (RFC 8725 3.1 and 3.2). */
const ALGORITHMS = [
  'EdDSA',
  'Ed25519',
  'ES256',
  'ES384',
  'ES512',
  'PS256',
  'PS384',
  'PS512',
  'RS256'
]
const FETCH_TIMEOUT_MS = 5_000
/** A `kid` that is not known makes the keys be fetched again at most this often. */
const COOLDOWN_MS = 30_000
/** A key that its issuer takes back ends here after so long. */
const KEYS_KEPT_MS = 600_000
/** After keys could not be fetched nobody tries again for so long. */
const PAUSE_MS = 5_000
const MOST_KEY_BYTES = 65_536
/** RFC 7518 3.3 */
const LEAST_RSA_BITS = 2048

/** How an issuer may name somebody: 1 to 255 characters of ASCII (OpenID Connect Core 2, `sub`). */
export const SUBJECT = '^[!-~]([ -~]{0,253}[!-~])?$'
const NAMES = new RegExp(SUBJECT)

type Asked = Parameters<ReturnType<typeof createRemoteJWKSet>>

/**
 * Verifies the tokens of one issuer by the keys that it publishes: fetched when the first token
 * comes, and again where a token names a key that is new. Addresses in tokens are never followed.
 */
export class TrustedIssuer {
  readonly issuer: string
  readonly #keys: ReturnType<typeof createRemoteJWKSet>
  #pausedUntil = Number.NEGATIVE_INFINITY

  constructor({ issuer, keysAt }: IssuerTerms) {
    this.issuer = issuer
    this.#keys = createRemoteJWKSet(new URL(keysAt), {
      timeoutDuration: FETCH_TIMEOUT_MS,
      cooldownDuration: COOLDOWN_MS,
      cacheMaxAge: KEYS_KEPT_MS,
      [customFetch]: (url, options) => this.#fetch(url, options)
    })
  }

  /**
   * The claims of a token for `audience`. Throws `UNAUTHENTICATED`; what is wrong with a claim is said
   * only once the signature holds. Throws `UNAVAILABLE` where the keys cannot be had.
   */
  async verify(token: string, audience: string, now: Date): Promise<ForeignClaims> {
    try {
      const { payload } = await jwtVerify(token, (header, jws) => this.#keyOf(header, jws), {
        ...tokenRules({ issuer: this.issuer, audience }, now),
        algorithms: ALGORITHMS
      })
      return claims(payload)
    } catch (error) {
      if (error instanceof errors.JOSEError) throw this.#refusal(error, audience)
      throw error
    }
  }

  /** A key that its issuer should not have published is no fault of ours, nor of its other keys. */
  async #keyOf(...asked: Asked): Promise<CryptoKey> {
    const key = await this.#published(...asked)
    const { modulusLength = LEAST_RSA_BITS } = key.algorithm as { readonly modulusLength?: number }
    if (modulusLength >= LEAST_RSA_BITS) return key
    throw this.#unusable(`RSA keys have at least ${LEAST_RSA_BITS} bits`)
  }

  async #published(...asked: Asked): Promise<CryptoKey> {
    try {
      return await this.#keys(...asked)
    } catch (error) {
      const others =
        error instanceof errors.JWKSNoMatchingKey ||
        error instanceof errors.JWKSMultipleMatchingKeys
      if (others) throw error
      if (error instanceof DOMException && error.name === 'DataError') {
        throw this.#unusable('it is published broken')
      }
      // One that was kept from trying tells the others to wait no longer.
      if (!(error instanceof Paused)) this.#pausedUntil = performance.now() + PAUSE_MS
      throw new RegistryError(
        'UNAVAILABLE',
        `The keys of ${this.issuer} cannot be had; ask again.`,
        {
          retryAfterSeconds: PAUSE_MS / 1000,
          cause: error
        }
      )
    }
  }

  #unusable(why: string): RegistryError {
    return new RegistryError(
      'UNAUTHENTICATED',
      `The access token of ${this.issuer} names a key that cannot be used: ${why}.`
    )
  }

  async #fetch(url: string, options: RequestInit): Promise<Response> {
    if (performance.now() < this.#pausedUntil) throw new Paused('It failed a moment ago.')
    const response = await fetch(url, options)
    return new Response(await bounded(response), { status: response.status })
  }

  #refusal(error: errors.JOSEError, audience: string): RegistryError {
    const say = (why: string) =>
      new RegistryError('UNAUTHENTICATED', `The access token of ${this.issuer} ${why}`)
    if (error instanceof errors.JWTExpired) return say('has expired; get a new one there.')
    if (error instanceof errors.JWTClaimValidationFailed) {
      return say(`is refused for its ${error.claim}: ${wanted(error.claim, audience)}.`)
    }
    if (error instanceof errors.JWTInvalid) return say(`is refused: ${error.message}.`)
    return say('is not valid; get one there.')
  }
}

/** The `iss` of what may be a token, unverified: it only says by whose keys to verify. */
export function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss
  } catch {
    return undefined
  }
}

class Paused extends Error {}

function claims(payload: Readonly<Record<string, unknown>>): ForeignClaims {
  const { sub: subject, client_id: client, scope, iat, exp } = payload
  if (typeof subject !== 'string' || !NAMES.test(subject)) {
    throw new errors.JWTInvalid('sub must be a text of at most 255 characters of ASCII')
  }
  if (typeof client !== 'string') throw new errors.JWTInvalid('client_id must be a text')
  if (typeof scope !== 'string') {
    throw new errors.JWTInvalid('scope must be a text, scopes separated by spaces')
  }
  // Both are numbers: their times were compared.
  if (Number(exp) - Number(iat) > LONGEST_LIFE_SECONDS) {
    throw new errors.JWTInvalid(`it lives longer than ${LONGEST_LIFE_SECONDS} s`)
  }
  return { subject, scopes: scope.split(' ').filter(isScope), expiresAt: Number(exp) * 1000 }
}

/** What a claim has to be, for whoever sets the issuer up. */
function wanted(claim: string, audience: string): string {
  if (claim === 'aud') return `it has to name ${audience}`
  if (claim === 'typ') return `the header has to say ${TOKEN_TYPE} (RFC 9068)`
  if (claim === 'nbf' || claim === 'iat') return 'it has to be a time that is not yet to come'
  return 'it has to be there, as RFC 9068 says'
}

/** The bytes of a key set. Throws where there are more than any has. */
async function bounded(response: Response): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response.body ?? []) {
    size += part.length
    if (size > MOST_KEY_BYTES) throw new Error(`A key set has at most ${MOST_KEY_BYTES} bytes.`)
    parts.push(part)
  }
  return Buffer.concat(parts)
}
