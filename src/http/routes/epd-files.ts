import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { listEpdFiles, readEpdFile } from '../../registry/epds/read-epd-files.ts'
import { idParam, jsonAnswer, named } from '../description/answers.ts'
import type { RouteOptions, TypedApp } from '../route.ts'
import { Sha256, Version } from './epd-fields.ts'
import { question } from './epd-question.ts'

const read = { scope: 'public', showsMoreTo: 'epd:read' } as const

const File = named(
  'EpdFile',
  Type.Object({
    path: Type.String(),
    size: Type.Integer({ description: 'Bytes, unpacked.' }),
    sha256: Sha256,
    mediaType: Type.String({ description: 'What it is served as.' })
  })
)

const example = {
  path: 'ILCD/external_docs/epd.pdf',
  size: 615342,
  sha256: 'f3ed6dedd85cd040e6a46b3b28ade974e18fd580e3ee6e58729c116b19fcf244',
  mediaType: 'application/pdf'
}
const version = Type.Optional(Version)

/** The files that an ILCD package holds beside the declaration: data sets, PDFs, pictures. */
export async function epdFileRoutes(plain: FastifyInstance, { deps }: RouteOptions): Promise<void> {
  const app: TypedApp = plain.withTypeProvider<TypeBoxTypeProvider>()
  app.route({
    method: 'GET',
    url: '/v1/epds/:id/files',
    config: read,
    schema: {
      operationId: 'listEpdFiles',
      summary: 'The files that a version came with',
      description:
        'Of a version that came as an ILCD zip: every file in it, with its hash. None where it was one document.',
      tags: ['EPDs'],
      params: idParam('the declaration'),
      querystring: Type.Object({ version }, { additionalProperties: false }),
      response: {
        200: jsonAnswer('In the order of paths.', Type.Object({ items: Type.Array(File) }), {
          items: [example]
        })
      }
    },
    handler: async (request) => ({ items: [...(await listEpdFiles(deps, question(request)))] })
  })

  app.route({
    method: 'GET',
    url: '/v1/epds/:id/file',
    config: read,
    schema: {
      operationId: 'readEpdFile',
      summary: 'One of the files that a version came with, byte for byte',
      description:
        'To be saved, never to be shown: it comes as an attachment, and what could run in a browser comes as plain bytes.',
      tags: ['EPDs'],
      params: idParam('the declaration'),
      querystring: Type.Object(
        {
          version,
          path: Type.String({
            minLength: 1,
            maxLength: 255,
            description: 'Where it lies in the archive, as `/files` lists it.',
            examples: [example.path]
          })
        },
        { additionalProperties: false }
      ),
      response: {
        200: {
          description: 'The file.',
          content: {
            'application/octet-stream': {
              schema: {},
              example: '(the bytes of the file)'
            },
            '*/*': { schema: {}, example: '(the bytes of a picture or of a PDF)' }
          }
        }
      }
    },
    handler: async (request, reply) => {
      const { path } = request.query
      const { bytes, mediaType, reading } = await readEpdFile(deps, { ...question(request), path })
      const { record, public: open } = reading
      const fixed = request.query.version !== undefined && record.state !== 'draft'
      return reply
        .type(mediaType)
        .header('content-disposition', attachment(path))
        .header('x-content-type-options', 'nosniff')
        .header('content-security-policy', "sandbox; default-src 'none'")
        .header(
          'cache-control',
          `${open ? 'public' : 'private'}, ${fixed ? 'max-age=31536000, immutable' : 'no-cache'}`
        )
        .send(bytes)
    }
  })
}

/** The last part of the path, in ASCII and as RFC 8187 writes everything else. */
function attachment(path: string): string {
  const name = path.split('/').at(-1) ?? 'file'
  const plain = name.replace(/[^\w .()-]/g, '_')
  const coded = encodeURIComponent(name).replace(/['()*]/g, (sign) => {
    return `%${sign.charCodeAt(0).toString(16).toUpperCase()}`
  })
  return `attachment; filename="${plain}"; filename*=UTF-8''${coded}`
}
