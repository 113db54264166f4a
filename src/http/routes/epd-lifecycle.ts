import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { readEpdReport } from '../../registry/epds/read-epd.ts'
import { readEpdHistory } from '../../registry/epds/read-epd-history.ts'
import { possibleTransitions, transitionEpd } from '../../registry/epds/transition-epd.ts'
import { signatureOf } from '../body/signature.ts'
import { idParam, jsonAnswer, named } from '../description/answers.ts'
import { asOf } from '../description/as-of.ts'
import { exampleStamp } from '../description/stamp.ts'
import { pageQuery, readPositionCursor } from '../paging.ts'
import type { RouteOptions, TypedApp } from '../route.ts'
import { sendStampedPage, stampedPageOf } from '../stamped-page.ts'
import { EpdRecord, findingExample, Numeral, recordExample, Sha256, Version } from './epd-fields.ts'

const tags = ['EPDs']
const params = idParam('the declaration')
const read = { scope: 'public', showsMoreTo: 'epd:read' } as const
/** Far above any statement; a signed megabyte of spaces says nothing. */
const BODY_LIMIT = 16 * 1024

const Command = Type.Object(
  {
    version: Version,
    transition: Type.Enum([...possibleTransitions]),
    reason: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1000,
        pattern: '\\S',
        description: 'Of `return`, for the owner; of `deregister`, for everybody.'
      })
    ),
    documentSha256: Type.Optional(Sha256),
    reportSha256: Type.Optional(Sha256),
    baseSha256: Type.Optional(Sha256),
    registrationNumber: Type.Optional(Numeral)
  },
  {
    additionalProperties: false,
    examples: [
      { version: '1.0', transition: 'publish' },
      {
        version: '1.0',
        transition: 'verify',
        documentSha256: recordExample.sha256,
        reportSha256: recordExample.sha256
      }
    ]
  }
)

const Step = named(
  'EpdStep',
  Type.Object({
    position: Type.Integer(),
    recordedAt: Type.String(),
    transition: Type.String({ description: 'Also `external`, and `supersede`, which follows.' }),
    state: Type.String({ description: 'What it led to.' }),
    organization: Type.String({ description: 'Who did it.' }),
    key: Type.Union([Type.String(), Type.Null()], {
      description: 'The key that signed it; null where nobody did.'
    }),
    reason: Type.Optional(Type.String()),
    registrationNumber: Type.Optional(Type.String()),
    statement: Type.Optional(
      Type.String({ description: 'The exact bytes that were signed, base64url.' })
    )
  })
)

const stepExample = {
  position: 320,
  recordedAt: '2026-11-24T09:00:00.000Z',
  transition: 'register',
  state: 'registered',
  organization: '5f1c9a52-7f0e-4a43-9d8e-2f5a1f0c0b04',
  key: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
  registrationNumber: 'DEMO-EPD-2026-0001',
  statement: 'eyJ2ZXJzaW9uIjoiMS4wIiwi…'
}

/** From submission to publication and withdrawal: who did what, in signed statements. */
export async function epdLifecycleRoutes(
  plain: FastifyInstance,
  options: RouteOptions
): Promise<void> {
  const app: TypedApp = plain.withTypeProvider<TypeBoxTypeProvider>()
  transitionRoute(app, options)
  historyRoute(app, options)
  reportRoute(app, options)
}

function transitionRoute(app: TypedApp, { deps }: RouteOptions): void {
  app.route({
    method: 'POST',
    url: '/v1/epds/:id/transitions',
    // Who may do what is in the table of the lifecycle, not in one scope.
    config: { scope: 'epd:read', signed: true },
    bodyLimit: BODY_LIMIT,
    schema: {
      operationId: 'transitionEpd',
      summary: 'Bring a version into another state',
      description:
        'Owner: `submit` (with `documentSha256` only a draft of these bytes). Verifier: `start_verification`, `return` (with `reason`), `verify` (signed; `documentSha256`, `reportSha256`). Programme operator: `return`, `confirm_editorial` (signed; `documentSha256`, `baseSha256` of the published version), `register` (signed; `documentSha256`, `registrationNumber`), `publish`, `deregister` (signed; `documentSha256`, `reason`). Signed ones carry in `Lodestone-Signature` a detached JWS over the exact bytes of the request; to submit a draft it is over the bytes of the draft. Verifier and operator are neither owner nor practitioner. Repeating a request is safe.',
      tags,
      params,
      body: Command,
      response: {
        200: jsonAnswer('Where it stands now.', EpdRecord, { ...recordExample, state: 'published' })
      }
    },
    handler: (request) =>
      transitionEpd(deps, {
        principal: request.principal,
        id: request.params.id,
        ...request.body,
        request: request.rawBody ?? Buffer.alloc(0),
        signature: signatureOf(request)
      })
  })
}

function historyRoute(app: TypedApp, { deps }: RouteOptions): void {
  app.route({
    method: 'GET',
    url: '/v1/epds/:id/transitions',
    config: read,
    schema: {
      operationId: 'readEpdTransitions',
      summary: 'How a version came to stand where it stands',
      description:
        'Every step with the statement that was signed. How the verification went before is shown to owner, practitioner, verifiers and operators.',
      tags,
      params,
      querystring: Type.Object({ ...pageQuery, version: Version, asOf }),
      response: {
        200: jsonAnswer('Oldest first.', stampedPageOf(Step), {
          ...exampleStamp,
          items: [stepExample]
        })
      }
    },
    handler: async (request, reply) => {
      const { caller: principal, params: path, query } = request
      const { version, asOf, limit = 50 } = query
      const page = await readEpdHistory(deps, {
        principal,
        id: path.id,
        version,
        ...(asOf === undefined ? {} : { asOf }),
        after: readPositionCursor(request),
        limit
      })
      return sendStampedPage(request, reply, page)
    }
  })
}

function reportRoute(app: TypedApp, { deps }: RouteOptions): void {
  app.route({
    method: 'GET',
    url: '/v1/epds/:id/report',
    config: read,
    schema: {
      operationId: 'readEpdReport',
      summary:
        'The report of the review of a version, in the bytes that a verifier signs the hash of',
      tags,
      params,
      querystring: Type.Object({ version: Version }),
      response: {
        200: jsonAnswer('The report.', Type.Object({}, { additionalProperties: true }), {
          format: 'lodestone-epd-report@v1',
          epd: recordExample.id,
          version: recordExample.version,
          documentSha256: recordExample.sha256,
          ruleSet: 'epd-rules 2026-11-23',
          findings: [findingExample]
        })
      }
    },
    handler: async (request, reply) => {
      const { caller: principal, params: path, query } = request
      const { report, sha256 } = await readEpdReport(deps, { principal, id: path.id, ...query })
      const answer = reply.type('application/json; charset=utf-8').header('etag', `"${sha256}"`)
      return answer.send(report)
    }
  })
}
