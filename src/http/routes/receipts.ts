import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Scope } from '../../registry/deps.ts'
import { bundleOf, bundleOfChain } from '../../registry/proofs/bundle.ts'
import { type EntryQuestion, entryOf } from '../../registry/proofs/entry-of.ts'
import { receiptsFor } from '../../registry/proofs/receipt.ts'
import { idOf, jsonAnswer } from '../description/answers.ts'
import type { RouteOptions, TypedApp } from '../route.ts'
import { BUNDLE_EXAMPLE, BundleSchema } from './bundle-schema.ts'

interface Resource {
  readonly path: string
  readonly what: keyof typeof entryOf
  readonly name: string
  readonly scope: Scope
  /** Published ones are for everybody. */
  readonly public?: true
}

/** What has no address of its own: keys, grants, settings, resolutions, transitions. */
const entries: Resource = {
  path: '/v1/entries',
  what: 'entry',
  name: 'any entry of the log',
  scope: 'party:read',
  public: true
}

/** Things with a receipt and a bundle: where they are, and who may ask. */
const resources: readonly Resource[] = [
  entries,
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
  for (const resource of resources) {
    receiptRoute(app, options, resource)
    bundleRoute(app, options, resource)
  }
}

function receiptRoute(
  app: TypedApp,
  { deps }: RouteOptions,
  { path, what, name, scope, public: open }: Resource
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
      params: Type.Object({ id: what === 'entry' ? Position : idOf(name) }),
      querystring: versionOf(what),
      response: {
        200: {
          description: 'A proof with the signed head of the log.',
          content: { 'text/plain': { schema: { type: 'string' }, example: EXAMPLE } }
        }
      }
    },
    handler: async (request, reply) => {
      const view = await entryOf[what](deps, questionOf(request, open === true))
      const [receipt = ''] = await receiptsFor(deps, [view])
      return reply
        .type('text/plain; charset=utf-8')
        .header('content-disposition', `attachment; filename="${request.params.id}.tlog-proof"`)
        .send(receipt)
    }
  })
}

function bundleRoute(
  app: TypedApp,
  { deps }: RouteOptions,
  { path, what, name, scope, public: open }: Resource
): void {
  app.route({
    method: 'GET',
    url: `${path}/:id/bundle`,
    config: open ? { scope: 'public', showsMoreTo: scope } : { scope },
    schema: {
      operationId: `read${what[0]?.toUpperCase()}${what.slice(1)}Bundle`,
      summary: `Everything that proves ${name}, in one file`,
      description: `Documents, statements, salts, signing keys and the signed head of the log: \`lodestone verify\` checks it offline. ${
        what === 'batch'
          ? "The whole chain of custody up to mine or gate, with corrections; what is not the reader's to know is there as blind leaves. `subject.shown` is false where nothing that it opens names the batch."
          : DESCRIPTIONS[what]
      }`,
      tags: ['Transparency log'],
      params: Type.Object({ id: what === 'entry' ? Position : idOf(name) }),
      querystring: versionOf(what),
      response: { 200: jsonAnswer('A bundle.', BundleSchema, BUNDLE_EXAMPLE) }
    },
    handler: async (request, reply) => {
      const question = questionOf(request, open === true)
      const bundle =
        what === 'batch'
          ? await bundleOfChain(deps, request.principal, question.id)
          : await bundleOf(deps, what, question)
      const file = `attachment; filename="${request.params.id}.lodestone.json"`
      return reply
        .type('application/json; charset=utf-8')
        .header('content-disposition', file)
        .send(JSON.stringify(bundle))
    }
  })
}

const Position = Type.String({
  pattern: '^(0|[1-9][0-9]{0,15})$',
  description: 'The position that an answer named.'
})

function versionOf(what: keyof typeof entryOf) {
  return Type.Object(
    what === 'epd'
      ? {
          version: Type.Optional(
            Type.String({
              maxLength: 40,
              description: 'Version of the declaration; the newest that you may see by default.',
              examples: ['1.0']
            })
          )
        }
      : {}
  )
}

function questionOf(request: FastifyRequest, open: boolean): EntryQuestion {
  const { id } = request.params as { readonly id: string }
  const { version } = request.query as { readonly version?: string }
  return {
    principal: open ? request.caller : request.principal,
    id,
    ...(version === undefined ? {} : { version })
  }
}

const DESCRIPTIONS: Readonly<Record<keyof typeof entryOf, string>> = {
  entry:
    'Published ones are for everybody, others for the organization that they are about and the one that acted.',
  event: 'Of the event as it was recorded.',
  batch: 'Of the event that declared the batch as it is now.',
  epd: 'Of the newest version that the caller may see, or of the one asked for.',
  organization: 'Of the latest version.',
  facility: 'Of the latest version.'
}
