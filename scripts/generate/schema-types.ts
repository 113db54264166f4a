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
      const text = schemas.get(name)?.text
      if (text === undefined) throw new Error(`${url} is not a file of schemas/`)
      return text
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
  const { $id: _, ...rest } = structuredClone(schema)
  return compile(rest as never, schema.title, options)
}
