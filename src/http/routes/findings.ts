import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { listFindings } from '../../registry/findings/list-findings.ts'
import { resolveFinding } from '../../registry/findings/resolve-finding.ts'
import { sentRequest } from '../body/signature.ts'
import { idOf, idParam, jsonAnswer, named, SignedBy } from '../description/answers.ts'
import { exampleStamp } from '../description/stamp.ts'
import { pageQuery, readCursor } from '../paging.ts'
import type { RouteOptions, TypedApp } from '../route.ts'
import { sendStampedPage, stampedPageOf } from '../stamped-page.ts'
import { published } from './batch-parts.ts'

const tags = ['Findings']
const severities = ['error', 'warning', 'info'] as const
const Severity = Type.Enum([...severities])
const Evidence = Type.Unsafe<readonly unknown[]>(published('evidenceList'))

const Finding = named(
  'FindingRecord',
  Type.Object({
    id: idOf('the finding'),
    status: Type.Enum(['open', 'resolved']),
    rule: Type.String(),
    code: Type.String(),
    severity: Severity,
    profile: Type.Optional(Type.String({ description: 'Whose rule it is, see /v1/profiles.' })),
    pointer: Type.String({ description: 'RFC 6901 pointer into the document that it speaks of.' }),
    source: Type.Optional(
      Type.String({ description: 'The place in a declaration of another format than the native.' })
    ),
    message: Type.String(),
    expected: Type.Optional(Type.String()),
    actual: Type.Optional(Type.String()),
    remedy: Type.Optional(Type.String()),
    event: Type.Optional(idOf('the event')),
    batch: Type.Optional(idOf('the batch')),
    epd: Type.Optional(idOf('the EPD')),
    position: Type.Integer(),
    recordedAt: Type.String(),
    closedBy: Type.Enum(['resolution', 'correction'], {
      description: 'A warning is closed by whoever it is addressed to, an error by a correction.'
    }),
    resolution: Type.Optional(
      Type.Object({
        position: Type.Integer(),
        at: Type.String(),
        reason: Type.String(),
        by: Type.Union([idOf('the organization that closed it'), Type.Null()], {
          description: 'Null where a re-evaluation closed it.'
        }),
        evidence: Evidence,
        signedBy: SignedBy
      })
    )
  })
)

const example = {
  id: '3b0c6a0e-1f2d-8c55-8a52-0f6f1a1f7c11',
  status: 'open',
  rule: 'R5',
  code: 'MB_ELEMENT_LOSS',
  severity: 'warning',
  pointer: '/outputs',
  message: '87.1 % of the Nd is recovered, which is unusually little.',
  expected: '92 to 99 %',
  actual: '87.1 %',
  event: '7a1c2f0e-3c1b-4a53-9d8e-2f5a1f0c0a02',
  batch: '5f1c9a52-7f0e-8a43-9d8e-2f5a1f0c0b03',
  position: 1207,
  recordedAt: '2026-10-05T14:31:07.120Z',
  closedBy: 'resolution'
}

const resolved = {
  ...example,
  status: 'resolved',
  resolution: {
    position: 1290,
    at: '2026-10-07T08:00:00.000Z',
    reason: 'The cell was relined; the slag is recorded with the next run.',
    by: '0d6e6f5c-24a4-8c47-9f43-0a5b3a1c7e11',
    evidence: [],
    signedBy: null
  }
}

const Resolution = Type.Object(
  {
    reason: Type.String({ minLength: 1, maxLength: 2000 }),
    evidence: Type.Optional(Evidence),
    finding: Type.Optional(idOf('the finding once more; needed where the request is signed'))
  },
  { additionalProperties: false, examples: [{ reason: resolved.resolution.reason }] }
)

/** Findings: what the checks had to say to the own organization, and closing it. */
export async function findingRoutes(plain: FastifyInstance, options: RouteOptions): Promise<void> {
  const app: TypedApp = plain.withTypeProvider<TypeBoxTypeProvider>()
  listRoute(app, options)
  resolveRoute(app, options)
}

function listRoute(app: TypedApp, { deps }: RouteOptions): void {
  app.route({
    method: 'GET',
    url: '/v1/findings',
    config: { scope: 'chain:read' },
    schema: {
      operationId: 'listFindings',
      summary: 'Findings addressed to the own organization',
      description: 'Of its documents, and of batches that it holds; oldest first.',
      tags,
      querystring: Type.Object({
        ...pageQuery,
        severity: Type.Optional(
          Type.Enum([...severities], {
            description: 'How much it weighs: an error is closed by a correction only.'
          })
        ),
        rule: Type.Optional(
          Type.String({
            maxLength: 60,
            description: 'The rule of the books that found it: R1 to R16.',
            examples: ['R9']
          })
        ),
        code: Type.Optional(
          Type.String({
            maxLength: 60,
            description: 'What was found, by its code; docs/reference/rules.md lists all.',
            examples: ['TRANSIT_LOSS']
          })
        ),
        batch: Type.Optional(idOf('a batch')),
        status: Type.Optional(
          Type.Enum(['open', 'resolved'], {
            description: 'Whether somebody has closed it; both by default.'
          })
        )
      }),
      response: {
        200: jsonAnswer('A page.', stampedPageOf(Finding), { ...exampleStamp, items: [example] })
      }
    },
    handler: async (request, reply) => {
      const { limit = 50, cursor: _cursor, ...filter } = request.query
      const after = readCursor(request)
      const page = await listFindings(deps, request.principal, {
        ...filter,
        limit,
        ...(after === undefined ? {} : { after })
      })
      return sendStampedPage(request, reply, page) as never
    }
  })
}

function resolveRoute(app: TypedApp, { deps }: RouteOptions): void {
  app.route({
    method: 'POST',
    url: '/v1/findings/:id/resolution',
    config: { scope: 'event:write', signed: true },
    schema: {
      operationId: 'resolveFinding',
      summary: 'Close a finding with a reason',
      description:
        'For whoever it is addressed to; logged. An error is closed by a correction only: 409. The same resolution again changes nothing. May be signed over the exact bytes in `Lodestone-Signature`, and must be where the organization refuses what nobody signed; then the body names the finding too.',
      tags,
      params: idParam('the finding'),
      body: Resolution,
      response: { 200: jsonAnswer('The finding, closed.', Finding, resolved) }
    },
    handler: async (request) => {
      const { reason, evidence = [], finding: named } = request.body
      const { principal, params } = request
      const command = { principal, finding: params.id, reason, evidence, named }
      return resolveFinding(deps, { ...command, sent: sentRequest(request) }) as never
    }
  })
}
