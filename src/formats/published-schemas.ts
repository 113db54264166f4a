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

const TEMPLATES = new URL('csv/', FOLDER)

/** Every template of a spreadsheet by its file name, as it is served. */
export function publishedTemplates(): ReadonlyMap<string, string> {
  const names = readdirSync(TEMPLATES).filter((name) => name.endsWith('.csv'))
  return new Map(names.sort().map((name) => [name, readFileSync(new URL(name, TEMPLATES), 'utf8')]))
}
