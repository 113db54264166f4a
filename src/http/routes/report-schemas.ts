import { Type } from 'typebox'
import { listReports } from '../../registry/reports/export-report.ts'
import { asOf } from '../description/as-of.ts'
import { filedAnswers, reportFormat } from '../report-answer.ts'
import { deliveryParameters } from './delivery.ts'
import { SOLD as BATCH, DFARS_EXAMPLE, DfarsReport } from './dfars-answer.ts'
import { dfarsFacts } from './dfars-facts.ts'

/** The question of a DFARS report. Repeatable parameters arrive as arrays (see delivery.ts). */
export const DfarsQuery = Type.Object(
  {
    ...deliveryParameters,
    ...dfarsFacts,
    asOf,
    format: reportFormat
  },
  { additionalProperties: false }
)

export const listReportsSchema = {
  operationId: 'listReports',
  summary: 'Reports that can be exported, and what each must be told',
  tags: ['Reports'],
  response: {
    200: {
      description: 'Every kind of report.',
      content: {
        'application/json': {
          schema: Type.Object({
            items: Type.Array(
              Type.Object({
                kind: Type.String(),
                title: Type.String(),
                cite: Type.String({ description: 'The text that it answers to.' }),
                formats: Type.Array(Type.String()),
                parameters: Type.Array(
                  Type.Object({
                    name: Type.String(),
                    required: Type.Boolean(),
                    repeatable: Type.Boolean(),
                    type: Type.String(),
                    description: Type.String()
                  })
                )
              })
            )
          }),
          example: { items: listReports() }
        }
      }
    }
  }
}

export const dfarsReportSchema = {
  operationId: 'exportDfarsReport',
  summary: 'Origin verdict of magnets under DFARS 252.225-7052',
  description:
    'Judges one delivery in two readings: `literal` asks about the elements that the clause names, `conservative` about every tracked element of at least 0.1 % of the magnet. Each is pass, fail, exempt, review or unknown, with structured reasons, a line of evidence per element, step and facility, and the gaps with who can close them. Facts that only you know are echoed as declared by you. The same question at the same position gives the same bytes.',
  tags: ['Reports'],
  querystring: DfarsQuery,
  response: {
    200: {
      description: 'The report.',
      content: {
        'application/json': { schema: DfarsReport, example: DFARS_EXAMPLE },
        'text/csv': {
          schema: { type: 'string' },
          example: `batch,material,reading,verdict,element,step,facility_country\r\n${BATCH},NdFeB,literal,fail,Nd,separated,CN\r\n`
        },
        ...filedAnswers
      }
    }
  }
}
