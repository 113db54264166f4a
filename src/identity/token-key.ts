import {
  type CryptoKey,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK
} from 'jose'

/** The one signature algorithm of access tokens; nothing else is ever tried (RFC 8725 3.1). */
export const TOKEN_ALGORITHM = 'EdDSA'

/** A signing key of the service as it is stored. */
export interface StoredTokenKey {
  readonly id: string
  readonly privateJwk: string
  readonly publicJwk: string
  readonly retiredAt: string | null
}

/** A signing key of the service, ready to use. */
export interface TokenKey {
  readonly id: string
  readonly privateKey: CryptoKey
  readonly publicKey: CryptoKey
  /** As it is published (RFC 7517). */
  readonly publicJwk: JWK
  /** False once it only verifies what it signed before. */
  readonly signs: boolean
}

/** A new Ed25519 key, named by its RFC 7638 thumbprint. */
export async function newTokenKey(): Promise<StoredTokenKey> {
  const { privateKey, publicKey } = await generateKeyPair(TOKEN_ALGORITHM, {
    crv: 'Ed25519',
    extractable: true
  })
  const publicJwk = await exportJWK(publicKey)
  const id = await calculateJwkThumbprint(publicJwk)
  const published = { ...publicJwk, kid: id, alg: TOKEN_ALGORITHM, use: 'sig' }
  return {
    id,
    privateJwk: JSON.stringify(await exportJWK(privateKey)),
    publicJwk: JSON.stringify(published),
    retiredAt: null
  }
}

/** Imports a stored key; the private part cannot be exported again. */
export async function openTokenKey(stored: StoredTokenKey): Promise<TokenKey> {
  const publicJwk = JSON.parse(stored.publicJwk) as JWK
  return {
    id: stored.id,
    privateKey: await imported(JSON.parse(stored.privateJwk) as JWK),
    publicKey: await imported(publicJwk),
    publicJwk,
    signs: stored.retiredAt === null
  }
}

async function imported(jwk: JWK): Promise<CryptoKey> {
  return (await importJWK(jwk, TOKEN_ALGORITHM, { extractable: false })) as CryptoKey
}
