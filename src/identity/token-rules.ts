/** What every access token has to keep to, whoever issued it (RFC 9068, RFC 8725). */
export const TOKEN_RULES = {
  typ: 'at+jwt',
  requiredClaims: ['exp', 'iat', 'jti', 'sub', 'client_id', 'scope'],
  /** Whatever a token says of itself, it ends this long after it was issued. */
  longestLifeSeconds: 900,
  clockToleranceSeconds: 5,
  /** Characters. */
  longest: 4096
} as const
