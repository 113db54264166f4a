import type { JWTVerifyOptions } from 'jose'

/** Who issues tokens and whom they are for; both are compared exactly. */
export interface TokenIdentity {
  readonly issuer: string
  readonly audience: string
}

export const TOKEN_TYPE = 'at+jwt'
/** Whatever a token says of itself, it ends this long after it was issued. */
export const LONGEST_LIFE_SECONDS = 900
/** Characters. */
export const LONGEST_TOKEN = 4096
const CLOCK_TOLERANCE_SECONDS = 5

/** What every access token has to keep to, whoever issued it (RFC 9068 4); its algorithms are its issuer's. */
export function tokenRules(
  { issuer, audience }: TokenIdentity,
  now: Date
): Omit<JWTVerifyOptions, 'algorithms'> {
  return {
    typ: TOKEN_TYPE,
    issuer,
    audience,
    requiredClaims: ['exp', 'iat', 'jti', 'sub', 'client_id', 'scope'],
    maxTokenAge: LONGEST_LIFE_SECONDS,
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    currentDate: now
  }
}
