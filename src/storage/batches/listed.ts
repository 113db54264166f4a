import { LongMap } from '../../domain/lineage/long-map.ts'

/**
 * A map of things by their ids that is made when one is asked for by its id. Of most large walks all are gone
 * through, one after the other, and none is looked for.
 */
export class Listed<Item extends { readonly id: string }> implements ReadonlyMap<string, Item> {
  readonly #items: readonly Item[]
  #byId: LongMap<string, Item> | null = null

  /** No two of them have the same id. */
  constructor(items: readonly Item[]) {
    this.#items = items
  }

  get size(): number {
    return this.#items.length
  }

  get(id: string): Item | undefined {
    return this.#map().get(id)
  }

  has(id: string): boolean {
    return this.#map().has(id)
  }

  forEach(each: (item: Item, id: string, map: ReadonlyMap<string, Item>) => void): void {
    for (const item of this.#items) each(item, item.id, this)
  }

  *entries(): MapIterator<[string, Item]> {
    for (const item of this.#items) yield [item.id, item]
  }

  *keys(): MapIterator<string> {
    for (const { id } of this.#items) yield id
  }

  *values(): MapIterator<Item> {
    yield* this.#items
  }

  [Symbol.iterator](): MapIterator<[string, Item]> {
    return this.entries()
  }

  #map(): LongMap<string, Item> {
    if (this.#byId) return this.#byId
    const byId = new LongMap<string, Item>()
    for (const item of this.#items) byId.add(item.id, item)
    this.#byId = byId
    return byId
  }
}
