import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { readDeregistrations } from '../registry/epds/list-deregistrations.ts'
import { html, named, table } from './html.ts'
import { pager, sendPage } from './page.ts'
import type { Surroundings } from './surroundings.ts'
import { moment, nameIn } from './words.ts'

const PAGE = 50
const Query = Type.Object({ cursor: Type.Optional(Type.String({ maxLength: 500 })) })

/** What was withdrawn, when and why. */
export function withdrawnPage(app: FastifyInstance, surroundings: Surroundings): void {
  const { deps, paging } = surroundings
  app.get<{ Querystring: Static<typeof Query> }>(
    '/withdrawn',
    { config: { scope: 'public' }, schema: { querystring: Query } },
    async (request, reply) => {
      const after = paging.readPositionCursor(request)
      const page = await readDeregistrations(deps, { operator: null, after, limit: PAGE })
      const next = paging.nextCursor(request, reply, page.next)
      const rows = page.items.map((each) => [
        html`<a href="declarations/${each.id}?version=${encodeURIComponent(each.version)}">${nameIn(each.name) ?? each.id}</a>`,
        each.version,
        named(each.ownerName),
        named(each.registrationNumber),
        moment(each.recordedAt),
        named(each.reason)
      ])
      const heads = ['Declaration', 'Version', 'Owner', 'Registered as', 'Withdrawn', 'Why']
      const body = html`<p class="lead">A declaration that was withdrawn stays readable, and is shown as withdrawn everywhere.</p>
${rows.length === 0 ? html`<p>Nothing was withdrawn.</p>` : table({ caption: 'In the order of their withdrawal', heads, rows })}
${pager(request, next)}`
      return sendPage(request, reply, surroundings, { title: 'Withdrawn declarations', body })
    }
  )
}
