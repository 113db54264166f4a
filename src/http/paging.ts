import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type TSchema, Type } from 'typebox'
import { RegistryError } from '../errors.ts'
import type { Page } from '../registry/page.ts'
import { named } from './description/answers.ts'
import { pathOf } from './request-path.ts'

/** The query parameters of every list. */
export const pageQuery = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 100,
      default: 50,
      description: 'Most items in the answer.'
    })
  ),
  cursor: Type.Optional(
    Type.String({
      maxLength: 500,
      description: 'The `next` of the page before; it belongs to the same query.'
    })
  )
}

/** The answer of every list, named after its items. */
export function pageOf<Item extends TSchema & { readonly title?: string }>(item: Item) {
  const page = Type.Object({
    items: Type.Array(item),
    next: Type.Optional(
      Type.String({ description: 'Cursor of the next page; absent on the last.' })
    )
  })
  return item.title === undefined ? page : named(`${item.title}Page`, page)
}

/**
 * The key after which the asked page starts, or undefined for the first page. A cursor is bound to
 * the path and parameters that it came from: with any other it is `CURSOR_INVALID`, instead of a
 * page of something else.
 */
export function readCursor(request: FastifyRequest): string | undefined {
  const { cursor } = request.query as { readonly cursor?: string }
  if (cursor === undefined) return undefined
  const [, query, text] = /^([\w-]{11})\.([\w-]+)$/.exec(cursor) ?? []
  if (query !== queryName(request) || text === undefined) {
    throw new RegistryError(
      'CURSOR_INVALID',
      'The cursor does not belong to this query; start without a cursor, or repeat the query exactly.'
    )
  }
  const key = Buffer.from(text, 'base64url').toString('utf8')
  // What a cursor may be spelled with beside its own letters is not ours.
  if (spelled(key) === text) return key
  throw new RegistryError('CURSOR_INVALID', NOT_OURS)
}

/** `readCursor` for lists in the order of positions; -1 for the first page. */
export function readPositionCursor(request: FastifyRequest): number {
  const key = readCursor(request)
  if (key === undefined) return -1
  const position = /^\d+$/.test(key) ? Number(key) : Number.NaN
  if (Number.isSafeInteger(position)) return position
  throw new RegistryError('CURSOR_INVALID', NOT_OURS)
}

const NOT_OURS = 'The cursor was not made by this service.'

function spelled(key: string): string {
  return Buffer.from(key).toString('base64url')
}

/** A page of the registry as it is sent: with a cursor in place of the position or key. */
export function sendPage<Item>(
  request: FastifyRequest,
  reply: FastifyReply,
  page: Pick<Page<Item>, 'items'> & { readonly next?: string | number }
): { items: Item[]; next?: string } {
  const next = nextCursor(request, reply, page.next)
  return { items: [...page.items], ...(next === undefined ? {} : { next }) }
}

/**
 * The cursor of the page that follows `key`, also sent as `Link: <...>; rel="next"` (RFC 8288);
 * undefined where nothing follows.
 */
export function nextCursor(
  request: FastifyRequest,
  reply: FastifyReply,
  key: string | number | undefined
): string | undefined {
  if (key === undefined) return undefined
  const cursor = `${queryName(request)}.${spelled(String(key))}`
  const { path, query } = address(request)
  query.set('cursor', cursor)
  reply.header('link', `<${path}?${query}>; rel="next"`)
  return cursor
}

/** Names the query: path and parameters without the cursor and the size of the page. */
function queryName(request: FastifyRequest): string {
  const { path, query } = address(request)
  query.delete('limit')
  query.sort()
  return createHash('sha256').update(`${path}?${query}`).digest('base64url').slice(0, 11)
}

/** A question mark may stand in a query as it is (RFC 3986 3.4), so only the first one ends the path. */
function address({ url }: FastifyRequest): { path: string; query: URLSearchParams } {
  const start = url.indexOf('?')
  const query = new URLSearchParams(start === -1 ? '' : url.slice(start + 1))
  query.delete('cursor')
  return { path: pathOf(url), query }
}
