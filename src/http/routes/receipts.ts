import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { Scope } from '../../registry/deps.ts'
import { type EntryQuestion, entryOf } from '../../registry/entry-of.ts'
import { receiptsFor } from '../../registry/receipt.ts'
import { idOf } from '../answers.ts'
import type { RouteOptions, TypedApp } from '../route.ts'

/** Things with a receipt: where they are, and who may ask. */
const resources: readonly {
  readonly path: string
  readonly what: keyof typeof entryOf
  readonly name: string
  readonly scope: Scope
  /** Published ones are for everybody. */
  readonly public?: true
}[] = [
  { path: '/v1/events', what: 'event', name: 'an event', scope: 'chain:read' },
  { path: '/v1/batches', what: 'batch', name: 'a batch', scope: 'chain:read' },
  { path: '/v1/epds', what: 'epd', name: 'an EPD', scope: 'epd:read', public: true },
  { path: '/v1/organizations', what: 'organization', name: 'an organization', scope: 'party:read' },
  { path: '/v1/facilities', what: 'facility', name: 'a facility', scope: 'party:read' }
]

const EXAMPLE =
  'c2sp.org/tlog-proof@v1\nindex 2\n+sVCA+fMaWzw38tCySodnbr3CtnmIfS9jZhmLwDjwSU=\n\nlodestone.example/log\n3\nrra8/idLcKFPsGel5VeCZNsPqbUa9eC6FZFY8yngbnc=\n\n— lodestone.example/log M9e0luh4…\n'

/** `…/{id}/receipt`: the proof that a thing is in the log, for everything that was accepted. */
export async function receiptRoutes(plain: FastifyInstance, options: RouteOptions): Promise<void> {
  const app: TypedApp = plain.withTypeProvider<TypeBoxTypeProvider>()
  for (const resource of resources) receiptRoute(app, options, resource)
}

function receiptRoute(
  app: TypedApp,
  { deps }: RouteOptions,
  { path, what, name, scope, public: open }: (typeof resources)[number]
): void {
  app.route({
    method: 'GET',
    url: `${path}/:id/receipt`,
    config: open ? { scope: 'public', showsMoreTo: scope } : { scope },
    schema: {
      operationId: `read${what[0]?.toUpperCase()}${what.slice(1)}Receipt`,
      summary: `The receipt of ${name} (C2SP tlog-proof)`,
      description: `Proves for ever and offline that it is in the log: keep it. ${DESCRIPTIONS[what]}`,
      tags: ['Transparency log'],
      params: Type.Object({ id: idOf(name) }),
      querystring: Type.Object(
        open ? { version: Type.Optional(Type.String({ maxLength: 40 })) } : {}
      ),
      response: {
        200: {
          description: 'A proof with the signed head of the log.',
          content: { 'text/plain': { schema: { type: 'string' }, example: EXAMPLE } }
        }
      }
    },
    handler: async (request, reply) => {
      const { version } = request.query as { readonly version?: string }
      const question: EntryQuestion = {
        principal: open ? request.caller : request.principal,
        id: request.params.id,
        ...(version === undefined ? {} : { version })
      }
      const view = await entryOf[what](deps, question)
      const [receipt = ''] = await receiptsFor(deps, [view])
      return reply
        .type('text/plain; charset=utf-8')
        .header('content-disposition', `attachment; filename="${request.params.id}.tlog-proof"`)
        .send(receipt)
    }
  })
}

const DESCRIPTIONS: Readonly<Record<keyof typeof entryOf, string>> = {
  event: 'Of the event as it was recorded.',
  batch: 'Of the event that declared the batch as it is now.',
  epd: 'Of the newest version that the caller may see, or of the one asked for.',
  organization: 'Of the latest version.',
  facility: 'Of the latest version.'
}
