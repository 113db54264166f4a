/** A document that came with its signature: its exact bytes, and a detached JWS over them. */
export interface SignedLine {
  readonly document: Buffer
  readonly jws: string
}

/**
 * The document in a flattened JWS (RFC 7515 7.2.2: `payload`, `protected`, `signature`), which is how
 * a line carries its own signature; null for any other value. What is wrong with the signature itself
 * is for whoever verifies it to say.
 */
export function signedLineOf(value: unknown): SignedLine | null {
  if (typeof value !== 'object' || value === null) return null
  const { payload, protected: header, signature, ...others } = value as Record<string, unknown>
  if (typeof payload !== 'string' || typeof signature !== 'string') return null
  if (typeof header !== 'string' || Object.keys(others).length > 0) return null
  return { document: Buffer.from(payload, 'base64url'), jws: `${header}..${signature}` }
}
