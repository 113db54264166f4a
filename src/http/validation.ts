import {
  Ajv2020,
  type AnySchema,
  type ErrorObject,
  type Options,
  type ValidateFunction
} from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { FastifySchemaCompiler, FastifySchemaValidationError } from 'fastify'
import type { ErrorDetail } from '../errors.ts'
import { ownSchemas } from '../formats/own-schemas.ts'
import { UUID_FORMAT } from '../formats/uuid-format.ts'

const STRICT: Options = {
  ...ownSchemas,
  strict: true,
  strictRequired: false,
  strictTypes: false,
  strictTuples: false,
  allErrors: false,
  verbose: true,
  discriminator: true
}

/**
 * How requests are validated. Bodies are taken as they are: nothing is coerced, filled in or
 * removed, since what is validated is what gets stored. Parameters, queries and headers are text,
 * so numbers are read from them and defaults apply; a query parameter that the route does not know
 * is refused. Routes share many parameters, so what is the same is compiled once.
 */
export function requestValidator(schemas: Iterable<AnySchema>): FastifySchemaCompiler<AnySchema> {
  const known = [...schemas]
  const bodies = instance(STRICT, known)
  const texts = instance({ ...STRICT, coerceTypes: true, useDefaults: true }, known)
  const compile = (schema: AnySchema, httpPart?: string): ValidateFunction => {
    if (httpPart === 'body') return bodies.compile(schema)
    if (httpPart !== 'querystring') return texts.compile(schema)
    const closed = { ...(schema as object), unevaluatedProperties: false }
    return withWholeNumbers(closed, texts.compile(closed))
  }
  const compiled = new Map<string, ValidateFunction>()
  return ({ schema, httpPart }) => {
    const text = `${httpPart} ${JSON.stringify(schema)}`
    const validate = compiled.get(text) ?? compile(schema, httpPart)
    compiled.set(text, validate)
    return validate
  }
}

const WHOLE_NUMBER = /^-?\d{1,16}$/

/**
 * Coercion takes whatever JavaScript reads as a number: `0x10`, ` 1`, and `Infinity`, for which bounds
 * are not even looked at. A whole number is written with digits.
 */
function withWholeNumbers(schema: AnySchema, validate: ValidateFunction): ValidateFunction {
  const { properties = {} } = schema as { readonly properties?: Record<string, { type?: unknown }> }
  const names = Object.keys(properties).filter((name) => properties[name]?.type === 'integer')
  if (names.length === 0) return validate
  const checked = (query: Readonly<Record<string, unknown>>): boolean => {
    const wrong = names.find(
      (name) => typeof query[name] === 'string' && !WHOLE_NUMBER.test(query[name])
    )
    const holds = wrong === undefined && validate(query) === true
    checked.errors = wrong === undefined ? (validate.errors ?? null) : [notWhole(wrong)]
    return holds
  }
  checked.errors = null as ErrorObject[] | null
  return checked as unknown as ValidateFunction
}

function notWhole(name: string): ErrorObject {
  const message = 'must be integer, in digits'
  return { keyword: 'type', instancePath: `/${name}`, schemaPath: '', params: {}, message }
}

/** A body that the route parses itself: whatever came is handed through. */
export const acceptsAnyBody = (): true => true

function instance(options: Options, schemas: readonly AnySchema[]): Ajv2020 {
  const ajv = new Ajv2020(options)
  formats.default(ajv)
  ajv.addFormat('uuid', UUID_FORMAT)
  ajv.addSchema([...schemas])
  return ajv
}

/** What is wrong with a part of a request, with pointers (body) or names (everything else). */
export function validationDetails(
  errors: readonly FastifySchemaValidationError[],
  part: string
): ErrorDetail[] {
  return errors.map((error) => {
    const { path, message } = explained(error as ErrorObject, part)
    return { pointer: part === 'body' ? path : path.slice(1), message }
  })
}

function explained(error: ErrorObject, part: string): { path: string; message: string } {
  const params = error.params as Readonly<Record<string, unknown>>
  const path = error.instancePath
  // Only what is told by name can be told twice.
  const listed = (error.parentSchema as { readonly type?: unknown } | undefined)?.type === 'array'
  if (part !== 'body' && !listed && Array.isArray(error.data)) {
    return { path, message: 'is stated twice' }
  }
  switch (error.keyword) {
    case 'required':
      return { path: `${path}/${params['missingProperty']}`, message: 'is required' }
    case 'additionalProperties':
      return { path: `${path}/${params['additionalProperty']}`, message: 'is not known here' }
    case 'unevaluatedProperties':
      return { path: `${path}/${params['unevaluatedProperty']}`, message: 'is not known here' }
    case 'enum':
      return {
        path,
        message: `must be one of ${(params['allowedValues'] as unknown[]).join(', ')}`
      }
    case 'format':
    case 'pattern':
      return { path, message: withExample(error) }
    default:
      return { path, message: standing(error) }
  }
}

const OF_FORMAT: Readonly<Record<string, string>> = {
  date: '2026-09-30',
  'date-time': '2026-09-30T14:00:00Z',
  uuid: '5f1c9a52-7f0e-4a43-9d8e-2f5a1f0c0b03'
}

/** An example says more than a regular expression. */
function withExample(error: ErrorObject): string {
  const { examples = [], format = '' } = (error.parentSchema ?? {}) as {
    readonly examples?: readonly unknown[]
    readonly format?: string
  }
  const example = examples[0] ?? OF_FORMAT[format]
  return example === undefined ? standing(error) : `${standing(error)}, like ${example}`
}

function standing({ message }: ErrorObject): string {
  return message ?? 'is not valid'
}
