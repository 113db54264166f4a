import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import { RegistryError } from '../../src/errors.ts'
import { parseStrictJson } from '../../src/formats/strict-json.ts'
import { SEED } from '../support/seed.ts'

const suite = fileURLToPath(new URL('../../../shared/data/trust/jsontestsuite/', import.meta.url))

/** Files of JSONTestSuite that are JSON, and that the registry refuses all the same, with why. */
const refusedThoughJson: Readonly<Record<string, RegExp>> = {
  'y_number_minus_zero.json': /negative zero/,
  'y_number_negative_zero.json': /negative zero/,
  'y_object_duplicated_key.json': /occurs twice/,
  'y_object_duplicated_key_and_value.json': /occurs twice/,
  'y_object_escaped_null_in_key.json': /U\+0000/,
  'y_string_null_escape.json': /U\+0000/,
  'y_string_escaped_noncharacter.json': /no character of Unicode/,
  'y_string_last_surrogates_1_and_2.json': /no character of Unicode/,
  'y_string_nonCharacterInUTF-8_U+10FFFF.json': /no character of Unicode/,
  'y_string_nonCharacterInUTF-8_U+FFFF.json': /no character of Unicode/,
  'y_string_unicode_U+10FFFE_nonchar.json': /no character of Unicode/,
  'y_string_unicode_U+1FFFE_nonchar.json': /no character of Unicode/,
  'y_string_unicode_U+FDD0_nonchar.json': /no character of Unicode/,
  'y_string_unicode_U+FFFE_nonchar.json': /no character of Unicode/
}

/** Printed by the property tests; SEED=n repeats a run. */

function refusal(document: string | Uint8Array): RegistryError | undefined {
  try {
    parseStrictJson(Buffer.from(document))
  } catch (error) {
    if (error instanceof RegistryError) return error
    throw error
  }
  return undefined
}

const skip = existsSync(suite) ? false : '318 files of JSONTestSuite: ../shared/data is absent'

t.test('JSONTestSuite', { skip }, async (t) => {
  const files = readdirSync(suite).filter((name) => name.endsWith('.json'))
  const count = { y: 0, n: 0, i: 0, refusedThoughJson: 0 }
  for (const name of files) {
    const refused = refusal(readFileSync(join(suite, name)))
    count[name[0] as 'y' | 'n' | 'i'] += 1
    const reason = refusedThoughJson[name]
    if (reason) count.refusedThoughJson += 1
    if (name.startsWith('n_')) t.equal(refused?.code, 'BODY_INVALID', `${name} is refused`)
    else if (reason) t.match(refused?.message, reason, `${name} is refused for its reason`)
    else if (name.startsWith('y_')) t.equal(refused, undefined, `${name} is accepted`)
  }
  t.strictSame(count, { y: 95, n: 188, i: 35, refusedThoughJson: 14 })
  t.comment(`JSONTestSuite: ${JSON.stringify(count)}`)
})

t.test('accepts', async (t) => {
  t.test('every value that JSON.stringify writes, unchanged', async (t) => {
    t.comment(`seed ${SEED}`)
    const plain = fc.jsonValue({ depthSize: 'small', stringUnit: 'grapheme' }).filter(survives)
    fc.assert(
      fc.property(plain, fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent)
        return isDeepStrictEqual(parseStrictJson(Buffer.from(text)), JSON.parse(text))
      }),
      { seed: SEED, numRuns: 200 }
    )
  })

  t.test('numbers that a double carries, however they are written', async (t) => {
    for (const literal of ['0', '1.0', '1.50', '1E2', '0.30000000000000004', '9007199254740991']) {
      t.equal(parseStrictJson(Buffer.from(literal)), Number(literal), literal)
    }
    for (const literal of ['1e22', '-9007199254740991', '5e-324', '1.7976931348623157e308']) {
      t.equal(parseStrictJson(Buffer.from(literal)), Number(literal), literal)
    }
  })

  t.test('64 levels, and pairs of surrogates written as escapes', async (t) => {
    t.ok(parseStrictJson(Buffer.from('['.repeat(64) + ']'.repeat(64))))
    t.equal(parseStrictJson(Buffer.from('"\\ud834\\udd1e"')), '𝄞')
  })

  t.test(
    'equal names in different objects, also beyond the size where it keeps a set',
    async (t) => {
      const object = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`k${i}`, { k0: i }]))
      t.strictSame(parseStrictJson(Buffer.from(JSON.stringify(object))), object)
    }
  )
})

