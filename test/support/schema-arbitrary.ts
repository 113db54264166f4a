import fc from 'fast-check'

type Json = Readonly<Record<string, unknown>>

/**
 * Documents that a schema of ours describes, with every property of every object there or, where
 * `partial`, each there or not: made from the schema itself, so that a new field takes part at once.
 * Lists have one to three members.
 */
export function documentsOf(schema: Json, partial: boolean): fc.Arbitrary<Json> {
  return new SchemaReader(schema, partial).read(schema) as fc.Arbitrary<Json>
}

class SchemaReader {
  readonly #root: Json
  readonly #partial: boolean

  constructor(root: Json, partial: boolean) {
    this.#root = root
    this.#partial = partial
  }

  read(node: Json): fc.Arbitrary<unknown> {
    const { $ref: ref, const: only, enum: some, type } = node
    if (typeof ref === 'string') return this.read(this.#resolve(ref))
    if (only !== undefined) return fc.constant(only)
    if (Array.isArray(some)) return fc.constantFrom(...(some as unknown[]))
    if (type === 'object') return this.#object(node)
    if (type === 'array') return this.#array(node)
    if (type === 'boolean') return fc.boolean()
    if (type === 'string') return this.#string(node)
    throw new RangeError(`no value for ${JSON.stringify(node)}`)
  }

  #resolve(ref: string): Json {
    const path = ref.split('#')[1]?.split('/').slice(1) ?? []
    return path.reduce<Json>((node, name) => node[name] as Json, this.#root)
  }

  #object(node: Json): fc.Arbitrary<unknown> {
    const { properties, required = [], propertyNames, additionalProperties } = node
    if (properties === undefined) {
      const key = this.read({ type: 'string', ...(propertyNames as Json) })
      const value = this.read(additionalProperties as Json)
      return fc.dictionary(key as fc.Arbitrary<string>, value, { minKeys: 1, maxKeys: 3 })
    }
    const members = Object.entries(properties as Record<string, Json>).map(
      ([name, each]) => [name, this.read(each)] as const
    )
    const requiredKeys = this.#partial ? (required as string[]) : members.map(([name]) => name)
    const least = Number(node['minProperties'] ?? 0)
    return fc
      .record(Object.fromEntries(members), { requiredKeys })
      .filter((value) => Object.keys(value).length >= least)
  }

  #array({ items, uniqueItems }: Json): fc.Arbitrary<unknown> {
    const item = this.read(items as Json)
    const bounds = { minLength: 1, maxLength: 3 }
    return uniqueItems === true
      ? fc.uniqueArray(item, { ...bounds, selector: (each) => JSON.stringify(each) })
      : fc.array(item, bounds)
  }

  #string({ pattern, minLength = 0, maxLength = 40 }: Json): fc.Arbitrary<string> {
    const most = Math.min(Number(maxLength), 100)
    const fits = (text: string) =>
      text.length <= most && text.length >= Number(minLength) && text.isWellFormed()
    if (typeof pattern !== 'string') {
      return fc
        .string({ unit: 'grapheme', minLength: Number(minLength), maxLength: most })
        .filter(fits)
    }
    if (pattern.startsWith('^\\S(')) {
      return fc
        .string({ unit: 'grapheme', minLength: 1, maxLength: most })
        .map((text) => text.trim())
        .filter((text) => fits(text) && new RegExp(pattern, 'u').test(text))
    }
    return fc.stringMatching(new RegExp(pattern.replace('[!-~]', '[a-z0-9/._-]'))).filter(fits)
  }
}
