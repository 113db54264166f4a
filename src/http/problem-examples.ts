import type { FastifySchema, RouteOptions } from 'fastify'
import type { Problem } from '../generated/problem.ts'
import { problemOf } from './problem.ts'
import { failures, type Question, refusals } from './problem-samples.ts'

/** The instance that every example names. */
const REQUEST = 'd7ae923d-9040-4293-9999-5971a397b10b'

type References = Readonly<Record<string, { readonly $ref: string }>>

/** Every example of a problem, for the components of the description. */
export function problemExamples(): Record<string, { readonly value: Problem }> {
  const named = { ...refusals, ...failures }
  return Object.fromEntries(
    Object.entries(named).map(([name, { error }]) => [name, { value: problemOf(error, REQUEST) }])
  )
}

/** What a route may be answered with that follows from how it is registered. */
export function refusalExamples(
  schema: FastifySchema | undefined,
  route: RouteOptions
): References {
  const question = questionOf(schema, route)
  return referencesTo(Object.keys(refusals).filter((name) => refusals[name]?.of(question)))
}

export function failureExamples(): References {
  return referencesTo(Object.keys(failures))
}

function questionOf(schema: FastifySchema | undefined, route: RouteOptions): Question {
  const { scope = 'public', document, upload } = route.config ?? {}
  return {
    tag: schema?.tags?.[0] ?? '',
    path: /[:*]/.test(route.url),
    query: namesIn(schema?.querystring),
    headers: namesIn(schema?.headers),
    body: schema?.body !== undefined,
    document: document !== undefined || upload === true,
    identified: scope !== 'public'
  }
}

function namesIn(schema: unknown): readonly string[] {
  return Object.keys((schema as { readonly properties?: object } | undefined)?.properties ?? {})
}

function referencesTo(names: readonly string[]): References {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/examples/${name}` }]))
}
