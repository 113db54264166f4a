interface Variant {
  readonly $ref?: string
}

interface Schema {
  readonly oneOf?: readonly Variant[]
  readonly discriminator?: { readonly propertyName: string }
  readonly properties?: Readonly<Record<string, { readonly const?: unknown }>>
}

/**
 * Tells which value of its discriminator stands for which schema: without, OpenAPI takes the names of
 * schemas for the values, and a generated client sends events of the type `Event-commission`. The
 * published schemas cannot say it, since validators of JSON Schema know of no mapping.
 */
export function mapVariants(document: object): void {
  const { components = {} } = document as { readonly components?: { readonly schemas?: object } }
  const schemas = (components.schemas ?? {}) as Record<string, Schema>
  for (const [name, schema] of Object.entries(schemas)) {
    const { oneOf = [], discriminator } = schema
    if (!discriminator) continue
    const values = oneOf.map(({ $ref = '' }) => {
      const variant = schemas[$ref.split('/').at(-1) ?? '']
      return [String(variant?.properties?.[discriminator.propertyName]?.const), $ref] as const
    })
    const mapping = Object.fromEntries(values)
    schemas[name] = { ...schema, discriminator: { ...discriminator, mapping } } as Schema
  }
}
