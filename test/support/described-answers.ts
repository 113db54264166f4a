import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { Test } from 'tap'
import type { Actor, Answer, TestApp } from './service.ts'

/** Answers held against the description of the service that gave them. */
export interface DescribedAnswers {
  /** The same actor: whatever they are answered has to hold to the description, and is where it says. */
  watched(actor: Actor): Actor
  /** Asks without a token. */
  readonly request: Actor['request']
  /** Operations of the description that nobody was answered with success. */
  unanswered(): string[]
}

/**
 * Answers hold to the description and have no more than it names: what is not described, a generated
 * client cannot reach.
 */
export async function describedAnswers(t: Test, service: TestApp): Promise<DescribedAnswers> {
  const { body: api } = await service.request('GET', '/openapi.json')
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  formats.default(ajv)
  ajv.addSchema({ $id: 'api', ...(closed(api) as object) })
  const compiled = new Map<string, ValidateFunction>()
  const operations = operationsOf(api)
  const answered = new Set<string>()

  function validatorOf(schema: unknown): ValidateFunction {
    const text = JSON.stringify(closed(schema)).replaceAll('"#/', '"api#/')
    const validate = compiled.get(text) ?? ajv.compile(JSON.parse(text))
    compiled.set(text, validate)
    return validate
  }

  function holds(method: string, url: string, answer: Answer): void {
    const { pathname } = new URL(url, 'http://lodestone.test')
    const operation = operations.find((each) => each.method === method && each.at.test(pathname))
    const type = String(answer.headers['content-type'] ?? '').split(';')[0] ?? ''
    const name = `${operation?.name ?? `${method} ${pathname}`} ${answer.status} ${type}`
    const { [String(answer.status)]: told } = operation?.responses ?? {}
    const described = told?.$ref ? api.components.responses[nameIn(told.$ref)] : told
    t.strictSame(
      namelessHeaders(answer, described),
      [],
      `${method} ${url} ${answer.status} headers`
    )
    if (operation && answer.status < 400) answered.add(operation.name)
    const content = described?.content
    const schema = (content?.[type] ?? content?.['*/*'])?.schema
    if (!schema) {
      const isEmpty = described !== undefined && !content && answer.body === undefined
      t.ok(isEmpty, `${name} is described`, { body: answer.body })
      return
    }
    const validate = validatorOf(schema)
    t.ok(validate(answer.body), name, { errors: validate.errors, body: answer.body })
  }

  const watching = (ask: Actor['request']): Actor['request'] => {
    return async (method, url, body, headers) => {
      const answer = await ask(method, url, body, headers)
      holds(method, url, answer)
      const { location } = answer.headers
      if (location !== undefined && (answer.status === 201 || answer.status === 202)) {
        t.equal((await ask('GET', String(location))).status, 200, `${location} is what was made`)
      }
      return answer
    }
  }
  return {
    watched: (actor) => ({ ...actor, request: watching(actor.request) }),
    request: watching(service.request),
    unanswered: () => operations.map(({ name }) => name).filter((name) => !answered.has(name))
  }
}

/** Headers that HTTP itself, caches and browsers read: nobody looks for them in a description. */
const OF_HTTP =
  /^(allow|cache-control|connection|content-(length|type|security-policy)|date|pragma|vary|x-content-type-options)$/

function namelessHeaders(answer: Answer, described: Described | undefined): string[] {
  const told = new Set(Object.keys(described?.headers ?? {}).map((name) => name.toLowerCase()))
  return Object.keys(answer.headers).filter((name) => !OF_HTTP.test(name) && !told.has(name))
}

interface Described {
  readonly $ref?: string
  readonly headers?: object
  readonly content?: Readonly<Record<string, { readonly schema?: unknown }>>
}

interface Operation {
  readonly name: string
  readonly method: string
  readonly at: RegExp
  readonly responses: Readonly<Record<string, Described>>
}

/** Those of the most literal addresses first, as a router finds them. */
function operationsOf({ paths }: { readonly paths: object }): Operation[] {
  const all = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, { responses: Operation['responses'] }>).map(
      ([lower, { responses }]) => {
        const method = lower.toUpperCase()
        const pattern = path
          .replaceAll('.', '\\.')
          .replace('{path}', '.+')
          .replace(/\{\w+\}/g, '[^/]+')
        return { name: `${method} ${path}`, method, at: new RegExp(`^${pattern}$`), responses }
      }
    )
  )
  const variables = ({ name }: Operation) => name.split('{').length
  return all.sort((one, other) => variables(one) - variables(other))
}

function nameIn(reference: string): string {
  return reference.split('/').at(-1) ?? ''
}

/** The same without room for what is not named. */
function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed)
  if (typeof node !== 'object' || node === null) return node
  const parts = Object.entries(node).map(([name, value]) => {
    const data = ['example', 'examples', 'const', 'enum', 'default'].includes(name)
    return [name, data ? value : closed(value)] as const
  })
  const open = 'properties' in node && 'type' in node && !('additionalProperties' in node)
  const shut = open && !('unevaluatedProperties' in node) ? { unevaluatedProperties: false } : {}
  return { ...Object.fromEntries(parts), ...shut }
}
