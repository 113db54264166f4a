import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { XLSX } from '../formats/xlsx/write-workbook.ts'
import type { ReportFormat } from '../registry/reports/export-report.ts'
import type { ReportWish } from '../registry/reports/hand-out-report.ts'
import type { RenderedReport } from '../registry/reports/render-report.ts'
import { preferredType } from './accept.ts'

const PDF = 'application/pdf'

/** The parameter of every report. */
export const reportFormat = Type.Optional(
  Type.Enum(['json', 'csv', 'xlsx', 'pdf'], { description: 'Goes before the Accept header.' })
)

/** What every report says of itself, whatever it is about; each has a `ruleVersion` of its own beside. */
export const reportHead = {
  report: Type.String({ description: 'Its kind, as `/v1/reports` lists it.' }),
  title: Type.String(),
  asOf: Type.String({ description: 'The moment asked about, RFC 3339 UTC; else the data cutoff.' }),
  position: Type.Integer({ description: 'The last entry of the books that could be seen.' }),
  dataCutoff: Type.String({ description: 'When that entry was accepted.' }),
  requester: Type.String({ description: 'The organization that asked.' }),
  disclaimer: Type.String(),
  contentHash: Type.String({
    description: 'SHA-256 of the canonical JSON (RFC 8785) of the report without this member.'
  })
}

/** The media types of a workbook and of paper beside the others of an answer. */
export const filedAnswers = {
  [XLSX]: {
    schema: {
      type: 'string',
      description:
        'The table of the CSV as a workbook; every cell is text, so that nothing is rounded.'
    },
    example: 'PK\u0003\u0004'
  },
  [PDF]: {
    schema: {
      type: 'string',
      description:
        'Pages for people, with the JSON of the report attached as `report.json`: what the content hash is of.'
    },
    example: '%PDF-1.3'
  }
}

/** How a report is wanted; whoever hung up, or was told that it takes too long, does not wait for it any more. */
export function reportWishOf(request: FastifyRequest, reply: FastifyReply): ReportWish {
  return { format: reportFormatOf(request), isGone: () => reply.sent || reply.raw.destroyed }
}

function reportFormatOf(request: FastifyRequest): ReportFormat {
  const { format } = request.query as { readonly format?: ReportFormat }
  if (format) return format
  const type = preferredType(request.headers.accept, ['application/json', 'text/csv', XLSX, PDF])
  return ({ 'application/json': 'json', 'text/csv': 'csv', [XLSX]: 'xlsx', [PDF]: 'pdf' } as const)[
    type
  ]
}

export function sendReport(reply: FastifyReply, report: RenderedReport): FastifyReply {
  const { mediaType, fileName, content } = report
  return reply
    .header('content-type', isText(mediaType) ? `${mediaType}; charset=utf-8` : mediaType)
    .header('content-disposition', `inline; filename="${fileName}"`)
    .header('vary', 'accept')
    .send(content)
}

function isText(mediaType: string): boolean {
  return mediaType !== XLSX && mediaType !== PDF
}
