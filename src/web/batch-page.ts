import type { FastifyInstance } from 'fastify'
import type { Static } from 'typebox'
import { RegistryError } from '../errors.ts'
import type { Deps, Principal } from '../registry/deps.ts'
import { type BatchRecord, traceBatch } from '../registry/trace/trace-batch.ts'
import { traceCustody } from '../registry/trace/trace-custody.ts'
import { traceFindings } from '../registry/trace/trace-findings.ts'
import { drawn, traceGraph } from '../registry/trace/trace-graph.ts'
import { traceHistory } from '../registry/trace/trace-history.ts'
import { traceOrigins } from '../registry/trace/trace-origins.ts'
import { batchDownloads } from './batch-downloads.ts'
import { batchFacts, coverSection } from './batch-facts.ts'
import { BatchParams, MomentQuery } from './batch-question.ts'
import { custodySection } from './custody-section.ts'
import { findingsSection } from './findings-section.ts'
import { gapsSection } from './gaps-section.ts'
import { historySection } from './history-section.ts'
import { type Html, html } from './html.ts'
import { originsSection } from './origins-section.ts'
import { sendPage } from './page.ts'
import { stepsSection } from './steps-section.ts'
import type { Surroundings } from './surroundings.ts'
import { memberOf } from './visitor.ts'

/** As far as the gap report walks: what lies beyond is a gap of its own. */
const UPSTREAM = { direction: 'upstream', depth: 64, limit: 2_000 } as const
const ONE_STEP_DOWN = { direction: 'downstream', depth: 1, limit: 1 } as const

/** One batch: what a buyer asks about it, on one page of one moment. */
export function batchPages(app: FastifyInstance, surroundings: Surroundings): void {
  const { deps } = surroundings
  app.get<{ Params: Static<typeof BatchParams>; Querystring: Static<typeof MomentQuery> }>(
    '/batches/:id',
    { config: { scope: 'public' }, schema: { params: BatchParams, querystring: MomentQuery } },
    async (request, reply) => {
      const member = memberOf(request, 'chain:read')
      const { asOf } = request.query
      const asked = { batch: request.params.id, ...(asOf === undefined ? {} : { asOf }) }
      const batch = await traceBatch(deps, member, asked)
      const body = await contentOf(deps, member, batch, asOf)
      const title = `Batch ${batch.number ?? batch.id}`
      return sendPage(request, reply, surroundings, { title, body })
    }
  )
  batchDownloads(app, surroundings)
}

/** What was known at a position never changes: so all parts are of one moment, each read by its own verb. */
async function contentOf(
  deps: Deps,
  member: Principal,
  batch: BatchRecord,
  asOf: string | undefined
): Promise<Html> {
  const question = { batch: batch.id, asOf: `${batch.position}` }
  const places = await traceOrigins(deps, member, { ...question, by: 'facility' })
  const steps = await traceOrigins(deps, member, { ...question, by: 'step' })
  const upstream = drawn(await traceGraph(deps, member, { ...question, ...UPSTREAM }))
  const below = `${batch.id}/`
  const then = `?asOf=${batch.position}`
  return html`${batchFacts(batch, asOf)}
${originsSection(places, `${below}origins.svg${then}`)}
${gapsSection(upstream)}
${coverSection(batch)}
${stepsSection(steps, `${below}steps.svg${then}`)}
${chainSection(below, then, await isToldDescendants(deps, member, question))}
${custodySection(await traceCustody(deps, member, question))}
${findingsSection(await traceFindings(deps, member, question))}
${historySection(await traceHistory(deps, member, question))}
${downloads(batch.id, then)}`
}

async function isToldDescendants(
  deps: Deps,
  member: Principal,
  question: { readonly batch: string; readonly asOf: string }
): Promise<boolean> {
  try {
    await traceGraph(deps, member, { ...question, ...ONE_STEP_DOWN })
    return true
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'FORBIDDEN') return false
    throw error
  }
}

function chainSection(below: string, then: string, descendants: boolean): Html {
  return html`<section aria-labelledby="chain"><h2 id="chain">The chain</h2>
<ul class="links">
<li><a href="${below}upstream.svg${then}">What it was made from</a>, up to mine or gate, as a picture</li>
${
  descendants &&
  html`<li><a href="${below}downstream.svg${then}">What became of it</a>, as a picture</li>
`
}</ul></section>
`
}

function downloads(id: string, then: string): Html {
  const below = `${id}/`
  return html`<section aria-labelledby="files"><h2 id="files">Take it with you</h2>
<ul class="links">
<li><a href="../reports?batch=${id}">Reports</a> about it: DFARS, recycled share, footprint, gaps</li>
<li><a href="${below}bundle.lodestone.json">Bundle</a>: everything that proves it, to be verified offline with <code>lodestone verify</code></li>
<li><a href="${below}origins.csv${then}">Origins by facility (CSV)</a></li>
<li><a href="${below}custody.csv${then}">Custody (CSV)</a></li>
<li><a href="${below}upstream.csv${then}">What it was made from (CSV)</a></li>
</ul></section>
`
}
