import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import type { EpdRecord } from '../registry/epds/epd-record.ts'
import { listEpdVersions } from '../registry/epds/list-epd-versions.ts'
import { type EpdQuestion, type EpdReading, readEpd } from '../registry/epds/read-epd.ts'
import { facts, type Html, html, named, table } from './html.ts'
import { indicatorTable } from './indicator-table.ts'
import { rootOf, sendPage } from './page.ts'
import { statedDate } from './stated-date.ts'
import type { Surroundings } from './surroundings.ts'
import { callerOf } from './visitor.ts'
import { code, linkTo, moment, nameIn, plainNameIn, spaced, state } from './words.ts'

const MOST_VERSIONS = 100
const Params = Type.Object({ id: Type.String({ format: 'uuid' }) })
const Query = Type.Object({ version: Type.Optional(Type.String({ maxLength: 40 })) })

/** One declaration: what it is, what it states, who answers for it, and how to check all of that. */
export function declarationPage(app: FastifyInstance, surroundings: Surroundings): void {
  const { deps } = surroundings
  app.get<{ Params: Static<typeof Params>; Querystring: Static<typeof Query> }>(
    '/declarations/:id',
    { config: { scope: 'public' }, schema: { params: Params, querystring: Query } },
    async (request, reply) => {
      const question = questionOf(request, request.params.id, request.query.version)
      const reading = await readEpd(deps, question)
      const { version: _, ...all } = question
      const versions = await listEpdVersions(deps, all, { after: undefined, limit: MOST_VERSIONS })
      const { record } = reading
      const body = html`${standing(record)}
${about(record)}
<section aria-labelledby="results"><h2 id="results">Results</h2>
${declaredUnit(record)}
${await indicatorTable(deps, reading)}</section>
${responsible(record)}
${proofs(reading, `${rootOf(request, surroundings)}../v1/epds/${record.id}`)}
${versionTable(versions.items, record)}`
      const title = plainNameIn(record.name) ?? `Declaration ${record.id}`
      return sendPage(request, reply, surroundings, { title, body })
    }
  )
}

function questionOf(request: FastifyRequest, id: string, version: string | undefined): EpdQuestion {
  const principal = callerOf(request, 'epd:read')
  return { principal, id, ...(version === undefined ? {} : { version }) }
}

/** What to know before any figure is read. */
function standing({ state: now, stateSince, endsOn }: EpdRecord): Html {
  const why = stateSince?.reason
  return html`<p class="lead">${state(now)}${stateSince && html` since ${moment(stateSince.recordedAt)}`}${endsOn !== undefined && html`; it speaks no more from ${endsOn} on`}.${why !== undefined && html` Reason: ${named(why)}`}</p>`
}

function about(record: EpdRecord): Html {
  const { product, validFrom, validUntil, standards = [], external } = record
  return facts([
    ['Owner', record.ownerName !== undefined && named(record.ownerName)],
    ['Product', product && `${spaced(product.class)}, stage ${spaced(product.stage)}`],
    ['Version', named(record.version)],
    [
      'Valid',
      (validFrom || validUntil) && html`${statedDate(validFrom)} to ${statedDate(validUntil)}`
    ],
    ['PCR', record.pcr !== undefined && named(record.pcr)],
    [
      'Standards',
      standards.length > 0 && standards.map((each, at) => html`${at > 0 && ', '}${named(each)}`)
    ],
    ['Method', record.methodSet !== undefined && named(record.methodSet)],
    ['Boundary', record.boundary !== undefined && spaced(record.boundary)],
    ['Programme operator', record.operatorName !== undefined && named(record.operatorName)],
    [
      'Registered elsewhere',
      external &&
        html`${named(external.operator)}, ${named(external.registrationNumber)}: ${linkTo(external.href)}`
    ],
    ['Declaration', code(record.id)]
  ])
}

function declaredUnit({ declaredUnit: of }: EpdRecord): Html | null {
  return of
    ? html`<p>All figures are for the declared unit: ${named(`${of.value} ${of.unit}`)}${of.unit === 'KGM' && ' (kilogram)'}.</p>`
    : null
}

function responsible({ verification, registration, organization, signedBy }: EpdRecord): Html {
  const nobody = html`Not verified in this registry.`
  return html`<section aria-labelledby="stands"><h2 id="stands">Who answers for it</h2>
${facts([
  [
    'Submitted by',
    html`organization ${code(organization)}${signedBy ? html`, signed with key ${code(signedBy.key)}` : ', not signed'}`
  ],
  [
    'Verified',
    verification
      ? html`${moment(verification.recordedAt)} by organization ${code(verification.organization)}, of version ${named(verification.version)}${verification.key === null ? '' : html`, signed with key ${code(verification.key)}`}`
      : nobody
  ],
  ['Verified document', verification && html`SHA-256 ${code(verification.documentSha256)}`],
  [
    'Registered',
    registration &&
      html`${named(registration.number)}, ${moment(registration.recordedAt)}, by organization ${code(registration.organization)}`
  ]
])}</section>
`
}

/** What of the API stands behind the page: for everybody where the declaration is. */
function proofs({ record, public: open }: EpdReading, address: string): Html {
  const of = `?version=${encodeURIComponent(record.version)}`
  const told = html`<p>SHA-256 of the document: ${code(record.sha256)}, ${record.size} bytes, ${code(record.mediaType)}</p>`
  const heading = html`<h2 id="proofs">Check it yourself</h2>`
  if (!open) {
    return html`<section aria-labelledby="proofs">${heading}${told}<p>It is not public: a program gets the document with an access token.</p></section>
`
  }
  return html`<section aria-labelledby="proofs">${heading}
<ul class="links">
<li><a href="${address}/document${of}">The original document</a>, byte for byte</li>
<li><a href="${address}/receipt${of}">Receipt</a>: the proof that it is in the log</li>
<li><a href="${address}/bundle${of}">Bundle</a>: everything that proves it, to be verified offline</li>
<li><a href="${address}/report${of}">Report of its review</a></li>
<li><a href="${address}/transitions${of}">How it came to its state</a></li>
</ul>
${told}</section>
`
}

function versionTable(items: readonly EpdRecord[], shown: EpdRecord): Html {
  return html`<section aria-labelledby="versions"><h2 id="versions">Versions</h2>
${table({
  caption: 'Oldest first',
  heads: ['Version', 'Name', 'Recorded', 'State'],
  rows: items.map(({ id, version, name, recordedAt, state: now }) => [
    html`<a href="${id}?version=${encodeURIComponent(version)}"${version === shown.version && html` aria-current="page"`}>${named(version)}</a>`,
    nameIn(name),
    moment(recordedAt),
    state(now)
  ])
})}</section>
`
}
