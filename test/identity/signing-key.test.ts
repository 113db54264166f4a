/** Keys that are none: with some of them a signature would hold for every document. */
import t from 'tap'
import { newSigningKey, openSigningKey } from '../../src/identity/sign-document.ts'
import { readSigningKey, SignatureRefused } from '../../src/identity/signing-key.ts'

const ed = await newSigningKey('EdDSA')
const ec = await newSigningKey('ES256')
const okp = (point: Buffer) => ({ kty: 'OKP', crv: 'Ed25519', x: point.toString('base64url') })
const reason = (reading: Promise<unknown>): Promise<string | null> =>
  reading.then(
    () => null,
    (error) => {
      if (error instanceof SignatureRefused) return error.message
      throw error
    }
  )

/** The eight points of small order (RFC 7748 and Chalkias et al., Taming the many EdDSAs, table 1). */
const SMALL = [
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85'
]

t.test('refuses every point of small order', async (t) => {
  for (const hex of SMALL) {
    t.match(await reason(readSigningKey(okp(Buffer.from(hex, 'hex')))), /small order/, hex)
  }
})

t.test('refuses every coordinate from the prime on, with either sign', async (t) => {
  for (let more = 0n; more < 19n; more += 1n) {
    const text = (2n ** 255n - 19n + more).toString(16).padStart(64, '0')
    const point = Buffer.from(text, 'hex').reverse()
    const signed = Buffer.from(point)
    signed[31] = (signed[31] ?? 0) | 0x80
    for (const one of [point, signed]) {
      t.match(await reason(readSigningKey(okp(one))), /small order|RFC 8032/, `p + ${more}`)
    }
  }
})

t.test('refuses what is no public key of ours', async (t) => {
  const { x = '' } = ed.jwk
  const last = 'AEIMQUYcgkosw048'.includes(x.at(-1) ?? '') ? x.charCodeAt(42) + 1 : 0
  const wrong: Readonly<Record<string, unknown>> = {
    nothing: null,
    text: 'key',
    'a key of which nothing is known': {},
    'a key to agree on secrets': { ...ed.jwk, crv: 'X25519' },
    'a key of the other Edwards curve': { ...ed.jwk, crv: 'Ed448' },
    'a key of another curve': { ...ec.jwk, crv: 'P-384' },
    'a key of the curve of Bitcoin': { ...ec.jwk, crv: 'secp256k1' },
    'a key of another type': { ...ec.jwk, kty: 'RSA' },
    'a private key': { ...ed.privateJwk },
    'a private key of P-256': { ...ec.privateJwk },
    'a secret beside it': { ...ed.jwk, k: 'AAAA' },
    'primes beside it': { ...ed.jwk, p: 'AAAA', q: 'AAAA' },
    'one prime beside it': { ...ed.jwk, q: 'AAAA' },
    'the other prime beside it': { ...ed.jwk, p: 'AAAA' },
    'bits that are not used': { ...ed.jwk, x: `${x.slice(0, 42)}${String.fromCharCode(last)}` },
    padding: { ...ed.jwk, x: `${x}=` },
    'a coordinate of 31 bytes': { ...ed.jwk, x: x.slice(0, 42) },
    'no y': { ...ec.jwk, y: undefined },
    'a y of another point': { ...ec.jwk, y: ec.jwk.x },
    'another algorithm': { ...ed.jwk, alg: 'ES256' },
    'another algorithm of P-256': { ...ec.jwk, alg: 'EdDSA' },
    'another use': { ...ed.jwk, use: 'enc' },
    'other operations': { ...ed.jwk, key_ops: ['sign', 'encrypt'] },
    'operations that are no list': { ...ed.jwk, key_ops: 'verify' }
  }
  for (const [name, jwk] of Object.entries(wrong)) {
    t.type(await reason(readSigningKey(jwk)), 'string', name)
  }
})

t.test('accepts a key with what says nothing of it, and keeps the key alone', async (t) => {
  const names = [ed, ec].map(({ jwk }) => Object.keys(jwk).toSorted().join())
  t.same(names, ['crv,kty,x', 'crv,kty,x,y'])
  const more = { kid: 'mine', use: 'sig', key_ops: ['verify'], ext: true }
  t.strictSame(await readSigningKey({ ...ed.jwk, ...more, alg: 'Ed25519' }), {
    id: ed.id,
    algorithm: 'EdDSA',
    jwk: ed.jwk
  })
  const { id, algorithm, jwk } = await readSigningKey({ ...ec.jwk, ...more, alg: 'ES256' })
  t.strictSame({ id, algorithm, jwk }, { id: ec.id, algorithm: 'ES256', jwk: ec.jwk })
})

t.test('opens a private key only where it is that of its public part', async (t) => {
  const other = await newSigningKey('EdDSA')
  t.equal((await openSigningKey(ed.privateJwk)).id, ed.id)
  const mixed = { ...ed.privateJwk, d: other.privateJwk.d }
  t.match(await reason(openSigningKey(mixed)), /not that of the key/)
  t.match(await reason(openSigningKey(ed.jwk)), /no private part/)
  t.match(await reason(openSigningKey(null)), /no private part/)
})
