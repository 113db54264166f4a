import {
  newSigningKey,
  type PrivateSigningKey,
  signDocument,
  signKeyProof
} from '../../identity/sign-document.ts'
import { ApiClient } from '../client.ts'

/** Brings a declaration that its owner submitted to publication. */
export type Publish = (epd: string, version: string, registrationNumber: string) => Promise<void>

interface Member {
  readonly client: ApiClient
  readonly key: PrivateSigningKey
}

/**
 * Registers the two that stand between an owner and the public, each with a key of its own: a
 * verifier, who is neither owner nor practitioner, and the operator of a programme. What they state
 * they sign.
 */
export async function setProgramme(admin: ApiClient): Promise<Publish> {
  const verifier = await join(admin, 'Demo Verifiers', 'verifier')
  const operator = await join(admin, 'Demo EPD Programme', 'operator')
  return async (epd, version, registrationNumber) => {
    const path = `/v1/epds/${epd}/transitions`
    const started = await verifier.client.postJson(path, {
      version,
      transition: 'start_verification'
    })
    const { sha256, reportSha256 } = started as {
      readonly sha256: string
      readonly reportSha256: string
    }
    const about = { version, documentSha256: sha256 }
    await state(verifier, path, { ...about, transition: 'verify', reportSha256 })
    await state(operator, path, { ...about, transition: 'register', registrationNumber })
    await operator.client.postJson(path, { version, transition: 'publish' })
  }
}

async function join(admin: ApiClient, name: string, role: string): Promise<Member> {
  const organization = await idOf(admin, '/v1/organizations', { name, country: 'SE' })
  const terms = { organization, name: `${name}, demonstration`, roles: [role] }
  const { id: clientId, secret: clientSecret } = (await admin.postJson('/v1/clients', terms)) as {
    readonly id: string
    readonly secret: string
  }
  const client = new ApiClient({ url: admin.url, clientId, clientSecret })
  const key = await newSigningKey('EdDSA')
  const body = JSON.stringify({ organization, jwk: key.jwk, label: name })
  const proof = await signKeyProof(key, Buffer.from(body))
  await client.post('/v1/keys', { body, headers: { 'lodestone-signature': proof } })
  return { client, key }
}

async function idOf(admin: ApiClient, path: string, document: object): Promise<string> {
  return ((await admin.postJson(path, document)) as { readonly id: string }).id
}

/** A statement is signed over the exact bytes of the request. */
async function state({ client, key }: Member, path: string, statement: object): Promise<void> {
  const body = JSON.stringify(statement)
  const signature = await signDocument(key, Buffer.from(body))
  await client.post(path, { body, headers: { 'lodestone-signature': signature } })
}
