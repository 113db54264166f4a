import type { Schema } from './schema-arbitrary.ts'

export interface Parameter {
  readonly in: 'path' | 'query' | 'header'
  readonly name: string
  readonly required?: boolean
  readonly schema: Schema
}

export interface Media {
  readonly schema?: Schema
  readonly example?: unknown
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>
}

export interface Operation {
  readonly operationId: string
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> }
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, Media>> }>
  >
}

/** What the tests use of an OpenAPI document. */
export interface Api {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

/** One way to ask the service. */
export interface Route {
  readonly method: string
  readonly path: string
  readonly operation: Operation
}

export function routesOf(api: Api): Route[] {
  return Object.entries(api.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation
    }))
  )
}

export function resolverOf({ components }: Api) {
  return (ref: string): Schema => {
    const found = components.schemas[ref.split('/').at(-1) ?? '']
    if (!found) throw new Error(`${ref} is not in the description`)
    return found
  }
}
