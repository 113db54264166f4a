/** Values that follow a JSON Schema (2020-12), as far as it is looked at: nearly valid on purpose. */
import fc from 'fast-check'
import { hostileText } from './hostile.ts'

export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly examples?: readonly unknown[]
  readonly oneOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly propertyNames?: Schema
  readonly items?: Schema
  readonly minItems?: number
  readonly maxItems?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly format?: string
}

export type Resolve = (ref: string) => Schema

const DEEPEST = 7
const EMPTY: Schema = {}
const FORMATS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  uuid: fc.uuid(),
  date: fc.date({ noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10)),
  'date-time': fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  uri: fc.webUrl()
}

/** Made once for each schema and depth: making them costs far more than asking them for a value. */
const known = new WeakMap<Schema, fc.Arbitrary<unknown>[]>()

export function fitting(schema: Schema, resolve: Resolve, depth = 0): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) return fitting(resolve(schema.$ref), resolve, depth)
  const byDepth = known.get(schema) ?? []
  known.set(schema, byDepth)
  const level = Math.min(depth, DEEPEST)
  byDepth[level] ??= made(schema, resolve, level)
  return byDepth[level]
}

/** What is inside is made when it is needed, because schemas may contain themselves. */
function inside(schema: Schema, resolve: Resolve, depth: number): fc.Arbitrary<unknown> {
  return fc.constant(null).chain(() => fitting(schema, resolve, depth + 1))
}

function made(schema: Schema, resolve: Resolve, depth: number): fc.Arbitrary<unknown> {
  if ('const' in schema) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const choices = schema.oneOf ?? schema.anyOf
  if (choices) return fc.oneof(...choices.map((choice) => inside(choice, resolve, depth)))
  if (schema.allOf) {
    return fc
      .tuple(...schema.allOf.map((part) => inside(part, resolve, depth)))
      .map((parts) => Object.assign({}, ...(parts as object[])))
  }
  const types = [schema.type ?? (schema.properties ? 'object' : 'string')].flat()
  return fc.oneof(...types.map((type) => ofType(type, schema, resolve, depth)))
}

function ofType(
  type: string,
  schema: Schema,
  resolve: Resolve,
  depth: number
): fc.Arbitrary<unknown> {
  switch (type) {
    case 'object':
      return objectOf(schema, resolve, depth)
    case 'array':
      return arrayOf(schema, resolve, depth)
    case 'integer':
      return integerOf(schema)
    case 'number':
      return fc.oneof(integerOf(schema), fc.double({ noNaN: true }))
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    default:
      return textOf(schema)
  }
}

function objectOf(schema: Schema, resolve: Resolve, depth: number): fc.Arbitrary<object> {
  const required = schema.required ?? []
  const names = Object.keys(schema.properties ?? {}).filter(
    (name) => depth < DEEPEST || required.includes(name)
  )
  const model = Object.fromEntries(
    names.map((name) => [name, inside(schema.properties?.[name] ?? EMPTY, resolve, depth)])
  )
  const stated = fc.record(model, { requiredKeys: [...required].filter((name) => name in model) })
  const { additionalProperties: more, propertyNames } = schema
  if (typeof more !== 'object' || depth >= DEEPEST) return stated
  const extra = fc.dictionary(
    inside(propertyNames ?? EMPTY, resolve, depth).map(String),
    inside(more, resolve, depth),
    { maxKeys: 3 }
  )
  return fc.tuple(stated, extra).map(([one, other]) => ({ ...other, ...one }))
}

function arrayOf(schema: Schema, resolve: Resolve, depth: number): fc.Arbitrary<unknown[]> {
  const least = schema.minItems ?? 0
  const most = depth >= DEEPEST ? least : Math.min(schema.maxItems ?? 3, least + 2)
  const item = inside(schema.items ?? EMPTY, resolve, depth)
  return fc.array(item, { minLength: least, maxLength: most })
}

function integerOf({ minimum = -1000, maximum = 1_000_000 }: Schema): fc.Arbitrary<number> {
  return fc.integer({
    min: Math.max(minimum, Number.MIN_SAFE_INTEGER),
    max: Math.min(maximum, Number.MAX_SAFE_INTEGER)
  })
}

function textOf(schema: Schema): fc.Arbitrary<string> {
  const examples = (schema.examples ?? []).filter((example) => typeof example === 'string')
  const text = patternOf(schema) ?? FORMATS[schema.format ?? ''] ?? plain(schema)
  return examples.length > 0 ? fc.oneof(fc.constantFrom(...examples), text) : text
}

function plain({ minLength = 0, maxLength = 40 }: Schema): fc.Arbitrary<string> {
  const bounded = fc.string({ minLength, maxLength: Math.min(maxLength, minLength + 40) })
  return fc.oneof({ weight: 5, arbitrary: bounded }, { weight: 1, arbitrary: hostileText })
}

const matching = new Map<string, fc.Arbitrary<string> | undefined>()

/** Undefined where the pattern uses what the generator does not know. Most schemas share a few. */
function patternOf({ pattern }: Schema): fc.Arbitrary<string> | undefined {
  if (pattern === undefined) return undefined
  if (!matching.has(pattern)) matching.set(pattern, madeToMatch(pattern))
  return matching.get(pattern)
}

function madeToMatch(pattern: string): fc.Arbitrary<string> | undefined {
  try {
    return fc.stringMatching(new RegExp(pattern, 'u'))
  } catch {
    return undefined
  }
}
