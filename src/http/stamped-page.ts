import type { FastifyReply, FastifyRequest } from 'fastify'
import { type TSchema, Type } from 'typebox'
import type { Stamp } from '../registry/moment.ts'
import { named } from './description/answers.ts'
import { stamp } from './description/stamp.ts'
import { weakTag } from './etag.ts'
import { pageOf, sendPage } from './paging.ts'

/** The answer of a list that is read in one snapshot and says of which, named after its items. */
export function stampedPageOf<Item extends TSchema & { readonly title?: string }>(item: Item) {
  const { properties } = pageOf(item)
  const page = Type.Object({ ...stamp, ...properties })
  return item.title === undefined ? page : named(`${item.title}Page`, page)
}

/**
 * As `sendPage`, with the moment of the snapshot. That moves with every entry of anybody, and whoever
 * asks again and again would never be answered 304: so the ETag names what the page holds beside it.
 */
export function sendStampedPage<Item>(
  request: FastifyRequest,
  reply: FastifyReply,
  page: Stamp & { readonly items: readonly Item[]; readonly next?: string | number }
): Stamp & { items: Item[]; next?: string } {
  const { position, asOf } = page
  const sent = sendPage(request, reply, page)
  reply.header('etag', weakTag(JSON.stringify(sent)))
  return { position, asOf, ...sent }
}
