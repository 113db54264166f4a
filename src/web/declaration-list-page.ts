import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import type { EpdRecord } from '../registry/epds/epd-record.ts'
import { searchEpds } from '../registry/epds/list-epds.ts'
import { type Html, html, named, table } from './html.ts'
import { pager, sendPage } from './page.ts'
import type { Surroundings } from './surroundings.ts'
import { callerOf } from './visitor.ts'
import { nameIn, spaced, state } from './words.ts'

const PAGE = 25
const text = (maxLength: number) => Type.Optional(Type.String({ maxLength }))

const Query = Type.Object({
  q: text(500),
  stage: text(60),
  element: text(3),
  country: text(2),
  validOn: text(10),
  cursor: text(500)
})
type Asked = Static<typeof Query>

/** The declarations that the reader may see, to be searched. */
export function declarationListPage(app: FastifyInstance, surroundings: Surroundings): void {
  const { deps, paging } = surroundings
  app.get<{ Querystring: Asked }>(
    '/declarations',
    { config: { scope: 'public' }, schema: { querystring: Query } },
    async (request, reply) => {
      const { q, validOn, stage, element, country } = request.query
      const found = await searchEpds(deps, {
        principal: callerOf(request, 'epd:read'),
        q,
        validOn,
        facets: { stage, element, country },
        after: paging.readCursor(request),
        limit: PAGE
      })
      const next = paging.nextCursor(request, reply, found.next)
      const body = html`${searchForm(request.query, surroundings)}
${found.items.length === 0 ? nothing(request.query) : list(found.items)}
${pager(request, next)}`
      return sendPage(request, reply, surroundings, { title: 'Declarations', body })
    }
  )
}

function searchForm(asked: Asked, { deps }: Surroundings): Html {
  return html`<form class="filters" role="search">
<p class="wide"><label for="q">Words</label><input id="q" name="q" type="search" value="${asked.q}" maxlength="500"></p>
<p><label for="stage">Stage</label><select id="stage" name="stage"><option value="">any</option>
${[...deps.reference.stages].map(
  ([
    id,
    { name }
  ]) => html`<option value="${id}"${id === asked.stage && html` selected`}>${name}</option>
`
)}</select></p>
<p><label for="element">Element</label><input id="element" name="element" value="${asked.element}" size="4" maxlength="3" placeholder="Nd" autocapitalize="words"></p>
<p><label for="country">Country</label><input id="country" name="country" value="${asked.country}" size="4" maxlength="2" placeholder="AU" autocapitalize="characters"></p>
<p><label for="validOn">Valid on</label><input id="validOn" name="validOn" type="date" value="${asked.validOn}"></p>
<p><button>Search</button></p>
</form>
`
}

function nothing(asked: Asked): Html {
  return Object.keys(asked).length === 0
    ? html`<p class="lead">Nothing is published here yet.</p>`
    : html`<p class="lead">No declaration answers to this. <a href="declarations">Show all</a></p>`
}

function list(items: readonly EpdRecord[]): Html {
  return table({
    caption: 'In the order in which they came, each in its newest version',
    heads: ['Declaration', 'Owner', 'Product', 'Valid until', 'State'],
    rows: items.map((record) => [
      html`<a href="declarations/${record.id}">${nameIn(record.name) ?? record.id}</a>`,
      record.ownerName !== undefined && named(record.ownerName),
      record.product && spaced(record.product.class),
      record.endsOn ?? record.validUntil?.date,
      state(record.state)
    ])
  })
}
