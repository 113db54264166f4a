import { compile, type Options } from 'json-schema-to-typescript'
import { type PublishedSchema, publishedSchemas } from '../../src/formats/published-schemas.ts'
import type { GeneratedFile } from '../generate.ts'

const BASE = 'https://lodestone.example/schemas/'

/** src/generated/*.ts: a type for each published schema, from the files and never from the network. */
export async function generateSchemaTypes(): Promise<readonly GeneratedFile[]> {
  const schemas = publishedSchemas()
  const resolver = {
    order: 1,
    canRead: ({ url }: { readonly url: string }) => url.startsWith(BASE),
    read: ({ url }: { readonly url: string }) => {
      const name = url.slice(BASE.length).replace(/\.json(#.*)?$/, '')
      const schema = schemas.get(name)?.schema
      if (schema === undefined) throw new Error(`${url} is not a file of schemas/`)
      return JSON.stringify(described(schema, schema))
    }
  }
  const options: Partial<Options> = {
    $refOptions: { resolve: { http: false, file: false, published: resolver } },
    additionalProperties: true,
    bannerComment: '',
    enableConstEnums: false,
    ignoreMinAndMaxItems: true,
    unknownAny: true,
    style: { semi: false, singleQuote: true, printWidth: 100, trailingComma: 'none' }
  }
  const files = [...schemas].map(async ([name, { schema }]) => ({
    path: `src/generated/${name}.ts`,
    content: `/** Generated from schemas/${name}.json; do not edit. */\n${await typesOf(schema, options)}`
  }))
  return Promise.all(files)
}

async function typesOf(schema: PublishedSchema, options: Partial<Options>): Promise<string> {
  const { $id: _, ...rest } = schema
  return compile(described(rest, schema) as never, schema.title, options)
}

/**
 * A copy in which what is said of a field stands before what is said of all texts of its kind: the
 * compiler takes the description of what a reference leads to.
 */
function described(node: unknown, schema: PublishedSchema): unknown {
  if (Array.isArray(node)) return node.map((each) => described(each, schema))
  if (typeof node !== 'object' || node === null) return node
  const copy = Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, described(value, schema)])
  )
  const { $ref, ...own } = copy
  const name = typeof $ref === 'string' ? /#\/\$defs\/(\w+)$/.exec($ref)?.[1] : undefined
  const kinds = schema['$defs'] as Readonly<Record<string, { readonly type?: string }>> | undefined
  const kind = name === undefined ? undefined : kinds?.[name]
  if (own['description'] === undefined || kind?.type !== 'string') return copy
  return { ...kind, ...own }
}
