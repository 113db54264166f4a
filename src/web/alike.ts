/** Items that say the same, together, in the order of the first of each. */
export function alike<Item>(
  items: readonly Item[],
  said: (item: Item) => unknown
): readonly (readonly [Item, ...Item[]])[] {
  const groups = new Map<string, [Item, ...Item[]]>()
  for (const item of items) {
    const key = JSON.stringify(said(item))
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return [...groups.values()]
}
