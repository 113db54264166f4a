import { SerializerSelector } from '@fastify/fast-json-stringify-compiler'
import type { AnySchemaObject } from 'ajv/dist/2020.js'
import type { FastifySerializerCompiler } from 'fastify'

/**
 * How answers are written: by the schema of the route and status. Most routes share the schemas of
 * some of their answers, so each is compiled once, and with no more than what it refers to, since the
 * compiler looks through everything that it is given: that is most of a start. The compiler is the one
 * that Fastify uses on its own, where it compiles for every route anew.
 */
export function answerSerializer(
  schemas: readonly AnySchemaObject[]
): FastifySerializerCompiler<unknown> {
  const known = new Map(schemas.map((schema) => [schema.$id ?? '', schema]))
  const select = SerializerSelector()
  const compiled = new Map<string, ReturnType<ReturnType<typeof select>>>()
  return ({ schema, method, url, httpStatus }) => {
    const text = JSON.stringify(schema)
    const before = compiled.get(text)
    if (before) return before
    const compile = select(Object.fromEntries(referredTo(text, known)))
    const write = compile({ schema, method, url, httpStatus: httpStatus ?? '' })
    compiled.set(text, write)
    return write
  }
}

/** Of the known schemas those that a schema refers to, or that one of those does. */
function referredTo(
  text: string,
  known: ReadonlyMap<string, AnySchemaObject>
): ReadonlyMap<string, AnySchemaObject> {
  const found = new Map<string, AnySchemaObject>()
  const texts = [text]
  for (const next of texts) {
    for (const [, id = ''] of next.matchAll(/"\$ref":"([^"#]+)/g)) {
      const schema = found.has(id) ? undefined : known.get(id)
      if (!schema) continue
      found.set(id, schema)
      texts.push(JSON.stringify(schema))
    }
  }
  return found
}
