import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { canonicalHash, canonicalJson } from '../../src/domain/canonical-json.ts'

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
