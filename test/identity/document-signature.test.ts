/** Headers that a key did sign, and that are refused all the same: two verifiers must never differ. */
import { sign } from 'node:crypto'
import t from 'tap'
import { isSignedBy, KEY_PROOF_TYPE, readSignature } from '../../src/identity/document-signature.ts'
import { newSigningKey, signDocument, signKeyProof } from '../../src/identity/sign-document.ts'
import { SignatureRefused, type SigningKey } from '../../src/identity/signing-key.ts'

const signer = await newSigningKey('EdDSA')
const ec = await newSigningKey('ES256')
const document = Buffer.from('{"id":"x"}')

/** What becomes of a signature over the document: true or false, or why it is not even read. */
async function judged(jws: string, type: string | null = null, key: SigningKey = signer) {
  try {
    return await isSignedBy(readSignature(jws), key, document, type)
  } catch (error) {
    if (error instanceof SignatureRefused) return error.message
    throw error
  }
}

/** Signs under a header as it is written, in base64url or not. */
function signedAs(head: string): string {
  const input = Buffer.from(`${head}.${document.toString('base64url')}`)
  const made = sign(null, input, { key: { ...signer.privateJwk }, format: 'jwk' })
  return `${head}..${made.toString('base64url')}`
}

const under = (header: string | Buffer) => signedAs(Buffer.from(header).toString('base64url'))
const saying = (more: object) => under(JSON.stringify({ alg: 'EdDSA', kid: signer.id, ...more }))

t.test('accepts the members of docs/proofs.md, each by itself', async (t) => {
  const members = [{}, { alg: 'Ed25519' }, { typ: 'JOSE' }, { cty: 'json' }, { iat: 0 }]
  for (const more of members) t.equal(await judged(saying(more)), true, JSON.stringify(more))
  t.equal(await judged(await signDocument(ec, document), null, ec), true, 'ES256')
})

t.test('refuses a header that says more, though the key signed it', async (t) => {
  const more: readonly object[] = [
    { crit: ['exp'] },
    { crit: [] },
    { b64: false },
    { b64: true },
    { jwk: signer.jwk },
    { jku: 'https://keys.example/jwks.json' },
    { x5u: 'https://keys.example/cert.pem' },
    { x5c: ['MII'] },
    { x5t: 'x' },
    { exp: 1 },
    { nonce: 'x' },
    { ['']: 'x' }
  ]
  for (const members of more) {
    t.match(await judged(saying(members)), /^The header member .* is not allowed/)
  }
})

t.test('refuses what another reader would read otherwise, though the key signed it', async (t) => {
  const header = JSON.stringify({ alg: 'EdDSA', kid: signer.id })
  const jws = under(header)
  const [head = '', , made = ''] = jws.split('.')
  t.equal(await judged(jws), true, 'as it should be')
  const wrong: Readonly<Record<string, string>> = {
    'what is no UTF-8': under(Buffer.from(header.replace('{', '{"cty":"\xff",'), 'latin1')),
    'a byte order mark': under(`\ufeff${header}`),
    'a member twice': under(header.replace('{', '{"cty":"json","cty":"xml",')),
    'a list': under(`[${header}]`),
    'a text': under(JSON.stringify(header)),
    'a kid of nothing': saying({ kid: '' }),
    'a kid that is a number': saying({ kid: 4 }),
    'an iat before time began': saying({ iat: -1 }),
    'an iat that no double holds': under(header.replace('{', '{"iat":1e999,')),
    'a typ with a zero in it': saying({ typ: 'a\0' }),
    'half of a surrogate pair': under(header.replace('{', '{"cty":"\\ud800",')),
    'alg none': saying({ alg: 'none' }),
    'alg HS256': saying({ alg: 'HS256' }),
    'alg ES384': saying({ alg: 'ES384' }),
    'alg in small letters': saying({ alg: 'eddsa' }),
    'no alg': under(JSON.stringify({ kid: signer.id })),
    'a signature with bits that are not used': `${head}..${loose(made)}`,
    'a header with bits that are not used': signedAs(looseHeader(header)),
    'more than 4,096 characters': saying({ cty: 'x'.repeat(3_200) })
  }
  for (const [name, sent] of Object.entries(wrong)) {
    t.type(await judged(sent), 'string', name)
  }
})

t.test('is false for another key, algorithm, kind of thing or length', async (t) => {
  const other = await newSigningKey('EdDSA')
  const proof = saying({ typ: KEY_PROOF_TYPE })
  const [head = '', , made = ''] = saying({}).split('.')
  const longer = Buffer.concat([Buffer.from(made, 'base64url'), Buffer.alloc(1)])
  const [ecHead = ''] = (await signDocument(ec, document)).split('.')
  const ecKey = { key: { ...ec.privateJwk }, format: 'jwk' as const }
  const der = sign('sha256', Buffer.from(`${ecHead}.${document.toString('base64url')}`), ecKey)
  const shorter = Buffer.from(made, 'base64url').subarray(0, 63)
  const wrong: Readonly<Record<string, [string, (string | null)?, SigningKey?]>> = {
    'another key': [saying({}), null, other],
    'the name of another key': [saying({ kid: other.id })],
    'an algorithm that is not that of the key': [saying({ alg: 'ES256' })],
    'the proof of a key for a document': [proof],
    'a document for the proof of a key': [saying({}), KEY_PROOF_TYPE],
    'another type for the proof of a key': [saying({ typ: 'JOSE' }), KEY_PROOF_TYPE],
    'a byte more': [`${head}..${longer.toString('base64url')}`],
    'a byte less': [`${head}..${shorter.toString('base64url')}`],
    'a byte of P-256': [`${ecHead}..AA`, null, ec],
    'a byte more of P-256': [`${ecHead}..${Buffer.alloc(65, 1).toString('base64url')}`, null, ec],
    'a signature of P-256 as X.509 writes it': [`${ecHead}..${der.toString('base64url')}`, null, ec]
  }
  for (const [name, [jws, type, key]] of Object.entries(wrong)) {
    t.equal(await judged(jws, type, key), false, name)
  }
  t.equal(await judged(proof, KEY_PROOF_TYPE), true)
  t.equal(await judged(await signKeyProof(signer, document), KEY_PROOF_TYPE), true)
  t.equal(await judged(await signDocument(signer, document), KEY_PROOF_TYPE), false)
})

/** The same bytes, written in a way that is not canonical. */
function loose(text: string): string {
  const last = text.at(-1) ?? ''
  const next = String.fromCharCode(last.charCodeAt(0) + 1)
  const written = `${text.slice(0, -1)}${next}`
  const isSame = Buffer.from(written, 'base64url').equals(Buffer.from(text, 'base64url'))
  if (!isSame) throw new Error(`${text} has no other way to be written`)
  return written
}

/** A header whose base64url leaves bits unused. */
function looseHeader(header: string): string {
  const spaces = header.length % 3 === 0 ? ' ' : ''
  return loose(Buffer.from(`${header}${spaces}`).toString('base64url'))
}
