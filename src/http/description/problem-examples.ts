import type { FastifySchema, RouteOptions } from 'fastify'
import { errors } from '../../errors.ts'
import type { Problem } from '../../generated/problem.ts'
import { problemOf } from '../problem.ts'
import { onlyReads } from '../write-guard.ts'
import { operationRefusals } from './operation-samples.ts'
import { elsewhere, failures, type Question, refusals } from './problem-samples.ts'

/** The instance that every example names. */
const REQUEST = 'd7ae923d-9040-4293-9999-5971a397b10b'

const every = { ...refusals, ...operationRefusals }

type References = Readonly<Record<string, { readonly $ref: string }>>

/** Every example of a problem, for the components of the description. */
export function problemExamples(): Record<string, { readonly value: Problem }> {
  const named = { ...every, ...failures, ...elsewhere }
  return Object.fromEntries(
    Object.entries(named).map(([name, { error }]) => [name, { value: problemOf(error, REQUEST) }])
  )
}

/** The problems that a route may be answered with, as far as its registration tells, by their status. */
export function problemsByStatus(
  schema: FastifySchema | undefined,
  route: RouteOptions
): Readonly<Record<string, { readonly description: string; readonly examples: References }>> {
  const question = questionOf(schema, route)
  const named = [
    ...Object.entries(every).filter(([, refusal]) => refusal.of(question)),
    ...Object.entries(failures)
  ]
  const byStatus = Object.groupBy(named, ([, { error }]) => String(errors[error.code][0]))
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, samples = []]) => {
      const titles = new Set(samples.map(([, { error }]) => errors[error.code][1]))
      const description = `${[...titles].join('; or ')}.`
      return [status, { description, examples: referencesTo(samples.map(([name]) => name)) }]
    })
  )
}

/** Those of statuses that no route names. */
export function otherProblems(): References {
  return referencesTo(Object.keys(elsewhere))
}

function questionOf(schema: FastifySchema | undefined, route: RouteOptions): Question {
  const { scope = 'public', document, signed, showsMoreTo, upload, essential } = route.config ?? {}
  return {
    tag: schema?.tags?.[0] ?? '',
    operation: schema?.operationId ?? '',
    path: /[:*]/.test(route.url),
    query: namesIn(schema?.querystring),
    headers: [...namesIn(schema?.headers), ...(signed ? ['lodestone-signature'] : [])],
    body: schema?.body !== undefined,
    document: document !== undefined || upload === true,
    identified: scope !== 'public' || showsMoreTo !== undefined,
    open: scope === 'public',
    types: typesOf(schema),
    tagged: route.method === 'GET' && '200' in ((schema?.response ?? {}) as object),
    writes: !onlyReads(route),
    counted: essential !== true
  }
}

/** How many media types the answer may have. */
function typesOf(schema: FastifySchema | undefined): number {
  const { 200: answer } = (schema?.response ?? {}) as {
    readonly 200?: { readonly content?: object }
  }
  return Object.keys(answer?.content ?? {}).length
}

function namesIn(schema: unknown): readonly string[] {
  return Object.keys((schema as { readonly properties?: object } | undefined)?.properties ?? {})
}

function referencesTo(names: readonly string[]): References {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/examples/${name}` }]))
}
