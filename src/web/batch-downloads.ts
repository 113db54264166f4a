import type { FastifyInstance } from 'fastify'
import type { Static } from 'typebox'
import type { Deps, Principal } from '../registry/deps.ts'
import { bundleOfChain } from '../registry/proofs/bundle.ts'
import { graphCsv, originsCsv } from '../registry/trace/trace-csv.ts'
import { traceCustody } from '../registry/trace/trace-custody.ts'
import { custodyCsv } from '../registry/trace/trace-custody-csv.ts'
import { drawn, traceGraph } from '../registry/trace/trace-graph.ts'
import { graphPicture } from '../registry/trace/trace-graph-picture.ts'
import { traceOrigins } from '../registry/trace/trace-origins.ts'
import { originsPicture } from '../registry/trace/trace-origins-picture.ts'
import { BatchParams, MomentQuery } from './batch-question.ts'
import type { Surroundings } from './surroundings.ts'
import { memberOf } from './visitor.ts'

interface Question {
  readonly batch: string
  readonly asOf?: string
}
type Write = (deps: Deps, member: Principal, question: Question) => Promise<string>

/** As far as the API walks where it is told nothing. */
const WALK = { depth: 32, limit: 2_000 } as const

/** What the API gives as files, by the name of the file below the address of the batch. */
const files: Readonly<Record<string, Write>> = {
  'origins.svg': async (deps, member, question) =>
    originsPicture(await traceOrigins(deps, member, { ...question, by: 'country' })),
  'steps.svg': async (deps, member, question) =>
    originsPicture(await traceOrigins(deps, member, { ...question, by: 'step' })),
  'origins.csv': async (deps, member, question) =>
    originsCsv(await traceOrigins(deps, member, { ...question, by: 'facility' })),
  'custody.csv': async (deps, member, question) =>
    custodyCsv(await traceCustody(deps, member, question)),
  'upstream.csv': async (deps, member, question) =>
    graphCsv(
      drawn(await traceGraph(deps, member, { ...question, ...WALK, direction: 'upstream' }))
    ),
  'upstream.svg': async (deps, member, question) =>
    graphPicture(
      drawn(await traceGraph(deps, member, { ...question, ...WALK, direction: 'upstream' }))
    ),
  'downstream.svg': async (deps, member, question) =>
    graphPicture(
      drawn(await traceGraph(deps, member, { ...question, ...WALK, direction: 'downstream' }))
    ),
  'bundle.lodestone.json': async (deps, member, { batch }) =>
    JSON.stringify(await bundleOfChain(deps, member, batch))
}

const TYPES: Readonly<Record<string, string>> = {
  svg: 'image/svg+xml; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8'
}

/** Pictures and files of a batch: the cookie comes along to these addresses, and no token is in them. */
export function batchDownloads(app: FastifyInstance, { deps }: Surroundings): void {
  for (const [name, write] of Object.entries(files)) {
    const kind = name.slice(name.lastIndexOf('.') + 1)
    app.get<{ Params: Static<typeof BatchParams>; Querystring: Static<typeof MomentQuery> }>(
      `/batches/:id/${name}`,
      { config: { scope: 'public' }, schema: { params: BatchParams, querystring: MomentQuery } },
      async (request, reply) => {
        const member = memberOf(request, 'chain:read')
        const { asOf } = request.query
        const batch = request.params.id
        const text = await write(deps, member, { batch, ...(asOf === undefined ? {} : { asOf }) })
        return (
          reply
            .type(TYPES[kind] ?? 'application/octet-stream')
            .header(
              'content-disposition',
              `${kind === 'svg' ? 'inline' : 'attachment'}; filename="${batch}-${name}"`
            )
            .header('cache-control', 'no-store')
            // Names in a picture come from many parties: whatever they hold, nothing runs and nothing is loaded.
            .header('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
            .send(text)
        )
      }
    )
  }
}
