/** What must hold of every answer, whatever was asked. */
import { Ajv2020, type AnySchema, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { errors } from '../../../src/errors.ts'
import type { Problem } from '../../../src/generated/problem.ts'
import type { Api, Operation } from './api.ts'
import type { Plan } from './request-arbitrary.ts'

export interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

const PROBLEM = 'application/problem+json'

export class AnswerChecker {
  readonly #ajv = new Ajv2020({ strict: false, allErrors: false })
  readonly #validators = new Map<object, ValidateFunction>()
  readonly #problem: ValidateFunction
  readonly #api: Api

  constructor(api: Api) {
    this.#api = api
    formats.default(this.#ajv)
    this.#ajv.addSchema({ $id: 'api', ...structuredClone(api) } as AnySchema)
    this.#problem = this.#ajv.compile({ $ref: 'api#/components/schemas/Problem' })
  }

  /** Why the answer is wrong, or null. */
  fault(plan: Plan, answer: RawAnswer): string | null {
    const { status, headers, body } = answer
    if (status >= 500) return `a failure: ${status} ${body.toString('utf8').slice(0, 300)}`
    if (!headers['x-request-id']) return 'the answer has no x-request-id'
    if (plan.method === 'HEAD') return body.length > 0 ? 'HEAD has a body' : null
    const type =
      String(headers['content-type'] ?? '')
        .split(';')[0]
        ?.trim() ?? ''
    if (status === 304) return notModifiedFault(plan, body)
    if (status >= 400) return this.#refusalFault(plan, answer, type)
    const operation = this.#api.paths[plan.route.path]?.[plan.method.toLowerCase()]
    if (!operation) return `${plan.method} is answered ${status}`
    return this.#answerFault(operation, status, type, body)
  }

  #refusalFault(plan: Plan, { status, headers, body }: RawAnswer, type: string): string | null {
    if (status === 401 && !headers['www-authenticate']) return '401 without a challenge'
    if (status === 405 && !headers['allow']) return '405 without Allow'
    if (status === 429 && !headers['retry-after']) return '429 without Retry-After'
    if (type !== PROBLEM) {
      const described = plan.route.operation.responses[String(status)]
      if (described) return this.#answerFault(plan.route.operation, status, type, body)
      return `${status} is ${type}, not a problem`
    }
    const problem = JSON.parse(body.toString('utf8')) as Problem
    if (!this.#problem(problem))
      return `not a problem: ${this.#ajv.errorsText(this.#problem.errors)}`
    const known = errors[problem.code as keyof typeof errors]
    if (!known) return `the code ${problem.code} is not known`
    if (known[0] !== status || problem.status !== status) return `${problem.code} with ${status}`
    if (problem.instance !== `urn:uuid:${headers['x-request-id']}`)
      return 'instance is another request'
    return problem.detail.trim() === '' ? 'the problem says nothing' : null
  }

  #answerFault(operation: Operation, status: number, type: string, body: Buffer): string | null {
    const described = operation.responses[String(status)]
    if (!described) return `the status ${status} is not described`
    const content = described.content ?? {}
    if (Object.keys(content).length === 0) return body.length > 0 ? 'a body is not described' : null
    const media = content[type]
    if (!media) return `the type ${type} of ${status} is not described`
    if (!/\bjson\b|\+json$/.test(type) || !media.schema) return null
    const validate = this.#validator(media.schema)
    const value = JSON.parse(body.toString('utf8'))
    if (validate(value)) return null
    return `${status} does not match its schema: ${this.#ajv.errorsText(validate.errors)}`
  }

  #validator(schema: object): ValidateFunction {
    const known = this.#validators.get(schema)
    if (known) return known
    const rooted = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/'))
    const validate = this.#ajv.compile(rooted)
    this.#validators.set(schema, validate)
    return validate
  }
}

function notModifiedFault({ headers, method }: Plan, body: Buffer): string | null {
  if (method !== 'GET') return `304 for ${method}`
  if (headers['if-none-match'] === undefined) return '304 that nobody asked for'
  return body.length > 0 ? '304 has a body' : null
}
