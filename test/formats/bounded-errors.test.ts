import { Ajv2020 } from 'ajv/dist/2020.js'
import t from 'tap'
import { boundedErrors } from '../../src/formats/bounded-errors.ts'
import { nativeEpd } from '../../src/formats/native/epd.ts'
import { parseEvent } from '../../src/formats/native/event.ts'

/** Items that refer to a definition which refers to another: ajv checks each in a function. */
const schema = {
  $defs: {
    text: { type: 'string', minLength: 1 },
    item: { type: 'object', properties: { name: { $ref: '#/$defs/text' } }, required: ['name'] }
  },
  type: 'object',
  properties: { items: { type: 'array', items: { $ref: '#/$defs/item' } } }
}
const errorsOf = (options: object, document: unknown) => {
  const validate = new Ajv2020({ ...options }).compile(schema)
  return { valid: validate(document), errors: validate.errors ?? [] }
}
const itemsOf = (count: number) => ({ items: Array.from({ length: count }, () => ({ name: 1 })) })

t.test('finds the same errors as without a bound, up to a thousand', async (t) => {
  const { process, ...all } = { ...boundedErrors, ...boundedErrors.code, code: undefined }
  t.type(process, 'function')
  for (const document of [itemsOf(0), itemsOf(1), itemsOf(900), { items: [{}, 2] }]) {
    t.strictSame(errorsOf(boundedErrors, document), errorsOf(all, document))
  }
})

t.test('keeps the first thousand of a hundred thousand, and refuses all the same', async (t) => {
  const { valid, errors } = errorsOf(boundedErrors, itemsOf(100_000))
  t.equal(valid, false)
  t.equal(errors.length, 1000, 'ajv writes what is looked for')
  t.equal(errors.at(-1)?.instancePath, '/items/999/name')
})

t.test('declarations and events of nothing but mistakes are refused at once', async (t) => {
  const wrong = Array.from({ length: 100_000 }, () => 1)
  const begun = performance.now()
  const declaration = nativeEpd.parse(Buffer.from(JSON.stringify({ results: wrong })))
  const event = parseEvent({ type: 'transform', inputs: wrong, outputs: wrong }, () => '')
  t.equal(declaration.findings.length, 101)
  t.match(declaration.findings.at(-1), { actual: 'at least 1000' })
  t.equal(event.findings.length, 101)
  // Half a minute and more each before there was a bound.
  t.ok(performance.now() - begun < 10_000)
})
