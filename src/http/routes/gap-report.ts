import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { exportGapReport } from '../../registry/reports/export-gaps.ts'
import { idOf, named } from '../description/answers.ts'
import { asOf } from '../description/as-of.ts'
import {
  filedAnswers,
  reportFormat,
  reportHead,
  reportWishOf,
  sendReport
} from '../report-answer.ts'
import type { RouteOptions, TypedApp } from '../route.ts'
import { gapFields, Named, nullable, Status } from './batch-parts.ts'

const BATCH = '5f1c9a52-7f0e-8a43-9d8e-2f5a1f0c0b03'

const example = {
  report: 'gaps',
  title: 'What is not known of a batch, and who can tell',
  asOf: '2026-11-23T10:00:00.000Z',
  position: 1207,
  dataCutoff: '2026-11-23T10:00:00.000Z',
  ruleVersion: { table: 'gap-regulations', revision: '2026-11-30' },
  requester: '0d6e6f5c-24a4-8c47-9f43-0a5b3a1c7e11',
  disclaimer: 'Evidence summary, not legal advice.',
  batch: BATCH,
  number: 'M-103',
  status: 'clear',
  complete: true,
  unknowns: [
    {
      kind: 'origin_unknown',
      element: 'Nd',
      step: null,
      share: '1',
      node: '7a1c2f0e-3c1b-4a53-9d8e-2f5a1f0c0b02',
      number: 'OX-17',
      remedy: 'Whoever brought the batch into the books can correct the commission.',
      closer: { id: '3f2b8c1d-5e6f-4a7b-8c9d-0e1f2a3b4c5d', name: 'Demo Trader' },
      blocks: [
        {
          regulation: 'dfars-252.225-7052',
          cite: 'DFARS 252.225-7052; 10 U.S.C. 4872',
          report: 'dfars-252.225-7052'
        }
      ]
    }
  ],
  findings: [],
  blocked: [],
  contentHash: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
}

const Closer = nullable(Named, 'Who can close it; null where you may not know.')
const blocked = {
  regulation: Type.String(),
  cite: Type.String(),
  report: nullable(Type.String(), 'The report that answers to it, where there is one.')
}

const Report = named(
  'GapReport',
  Type.Object({
    ...reportHead,
    ruleVersion: named(
      'GapRules',
      Type.Object(
        { table: Type.String(), revision: Type.String() },
        { description: 'The table of what each regulation asks about.' }
      )
    ),
    batch: idOf('the batch'),
    number: nullable(Type.String(), "Its maker's own lot number."),
    status: Status,
    complete: Type.Boolean({ description: 'False where the chain was not walked to its end.' }),
    unknowns: Type.Array(
      Type.Object({
        kind: gapFields.kind,
        element: nullable(Type.String()),
        step: nullable(Type.String()),
        share: nullable(Type.String(), 'Part of the element at the node, a decimal fraction.'),
        node: Type.String(),
        number: nullable(Type.String(), 'The lot number of the node, where you may know it.'),
        remedy: Type.String(),
        closer: Closer,
        blocks: Type.Array(Type.Object(blocked))
      })
    ),
    findings: Type.Array(
      Type.Object({
        id: Type.String(),
        rule: Type.String(),
        code: Type.String(),
        severity: Type.Enum(['error', 'warning', 'info']),
        message: Type.String(),
        remedy: nullable(Type.String()),
        closer: Closer
      })
    ),
    blocked: Type.Array(
      Type.Object({ ...blocked, gaps: Type.Integer({ description: 'How many gaps block it.' }) })
    )
  })
)

export const GapQuery = Type.Object({
  batch: idOf('the batch'),
  asOf,
  format: reportFormat
})

/** The gap report: what is not known of a batch, what that blocks, who can close it. */
export async function gapReportRoutes(
  plain: FastifyInstance,
  options: RouteOptions
): Promise<void> {
  const app: TypedApp = plain.withTypeProvider<TypeBoxTypeProvider>()
  app.route({
    method: 'GET',
    url: '/v1/reports/gaps',
    config: { scope: 'report:read' },
    schema: {
      operationId: 'exportGapReport',
      summary: 'What is not known of a batch and its ancestors, and who can close each gap',
      description:
        'Every unknown with the regulations and reports that it blocks and the party who can tell, and the findings that stand. The same question at the same position gives the same bytes.',
      tags: ['Reports'],
      querystring: GapQuery,
      response: {
        200: {
          description: 'The report.',
          content: {
            'application/json': { schema: Report, example },
            'text/csv': {
              schema: { type: 'string' },
              example: `batch,record,missing,element,step\r\n${BATCH},unknown,origin_unknown,Nd,\r\n`
            },
            ...filedAnswers
          }
        }
      }
    },
    handler: async (request, reply) => {
      const { batch, asOf } = request.query
      const question = { batch, ...(asOf === undefined ? {} : { asOf }) }
      const wish = reportWishOf(request, reply)
      const report = await exportGapReport(options.deps, request.principal, question, wish)
      return sendReport(reply, report) as never
    }
  })
}
