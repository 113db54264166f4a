import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import t from 'tap'
import { canonicalHash, canonicalJson, canonicalPieces } from '../../src/domain/canonical-json.ts'

const vectors = fileURLToPath(new URL('../../../shared/data/trust/jcs/testdata/', import.meta.url))
const skip = existsSync(vectors) ? false : '6 vectors of RFC 8785: ../shared/data is absent'

t.test('writes the vectors of RFC 8785', { skip }, async (t) => {
  const names = readdirSync(join(vectors, 'input'))
  for (const name of names) {
    const input = JSON.parse(readFileSync(join(vectors, 'input', name), 'utf8'))
    t.equal(canonicalJson(input), readFileSync(join(vectors, 'output', name), 'utf8').trim(), name)
  }
  t.equal(names.length, 6)
})

t.test('orders names by UTF-16 code units, not by the numbers they look like', async (t) => {
  t.equal(canonicalJson({ b: 1, '10': 2, '9': 3, a: 4 }), '{"10":2,"9":3,"a":4,"b":1}')
  t.equal(canonicalJson({ ﬀ: 1, '😀': 2, '': 3 }), '{"":3,"😀":2,"ﬀ":1}')
})

t.test('writes numbers and strings as ECMAScript does', async (t) => {
  t.equal(canonicalJson([-0, 1e21, 1e-7, 100, 4.5]), '[0,1e+21,1e-7,100,4.5]')
  t.equal(canonicalJson('\u007f\u0001"\\/é\u2028'), '"\u007f\\u0001\\"\\\\/é\u2028"')
})

t.test('an absent member and an undefined one are the same', async (t) => {
  t.equal(canonicalJson({ a: undefined, b: null, c: [] }), '{"b":null,"c":[]}')
  t.same(canonicalHash({ a: 1, b: undefined }), canonicalHash({ a: 1 }))
})

t.test('the hash is SHA-256 of the text, whatever the order of the members', async (t) => {
  const empty = '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'
  t.equal(canonicalHash({}).toString('hex'), empty)
  t.same(canonicalHash({ x: [1, { y: 2, z: 3 }] }), canonicalHash({ x: [1, { z: 3, y: 2 }] }))
})

t.test('refuses what JSON cannot say', async (t) => {
  for (const value of [undefined, [undefined], Number.NaN, { a: Number.POSITIVE_INFINITY }]) {
    t.throws(() => canonicalJson(value), TypeError)
  }
  for (const value of [1n, () => 1, Symbol('s'), '\ud800', { '\udc00': 1 }]) {
    t.throws(() => canonicalJson(value), TypeError)
  }
})

/** RFC 8785 appendix B: the bits of a double, and how it is written; null for what is no number. */
const NUMBERS: Readonly<Record<string, string | null>> = {
  '0000000000000000': '0',
  '8000000000000000': '0',
  '0000000000000001': '5e-324',
  '8000000000000001': '-5e-324',
  '7fefffffffffffff': '1.7976931348623157e+308',
  ffefffffffffffff: '-1.7976931348623157e+308',
  '4340000000000000': '9007199254740992',
  c340000000000000: '-9007199254740992',
  '4430000000000000': '295147905179352830000',
  '7fffffffffffffff': null,
  '7ff0000000000000': null,
  '44b52d02c7e14af5': '9.999999999999997e+22',
  '44b52d02c7e14af6': '1e+23',
  '44b52d02c7e14af7': '1.0000000000000001e+23',
  '444b1ae4d6e2ef4e': '999999999999999700000',
  '444b1ae4d6e2ef4f': '999999999999999900000',
  '444b1ae4d6e2ef50': '1e+21',
  '3eb0c6f7a0b5ed8c': '9.999999999999997e-7',
  '3eb0c6f7a0b5ed8d': '0.000001',
  '41b3de4355555553': '333333333.3333332',
  '41b3de4355555554': '333333333.33333325',
  '41b3de4355555555': '333333333.3333333',
  '41b3de4355555556': '333333333.3333334',
  '41b3de4355555557': '333333333.33333343',
  becbf647612f3696: '-0.0000033333333333333333',
  '43143ff3c1cb0959': '1424953923781206.2'
}

t.test('writes the numbers of RFC 8785 appendix B, and refuses what is none', async (t) => {
  for (const [bits, text] of Object.entries(NUMBERS)) {
    const number = Buffer.from(bits, 'hex').readDoubleBE()
    if (text === null) t.throws(() => canonicalJson(number), TypeError, bits)
    else t.equal(canonicalJson(number), text, bits)
  }
  t.equal(Object.keys(NUMBERS).length, 26)
})

t.test('names stand in their order, however many', async (t) => {
  const random = fc.sample(fc.uniqueArray(fc.string({ unit: 'binary' }), { maxLength: 60 }), 300)
  for (const names of random) {
    const told = names.filter((name) => name.isWellFormed() && name !== '__proto__')
    const text = canonicalJson(Object.fromEntries(told.map((name) => [name, 1])))
    const expected = [...told].sort((a, b) => (a < b ? -1 : 1))
    t.equal(text, `{${expected.map((name) => `${JSON.stringify(name)}:1`).join(',')}}`)
  }
})

t.test('texts are escaped as ECMAScript does, and half of a pair is refused', async (t) => {
  const texts = fc.sample(fc.string({ unit: 'binary', maxLength: 12 }), 3_000)
  let halves = 0
  for (const text of texts) {
    const value = { [`n${text}`]: text }
    if (text.isWellFormed()) {
      t.equal(canonicalJson(value), JSON.stringify(value))
    } else {
      halves += 1
      t.throws(() => canonicalJson(value), TypeError)
    }
  }
  for (const half of ['\ud800', 'a\udfff', '\udc00\ud800']) {
    t.throws(() => canonicalJson(half), TypeError)
    t.throws(() => canonicalJson({ [half]: 1 }), TypeError)
  }
  t.comment(`${halves} of ${texts.length} were not well-formed`)
})

t.test('in pieces it is the same text', async (t) => {
  const few = fc.jsonValue({ maxDepth: 4 })
  const many = fc.array(few, { minLength: 100, maxLength: 300, size: 'max' })
  const members = fc.dictionary(fc.string(), many, { maxKeys: 5 })
  for (const value of fc.sample(fc.oneof(few, many, members), 300)) {
    t.equal([...canonicalPieces(value)].join(''), canonicalJson(value))
  }
  const rows = Array.from({ length: 1_000 }, (_, n) => ({ n, b: [n], a: undefined }))
  t.ok([...canonicalPieces({ rows })].length > 1_000, 'and no piece is long')
  t.equal([...canonicalPieces({ rows, z: undefined })].join(''), canonicalJson({ rows }))
  for (const odd of [Number.NaN, undefined, 1n]) {
    t.throws(() => [...canonicalPieces([...rows, odd])], TypeError)
  }
})
