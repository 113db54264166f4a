import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

const SECRET = /^lds_[0-9a-f]{32}_[0-9a-f]{64}$/

/**
 * A new secret, to be shown once: `lds_<client id>_<256 random bits>`. The prefix lets secret
 * scanners find it in a repository, the id says whose it is.
 */
export function newClientSecret(client: string): string {
  return `lds_${client.replaceAll('-', '')}_${randomBytes(32).toString('hex')}`
}

/**
 * What is stored of a secret. One pass of SHA-256 is enough, because 256 random bits cannot be
 * searched; a slow password hash would protect nothing and make the token endpoint easy to exhaust.
 */
export function hashClientSecret(client: string, secret: string): Buffer {
  return createHash('sha256').update(`lodestone client secret\n${client}\n${secret}`).digest()
}

/** Compares in constant time, also where there is no such client, or none with a secret (`stored` nullish). */
export function clientSecretMatches(
  client: string,
  secret: string,
  stored: Buffer | null | undefined
): boolean {
  const presented = hashClientSecret(client, secret)
  const same = timingSafeEqual(presented, stored ?? Buffer.alloc(presented.length))
  return same && stored != null && SECRET.test(secret)
}
