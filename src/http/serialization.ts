import { SerializerSelector } from '@fastify/fast-json-stringify-compiler'
import type { AnySchemaObject } from 'ajv/dist/2020.js'
import type { FastifySerializerCompiler } from 'fastify'

/**
 * How answers are written: by the schema of the route and status. Most routes share the schemas of
 * some of their answers, so each is compiled once; that is half a second of every start. The compiler is
 * the one that Fastify uses on its own, where it compiles for every route anew.
 */
export function answerSerializer(
  schemas: readonly AnySchemaObject[]
): FastifySerializerCompiler<unknown> {
  const known = Object.fromEntries(schemas.map((schema) => [schema.$id ?? '', schema]))
  const compile = SerializerSelector()(known)
  const compiled = new Map<string, ReturnType<typeof compile>>()
  return ({ schema, method, url, httpStatus }) => {
    const text = JSON.stringify(schema)
    const write =
      compiled.get(text) ?? compile({ schema, method, url, httpStatus: httpStatus ?? '' })
    compiled.set(text, write)
    return write
  }
}
