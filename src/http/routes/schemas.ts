import type { FastifyInstance, FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { RegistryError } from '../../errors.ts'
import { publishedSchemas, publishedTemplates } from '../../formats/published-schemas.ts'
import { templateWorkbooks } from '../../formats/xlsx/template-workbooks.ts'
import { XLSX } from '../../formats/xlsx/write-workbook.ts'

const Names = Type.Object({
  items: Type.Array(Type.Object({ name: Type.String(), id: Type.String(), title: Type.String() }))
})

/** The JSON Schemas that documents are held to, byte for byte as they are published. */
export async function schemaRoutes(app: FastifyInstance): Promise<void> {
  const schemas = publishedSchemas()
  const tags = ['Service']

  app.route({
    method: 'GET',
    url: '/schemas',
    config: { scope: 'public' },
    schema: {
      operationId: 'listSchemas',
      summary: 'The published JSON Schemas',
      tags,
      response: {
        200: {
          description: 'Their names.',
          content: {
            'application/json': {
              schema: Names,
              example: {
                items: [
                  {
                    name: 'event.json',
                    id: 'https://lodestone.example/schemas/event.json',
                    title: 'Event'
                  }
                ]
              }
            }
          }
        }
      }
    },
    handler: async () => ({
      items: [...schemas].map(([name, { schema }]) => ({
        name: `${name}.json`,
        id: schema.$id,
        title: schema.title
      }))
    })
  })

  app.route<{ Params: { name: string } }>({
    method: 'GET',
    url: '/schemas/:name',
    config: { scope: 'public' },
    schema: {
      operationId: 'readSchema',
      summary: 'One JSON Schema (2020-12)',
      tags,
      params: Type.Object({
        name: Type.String({
          description: 'Name of the schema, as `/schemas` lists them.',
          examples: ['event.json']
        })
      }),
      response: {
        200: {
          description: 'The schema.',
          content: {
            'application/schema+json': {
              schema: { type: 'object', additionalProperties: true },
              example: {
                $schema: 'https://json-schema.org/draft/2020-12/schema',
                $id: 'https://lodestone.example/schemas/event.json'
              }
            }
          }
        }
      }
    },
    handler: async (request, reply) => {
      const found = schemas.get(request.params.name.replace(/\.json$/, ''))
      if (!found) {
        throw new RegistryError('NOT_FOUND', `There is no schema ${request.params.name}.`)
      }
      return reply
        .type('application/schema+json')
        .header('cache-control', 'public, max-age=3600')
        .send(found.text)
    }
  })

  await templateRoutes(app)
}

/** Whoever fills in a sheet has no checkout. */
async function templateRoutes(app: FastifyInstance): Promise<void> {
  textRoute(app)
  await workbookRoute(app)
}

function textRoute(app: FastifyInstance): void {
  const templates = publishedTemplates()
  app.route<{ Params: { name: string } }>({
    method: 'GET',
    url: '/schemas/csv/:name',
    config: { scope: 'public' },
    schema: {
      operationId: 'readTemplate',
      summary: 'A template for recording events from a spreadsheet',
      description: `There are ${[...templates.keys()].join(', ')}, and each as a workbook (\`/schemas/xlsx/ship.xlsx\`). Replace the example rows, keep the header row, and send the sheet to \`POST /v1/imports\` as \`text/csv\`.`,
      tags: ['Service'],
      params: Type.Object({
        name: Type.String({ description: 'Name of the template.', examples: ['ship.csv'] })
      }),
      response: {
        200: {
          description: 'The template, with example rows.',
          content: { 'text/csv': { schema: Type.String(), example: templates.get('ship.csv') } }
        }
      }
    },
    handler: async (request, reply) =>
      sendTemplate(reply.type('text/csv; charset=utf-8'), templates, request.params.name)
  })
}

/** As a spreadsheet of any country opens it. */
async function workbookRoute(app: FastifyInstance): Promise<void> {
  const workbooks = await templateWorkbooks()
  app.route<{ Params: { name: string } }>({
    method: 'GET',
    url: '/schemas/xlsx/:name',
    config: { scope: 'public' },
    schema: {
      operationId: 'readWorkbookTemplate',
      summary: 'A template for recording events, as a workbook',
      description: `There are ${[...workbooks.keys()].join(', ')}, with the columns of \`/schemas/csv\`: numbers as the spreadsheet of the country takes them, all else as text. Replace the example rows, keep the header row, and send it to \`POST /v1/imports\` as \`${XLSX}\`.`,
      tags: ['Service'],
      params: Type.Object({
        name: Type.String({ description: 'Name of the template.', examples: ['ship.xlsx'] })
      }),
      response: {
        200: {
          description: 'The template, with example rows.',
          content: {
            [XLSX]: {
              schema: { type: 'string', description: 'A workbook with one sheet.' },
              example: 'PK\u0003\u0004'
            }
          }
        }
      }
    },
    handler: async (request, reply) =>
      sendTemplate(reply.type(XLSX), workbooks, request.params.name)
  })
}

function sendTemplate(
  reply: FastifyReply,
  templates: ReadonlyMap<string, string | Buffer>,
  name: string
): FastifyReply {
  const template = templates.get(name)
  if (template === undefined) {
    const known = [...templates.keys()].join(', ')
    throw new RegistryError('NOT_FOUND', `There is no template ${name}; there are ${known}.`)
  }
  return reply
    .header('content-disposition', `attachment; filename="${name}"`)
    .header('cache-control', 'public, max-age=3600')
    .send(template)
}
