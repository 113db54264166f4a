import { createHash, randomBytes } from 'node:crypto'

const SECRET = /^ldg_[0-9a-f]{32}_[0-9a-f]{64}$/

/** A new secret of a one-time link, to be shown once: `ldg_<grant id>_<256 random bits>`. */
export function newGrantSecret(grant: string): string {
  return `ldg_${grant.replaceAll('-', '')}_${randomBytes(32).toString('hex')}`
}

/**
 * What is stored of a secret and looked up; null for text that is no secret. One pass of SHA-256 is
 * enough for 256 random bits, and a lookup by hash tells nothing by its timing.
 */
export function hashGrantSecret(secret: string): Buffer | null {
  if (!SECRET.test(secret)) return null
  return createHash('sha256').update(`lodestone grant secret\n${secret}`).digest()
}
