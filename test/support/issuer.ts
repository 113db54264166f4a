import { randomUUID } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import type { Test } from 'tap'
import type { IssuerTerms } from '../../src/identity/trusted-issuer.ts'
import { testSettings } from './service.ts'

export const ISSUER = 'https://id.example/realm'

/** An issuer of access tokens as companies run one, with its keys behind a real socket. */
export interface Issuer {
  readonly terms: IssuerTerms
  /** How often its keys were fetched. */
  fetched(): number
  /** Answers for the keys from now on. */
  answerWith(listener: RequestListener | null): void
  /** A further key, published from now on. */
  addKey(algorithm?: string): Promise<string>
  /** A good token of `subject` unless told otherwise; undefined leaves a claim out. */
  token(
    subject: string,
    more?: Readonly<Record<string, unknown>>,
    header?: Readonly<Record<string, unknown>>,
    signer?: CryptoKey | Uint8Array
  ): Promise<string>
  readonly publicJwks: readonly JWK[]
}

export async function testIssuer(t: Test, now: () => Date): Promise<Issuer> {
  const keys = new Map<string, { readonly key: CryptoKey; readonly algorithm: string }>()
  const publicJwks: JWK[] = []
  let fetched = 0
  let other: RequestListener | null = null
  const server = createServer((request, response) => {
    fetched += 1
    if (other) return other(request, response)
    response.setHeader('content-type', 'application/jwk-set+json')
    response.end(JSON.stringify({ keys: publicJwks }))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })

  async function addKey(algorithm = 'ES256'): Promise<string> {
    const pair = await generateKeyPair(algorithm, { extractable: true })
    const kid = `key-${keys.size + 1}`
    keys.set(kid, { key: pair.privateKey, algorithm })
    publicJwks.push({ ...(await exportJWK(pair.publicKey)), kid, alg: algorithm, use: 'sig' })
    return kid
  }

  const token: Issuer['token'] = async (subject, more = {}, header = {}, signer) => {
    const kid = String(header['kid'] ?? [...keys.keys()].at(-1))
    const seconds = Math.floor(now().getTime() / 1000)
    const claims = {
      iss: ISSUER,
      aud: testSettings.publicUrl,
      sub: subject,
      client_id: 'planning',
      scope: 'party:read epd:read',
      iat: seconds,
      exp: seconds + 300,
      jti: randomUUID(),
      ...more
    }
    const alg = keys.get(kid)?.algorithm ?? 'ES256'
    return new SignJWT(claims)
      .setProtectedHeader({ alg, typ: 'at+jwt', kid, ...header })
      .sign(signer ?? keys.get(kid)?.key ?? (await generateKeyPair(alg)).privateKey)
  }

  await addKey()
  const { port } = server.address() as AddressInfo
  return {
    terms: { issuer: ISSUER, keysAt: `http://127.0.0.1:${port}/keys` },
    fetched: () => fetched,
    answerWith: (listener) => {
      other = listener
    },
    addKey,
    token,
    publicJwks
  }
}
