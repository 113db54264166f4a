/**
 * Points of small order (RFC 8032 5.1.7 accepts them): with such a key a signature holds for every
 * document, so it binds nobody. Little-endian, without the bit of the sign.
 */
const SMALL_ORDER = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'
])

/** RFC 8032 5.1.3 reads no coordinate from here on, though libraries do: the same key would have two ids. */
const FIELD = 2n ** 255n - 19n

/** Why 32 bytes are no public key of Ed25519 to believe, though libraries take them; null for any other. */
export function pointFault(key: Uint8Array): 'smallOrder' | 'beyondField' | null {
  const point = Buffer.from(key)
  point[31] = (point[31] ?? 0) & 0x7f
  if (SMALL_ORDER.has(point.toString('hex'))) return 'smallOrder'
  return BigInt(`0x${point.reverse().toString('hex')}`) >= FIELD ? 'beyondField' : null
}
