import { Type } from 'typebox'

/** How an answer is described; handlers are typed by what they return, not by this. */
export interface DescribedAnswer {
  readonly description: string
  readonly content: Readonly<
    Record<string, { readonly schema: object; readonly example?: unknown }>
  >
}

/** Documents one JSON answer of a route, with its example. */
export function jsonAnswer(description: string, schema: object, example: unknown): DescribedAnswer {
  return { description, content: { 'application/json': { schema, example } } }
}

/** The schema under the name that it has among the components of the description: see described-names.ts. */
export function named<Schema extends object>(title: string, schema: Schema): Schema {
  return Object.assign(schema, { title })
}

/** Documents an answer without a body. */
export function emptyAnswer(description: string): DescribedAnswer {
  const described: object = { type: 'null', description }
  return described as DescribedAnswer
}

/** A lower-case UUID, as every id of the API is. */
export function idOf(what: string) {
  return Type.String({
    pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
    minLength: 36,
    maxLength: 36,
    description: `Id of ${what}.`,
    examples: ['5f1c9a52-7f0e-4a43-9d8e-2f5a1f0c0b03']
  })
}

/** The path parameter `id`. */
export function idParam(what: string) {
  return Type.Object({ id: idOf(what) })
}

/** Where a version stands in the one order of everything, as every answer about a record says. */
export const recorded = {
  position: Type.Integer({ description: 'Place in the one order of everything accepted.' }),
  recordedAt: Type.String({ description: 'When it was accepted, RFC 3339 UTC.' })
}

/** Whose signature covers what is shown. */
export const SignedBy = Type.Union(
  [Type.Object({ organization: Type.String(), key: Type.String() }), Type.Null()],
  { description: 'Whose key signed the document; null where nobody did.' }
)

/** The header by which a POST that makes something new can be repeated safely. */
export const IdempotencyHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      pattern: '^[!-~]+$',
      examples: ['sinter-works-2026-1'],
      description: 'A repeated request with the same key and content makes nothing new.'
    })
  )
})

/** The part of a registration command that the header decides. */
export function idempotencyOf(headers: { readonly 'idempotency-key'?: string }): {
  readonly idempotencyKey?: string
} {
  const key = headers['idempotency-key']
  return key === undefined ? {} : { idempotencyKey: key }
}
