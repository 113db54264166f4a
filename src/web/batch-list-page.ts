import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { listBatches } from '../registry/trace/trace-list.ts'
import { type Html, html, named, table } from './html.ts'
import { pager, sendPage } from './page.ts'
import type { Surroundings } from './surroundings.ts'
import { memberOf } from './visitor.ts'
import { moment, spaced, state } from './words.ts'

const PAGE = 25
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const text = (maxLength: number) => Type.Optional(Type.String({ maxLength }))

const Query = Type.Object({
  number: text(200),
  product: text(60),
  stage: text(60),
  element: text(3),
  status: Type.Optional(Type.Enum(['clear', 'suspect', 'contested'])),
  cursor: text(500)
})
type Asked = Static<typeof Query>
type Listed = Awaited<ReturnType<typeof listBatches>>['items'][number]

/** The batches of whoever is signed in, and any batch by its id or number. */
export function batchListPage(app: FastifyInstance, surroundings: Surroundings): void {
  const { deps, paging, seeOther } = surroundings
  app.get<{ Querystring: Asked }>(
    '/batches',
    { config: { scope: 'public' }, schema: { querystring: Query } },
    async (request, reply) => {
      const { number = null } = request.query
      const member = memberOf(request, 'chain:read')
      if (number !== null && ID.test(number)) {
        return seeOther(reply, `batches/${number.toLowerCase()}`)
      }
      const { product = null, stage = null, element = null, status = null } = request.query
      const found = await listBatches(deps, member, {
        filter: {
          organization: null,
          holder: null,
          identifier: null,
          number,
          product,
          stage,
          element,
          status
        },
        after: paging.readCursor(request) ?? null,
        limit: PAGE
      })
      const next = paging.nextCursor(request, reply, found.next)
      const body = html`${filterForm(request.query, surroundings)}
${found.items.length === 0 ? nothing(request.query, next) : list(found.items)}
${pager(request, next)}`
      return sendPage(request, reply, surroundings, { title: 'My batches', body })
    }
  )
}

function filterForm(asked: Asked, { deps }: Surroundings): Html {
  const { products, stages } = deps.reference
  return html`<form class="filters" role="search">
<p class="wide"><label for="number">Batch id, or its maker’s number</label><input id="number" name="number" value="${asked.number}" maxlength="200" spellcheck="false"></p>
${choice(
  'product',
  'Product',
  asked.product,
  [...products].map(([id, { name }]) => [id, name])
)}
${choice(
  'stage',
  'Stage',
  asked.stage,
  [...stages].map(([id, { name }]) => [id, name])
)}
<p><label for="element">Element</label><input id="element" name="element" value="${asked.element}" size="4" maxlength="3" placeholder="Nd" autocapitalize="words"></p>
${choice(
  'status',
  'Status',
  asked.status,
  ['clear', 'suspect', 'contested'].map((each) => [each, each])
)}
<p><button>Show</button></p>
</form>
`
}

function choice(
  name: string,
  label: string,
  chosen: string | undefined,
  options: readonly (readonly [string, string])[]
): Html {
  return html`<p><label for="${name}">${label}</label><select id="${name}" name="${name}"><option value="">any</option>
${options.map(
  ([id, text]) => html`<option value="${id}"${id === chosen && html` selected`}>${text}</option>
`
)}</select></p>`
}

function nothing(asked: Asked, next: string | undefined): Html {
  if (next !== undefined) return html`<p class="lead">None so far; the list goes on.</p>`
  return Object.keys(asked).length === 0
    ? html`<p class="lead">Your organization has made and received no batch yet.</p>`
    : html`<p class="lead">There is no such batch that you may see. <a href="batches">Show all</a></p>`
}

function list(items: readonly Listed[]): Html {
  return table({
    caption: 'Batches that your organization made, holds or held, or was shown',
    heads: ['Number', 'Product', 'Stage', 'Country', 'Produced', 'Mass, kg dry', 'Status'],
    rows: items.map((batch) => [
      html`<a href="batches/${batch.id}">${named(batch.number ?? batch.id)}</a>`,
      named(batch.product.name),
      batch.stage !== null && spaced(batch.stage),
      batch.country,
      moment(batch.producedAt),
      batch.massKg,
      batch.voided ? state('voided') : state(batch.status)
    ]),
    figures: [5]
  })
}
