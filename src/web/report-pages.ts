import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { listReports } from '../registry/reports/export-report.ts'
import type { Rendering, ShownReport } from '../registry/reports/render-report.ts'
import { type Html, html } from './html.ts'
import { rootOf, sendPage } from './page.ts'
import { reportBlocks } from './report-blocks.ts'
import { type Kind, reportForm } from './report-form.ts'
import type { DrawnReport, Surroundings } from './surroundings.ts'
import { memberOf } from './visitor.ts'

const Query = Type.Object({ batch: Type.Optional(Type.String({ maxLength: 100 })) })

/** Forms for the reports that there are, and each report as a page, to be taken as a file. */
export function reportPages(app: FastifyInstance, surroundings: Surroundings): void {
  app.get<{ Querystring: Static<typeof Query> }>(
    '/reports',
    { config: { scope: 'public' }, schema: { querystring: Query } },
    async (request, reply) => {
      memberOf(request, 'report:read')
      const { batch } = request.query
      const body = html`<p class="lead">Each report is drawn up from the books as of one position, by dated rules. The same question gives the same bytes.</p>
${listReports().map((kind) => section(kind, batch))}`
      return sendPage(request, reply, surroundings, { title: 'Reports', body })
    }
  )
  for (const kind of listReports()) {
    const drawn = surroundings.reports[kind.kind]
    if (drawn) reportRoute(app, surroundings, kind, drawn)
  }
}

function section(kind: Kind, batch: string | undefined): Html {
  return html`<section aria-labelledby="of-${kind.kind}"><h2 id="of-${kind.kind}">${kind.title}</h2>
<p>${kind.cite}</p>
${reportForm(kind, batch)}</section>
`
}

function reportRoute(
  app: FastifyInstance,
  surroundings: Surroundings,
  kind: Kind,
  drawn: DrawnReport
): void {
  const { deps, sendReport } = surroundings
  app.get(
    `/reports/${kind.kind}`,
    {
      config: { scope: 'public' },
      schema: { querystring: drawn.query },
      preValidation: async (request) => {
        memberOf(request, 'report:read')
        drawn.prepare(request)
      }
    },
    async (request, reply) => {
      const member = memberOf(request, 'report:read')
      const query = request.query as { readonly format?: Rendering }
      const isGone = () => reply.sent || reply.raw.destroyed
      const wish = { format: query.format ?? ('paper' as const), isGone }
      const report = await drawn.draw(deps, member, query, wish)
      if (query.format !== undefined) {
        return sendReport(reply.header('cache-control', 'no-store'), report)
      }
      const shown = JSON.parse(report.content.toString('utf8')) as ShownReport
      return sendReportPage(request, reply, surroundings, { kind, shown })
    }
  )
}

function sendReportPage(
  request: FastifyRequest,
  reply: FastifyReply,
  surroundings: Surroundings,
  { kind, shown }: { readonly kind: Kind; readonly shown: ShownReport }
): FastifyReply {
  const root = rootOf(request, surroundings)
  const { title, position } = shown.report
  const body = html`<p class="lead">${shown.cite}</p>
<p class="stamp">As of position ${position}.</p>
<ul class="links formats">${kind.formats.map(
    (
      format
    ) => html`<li><a href="${inFormat(request, format, position)}">${format.toUpperCase()}</a></li>
`
  )}</ul>
${reportBlocks(shown)}
<p><a href="${root}reports">Other reports</a></p>
`
  return sendPage(request, reply, surroundings, { title, body })
}

/** The same question of the same moment, so that the file says what the page does. */
function inFormat({ url }: FastifyRequest, format: string, position: number): string {
  const start = url.indexOf('?')
  const asked = new URLSearchParams(start === -1 ? '' : url.slice(start + 1))
  const query = new URLSearchParams([...asked].filter(([, value]) => value.trim() !== ''))
  if (!query.has('asOf')) query.set('asOf', `${position}`)
  query.set('format', format)
  return `?${query}`
}
