import type { Stamp } from './moment.ts'

/** A part of a list, and where the next part starts; `next` is absent on the last. */
export interface Page<Item> {
  readonly items: readonly Item[]
  /** The position after which the next page starts. */
  readonly next?: number
}

/** A page that was read in one snapshot, and of which. */
export type StampedPage<Item> = Page<Item> & Stamp

export interface PageRequest {
  /** The `next` of the page before; -1 for the first page. */
  readonly after: number
  readonly limit: number
}

/** What to ask the database for: one row more than is shown tells whether anything follows. */
export function oneMore<Request extends PageRequest>(request: Request): Request {
  return { ...request, limit: request.limit + 1 }
}

/** The page of what `oneMore` asked for. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  record: (row: Row) => Item,
  position: (row: Row) => number
): Page<Item> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const items = shown.map(record)
  return rows.length > limit && last !== undefined ? { items, next: position(last) } : { items }
}
