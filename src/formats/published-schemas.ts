import { readdirSync, readFileSync } from 'node:fs'

/** A JSON Schema of `schemas/`, the public contract. */
export interface PublishedSchema {
  readonly $id: string
  readonly title: string
  readonly examples?: readonly unknown[]
  readonly [keyword: string]: unknown
}

const FOLDER = new URL('../../schemas/', import.meta.url)

/** Every published schema by its file name without `.json`; also its exact text, as it is served. */
export function publishedSchemas(): ReadonlyMap<
  string,
  { readonly schema: PublishedSchema; readonly text: string }
> {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.json'))
  return new Map(
    names.sort().map((name) => {
      const text = readFileSync(new URL(name, FOLDER), 'utf8')
      return [name.replace(/\.json$/, ''), { schema: JSON.parse(text) as PublishedSchema, text }]
    })
  )
}
