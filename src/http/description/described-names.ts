type Node = Readonly<Record<string, unknown>>

/** What stands under these names is data, whatever it looks like. */
const DATA = new Set(['example', 'examples', 'const', 'enum', 'default'])

/**
 * Gives each schema with a title that name among the components, and refers to it wherever it was
 * written out: generators then know types by their names, and one type for what is one. Works on the
 * finished document: with references in their schemas, routes would be serialized in another way.
 */
export function nameSchemas(document: object): void {
  const described = document as { paths?: unknown; components?: { schemas?: Node } & Node }
  const { paths = {}, components = {} } = described
  const { schemas = {}, responses = {} } = components
  const names = namesOf([paths, responses])
  const named: Record<string, unknown> = {}
  const refer = (node: unknown): unknown => {
    const copy = mapped(node, refer)
    const name = isTitled(node) ? names.get(JSON.stringify(node)) : undefined
    if (name === undefined) return copy
    if (name in schemas) throw new Error(`Another schema is called ${name}: name this one anew.`)
    named[name] = copy
    return { $ref: `#/components/schemas/${name}` }
  }
  described.paths = refer(paths)
  described.components = {
    ...components,
    responses: refer(responses),
    schemas: { ...schemas, ...named }
  }
}

/** Names by the text of the schema: one that only has a receipt besides is told from the one without. */
function namesOf(parts: readonly unknown[]): ReadonlyMap<string, string> {
  const texts = new Map<string, Map<string, Node>>()
  const collect = (node: unknown): unknown => {
    if (isTitled(node)) {
      const same = texts.get(node.title) ?? new Map()
      texts.set(node.title, same.set(JSON.stringify(node), node))
    }
    return mapped(node, collect)
  }
  parts.forEach(collect)
  return new Map(
    [...texts].flatMap(([title, same]) =>
      [...same].map(([text, schema]) => [text, nameOf(title, schema, [...same.values()])] as const)
    )
  )
}

function nameOf(title: string, schema: Node, same: readonly Node[]): string {
  if (same.length === 1) return title
  if (same.filter(hasReceipt).length !== 1 || same.length > 2) {
    throw new Error(`Several schemas are called ${title}.`)
  }
  return hasReceipt(schema) ? `${title}WithReceipt` : title
}

function hasReceipt(schema: Node): boolean {
  return JSON.stringify(schema).includes('"receipt":')
}

function isTitled(node: unknown): node is Node & { readonly title: string } {
  if (typeof node !== 'object' || node === null) return false
  return 'title' in node && typeof node.title === 'string' && ('type' in node || 'anyOf' in node)
}

function mapped(node: unknown, change: (part: unknown) => unknown): unknown {
  if (Array.isArray(node)) return node.map(change)
  if (typeof node !== 'object' || node === null) return node
  const parts = Object.entries(node).map(
    ([name, part]) => [name, DATA.has(name) ? part : change(part)] as const
  )
  return Object.fromEntries(parts)
}