t.test('refuses', async (t) => {
  const cases: readonly [document: string | Buffer, message: RegExp, pointer?: string][] = [
    ['{"a":1,"b":{"c":1,"c":2}}', /the name "c" occurs twice .* \(column 19\)/, '/b/c'],
    ['{"a":1,"\\u0061":2}', /the name "a" occurs twice/, '/a'],
    [JSON.stringify(many(50)).replace('"k49"', '"k0"'), /the name "k0" occurs twice/, '/k0'],
    ['{"x":[1,{"__proto__":{}}]}', /"__proto__" is not allowed/, '/x/1/__proto__'],
    ['{"\\u005f_proto__":1}', /"__proto__" is not allowed/, '/__proto__'],
    ['{"mass":9007199254740993}', /beyond 2\^53-1.*as a string/, '/mass'],
    ['[-9007199254740992]', /beyond 2\^53-1/, '/0'],
    ['[1e400]', /'1e400' is out of the range/, '/0'],
    ['[1e-400]', /more digits than a number carries/, '/0'],
    ['[0.1234567890123456789]', /more digits than a number carries; send it as a string/, '/0'],
    ['[-0]', /negative zero/, '/0'],
    ['[-0.0e5]', /negative zero/, '/0'],
    ['{"a":"\\ud800"}', /half of a surrogate pair/, '/a'],
    ['{"a":"\\udc00\\ud800"}', /half of a surrogate pair/, '/a'],
    ['{"a":"\\ud800\\u0041"}', /half of a surrogate pair/, '/a'],
    ['{"a":"\\u0000"}', /U\+0000 is not allowed/, '/a'],
    ['{"a":"\ufdd0"}', /U\+FDD0 is not allowed/, ''],
    ['{"a":"\\uD83F\\uDFFE"}', /U\+1FFFE is not allowed/, '/a'],
    ['['.repeat(65), /nested deeper than 64 levels/],
    [`{"a":${'['.repeat(64)}`, /nested deeper than 64 levels/],
    [`[${'{"a":1},'.repeat(100_001)}0]`, /more than 100000 members/],
    ['\ufeff{}', /byte order mark; send UTF-8 without it/],
    [Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22]), /not UTF-8 at byte 2 \(column 3\)/],
    [Buffer.from('"\xff"', 'latin1'), /not UTF-8 at byte 1/],
    [Buffer.from('ef000000', 'hex'), /not UTF-8 at byte 0/],
    [Buffer.from('{}', 'utf16le'), /a name in double quotes is expected, not U\+0000/],
    ['', /a JSON value is expected, not the end of the document \(column 1\)/],
    ['{\n  "a": 1,\r\n  "b": tru\n}', /expected, not 't' \(line 3, column 8\)/, '/b'],
    ['{"a":1,}', /a name in double quotes is expected, not '}'/, '/a'],
    ["{'a':1}", /a name in double quotes is expected, not '''/],
    ['{"a" 1}', /':' is expected after a name, not '1'/, '/a'],
    ['[1 2]', /',' or '\]' is expected, not '2'/, '/0'],
    ['{"a":1 "b":2}', /',' or '}' is expected, not '"'/, '/a'],
    ['[01]', /'01' is not a number of JSON/, '/0'],
    ['[1.]', /'1\.' is not a number/, '/0'],
    ['[+1]', /a JSON value is expected, not '\+'/, '/0'],
    ['["a', /a string is not closed/, '/0'],
    ['["\t"]', /control character U\+0009 must be escaped/, '/0'],
    ['["\\x41"]', /'\\x' is not an escape of JSON/, '/0'],
    ['["\\u12G4"]', /four hexadecimal digits/, '/0'],
    ['{} {}', /'\{' follows the end of the document/, ''],
    ['{"a/b":{"c~d":NaN}}', /expected, not 'N'/, '/a~1b/c~0d']
  ]
  for (const [document, message, pointer] of cases) {
    const error = refusal(document)
    t.match(error?.message, message, `${String(document).slice(0, 60)}`)
    t.equal(error?.code, 'BODY_INVALID')
    t.equal(error?.details.length, 1)
    if (pointer !== undefined) t.equal(error?.details[0]?.pointer ?? '', pointer)
  }
})

t.test('protects', async (t) => {
  t.test('agrees with JSON.parse about what is JSON at all (mutated documents)', async (t) => {
    t.comment(`seed ${SEED}`)
    const base = '{"a":[1,-2.5e3,"x\\u0041\\n",true,null],"b":{"c":"é","d":[]},"e":0}'
    const mutation = fc.record({
      at: fc.nat(base.length - 1),
      cut: fc.nat(3),
      put: fc.stringMatching(/^[[\]{}",:\\0-9eE+\-. atn]{0,3}$/)
    })
    let refused = 0
    const mutated = fc.property(mutation, ({ at, cut, put }) => {
      const text = base.slice(0, at) + put + base.slice(at + cut)
      const error = refusal(text)
      if (error === undefined) return JSON.parse(text) !== undefined
      refused += 1
      return (
        !isJson(text) || /twice|negative zero|digits|range|beyond|surrogate/.test(error.message)
      )
    })
    fc.assert(mutated, { seed: SEED, numRuns: 5000 })
    t.ok(refused > 500, 'most mutations are refused')
  })

  t.test('a megabyte of hostile text is refused without delay', async (t) => {
    const hostile = [
      `["${'\\u0041'.repeat(170_000)}`,
      `[${'1'.repeat(1_000_000)}]`,
      `[0.${'1'.repeat(1_000_000)}]`,
      `{${Array.from({ length: 90_000 }, (_, i) => `"${i}":0`).join()},"0":0}`,
      '['.repeat(1_000_000),
      `${' '.repeat(1_000_000)}x`
    ]
    for (const document of hostile) {
      const started = performance.now()
      t.ok(refusal(document))
      // Milliseconds where the work grows with the length, minutes where it grows with its square.
      t.ok(performance.now() - started < 10_000, document.slice(0, 12))
    }
  })
})

function many(count: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i]))
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function survives(value: unknown): boolean {
  return !/__proto__|\\u0000|\p{Noncharacter_Code_Point}|\d{16}/u.test(JSON.stringify(value))
}
