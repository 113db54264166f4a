/** Signatures of RFC 7520, RFC 7797 and RFC 8037, as their cookbook publishes them. */
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { isSignedBy, readSignature } from '../../src/identity/document-signature.ts'
import { readSigningKey, SignatureRefused } from '../../src/identity/signing-key.ts'
import { unlessFolderAbsent } from '../support/shared-data.ts'

const FOLDER = fileURLToPath(new URL('../../../shared/data/trust/jose-cookbook/', import.meta.url))
const SIGNATURES = 19

const needs = (cases: number) => unlessFolderAbsent('trust/jose-cookbook', cases)

interface Vector {
  readonly file: string
  readonly input: { readonly payload: string; readonly key: unknown }
  readonly output: {
    readonly json: {
      readonly signatures: readonly { readonly protected?: string; readonly signature: string }[]
    }
  }
}

const vectors = (): Vector[] =>
  globSync('**/*.json', { cwd: FOLDER })
    .sort()
    .map((file) => ({ file, ...JSON.parse(readFileSync(`${FOLDER}${file}`, 'utf8')) }))

const refusal = (jws: string): string | null => {
  try {
    readSignature(jws)
    return null
  } catch (error) {
    if (error instanceof SignatureRefused) return error.message
    throw error
  }
}

t.test(
  'none passes that is not ours: algorithm, critical member, missing kid',
  needs(SIGNATURES),
  async (t) => {
    let refused = 0
    for (const { file, output } of vectors()) {
      for (const { protected: header = '', signature } of output.json.signatures) {
        const reason = refusal(`${header}..${signature}`)
        if (t.ok(reason, `${file}: ${reason}`)) refused += 1
      }
    }
    t.comment(`${refused} signatures refused`)
    t.equal(refused, SIGNATURES)
  }
)

t.test(
  'the Ed25519 signature of RFC 8037 holds over its bytes and over no others',
  needs(1),
  async (t) => {
    const found = vectors().find(({ file }) => file === 'curve25519_jws.json')
    const [made] = found?.output.json.signatures ?? []
    if (!found || !made) throw new Error('the vector is not there')
    const { d: _private, use: _use, ...jwk } = found.input.key as Record<string, unknown>
    const key = await readSigningKey(jwk)
    // Its header has no kid, which only the registry asks for.
    const signature = {
      key: key.id,
      algorithm: 'EdDSA' as const,
      type: null,
      jws: `${made.protected}..${made.signature}`
    }
    const bytes = Buffer.from(found.input.payload)
    t.ok(await isSignedBy(signature, key, bytes))
    for (const [n, byte] of bytes.entries()) {
      const other = Buffer.from(bytes)
      other[n] = byte ^ 1
      t.notOk(await isSignedBy(signature, key, other), `bit 0 of byte ${n} flipped`)
    }
  }
)
