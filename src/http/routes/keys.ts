import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { readKey, readKeys } from '../../registry/parties/read-keys.ts'
import { registerKey, revokeKey } from '../../registry/parties/register-key.ts'
import { signatureOf } from '../body/signature.ts'
import { idOf, jsonAnswer, named, recorded } from '../description/answers.ts'
import { pageOf, pageQuery, readPositionCursor, sendPage } from '../paging.ts'
import type { RouteOptions, TypedApp } from '../route.ts'

const KeyId = Type.String({
  minLength: 43,
  maxLength: 43,
  pattern: '^[A-Za-z0-9_-]+$',
  description: 'RFC 7638 thumbprint of the key; `kid` of its signatures.'
})

const reasons = ['compromised', 'superseded', 'retired'] as const
const Reason = Type.Enum([...reasons])

const Key = named(
  'SigningKey',
  Type.Object({
    id: KeyId,
    organization: idOf('the organization that signs with it'),
    algorithm: Type.Enum(['EdDSA', 'ES256']),
    jwk: Type.Object({}, { additionalProperties: true, description: 'Public key (RFC 7517).' }),
    label: Type.Optional(Type.String()),
    ...recorded,
    revoked: Type.Optional(Type.Object({ position: Type.Integer(), reason: Reason }))
  })
)

/** Read by itself, from the exact bytes that were signed. */
const Registration = Type.Object(
  {
    organization: idOf('the own organization'),
    jwk: Type.Object(
      {
        kty: Type.Enum(['OKP', 'EC']),
        crv: Type.Enum(['Ed25519', 'P-256']),
        x: Type.String(),
        y: Type.Optional(Type.String({ description: 'Of P-256 only.' }))
      },
      {
        additionalProperties: true,
        description: 'The public key (RFC 7517); one with private parts is refused.'
      }
    ),
    label: Type.Optional(
      Type.Union([Type.String({ maxLength: 100 }), Type.Null()], {
        description: 'What it is for; public.'
      })
    )
  },
  { additionalProperties: false }
)

const jwk = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }
const organization = '5f1c9a52-7f0e-4a43-9d8e-2f5a1f0c0b03'
const example = {
  id: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
  organization,
  algorithm: 'EdDSA' as const,
  jwk,
  label: 'Works laboratory',
  position: 41,
  recordedAt: '2026-09-01T08:00:00.000Z'
}

const tags = ['Signatures']
const read = { scope: 'party:read' } as const
const write = { scope: 'party:write' } as const

/** The keys that organizations sign their submissions with. */
export async function keyRoutes(plain: FastifyInstance, options: RouteOptions): Promise<void> {
  const app: TypedApp = plain.withTypeProvider<TypeBoxTypeProvider>()
  writeRoutes(app, options)
  readRoutes(app, options)
}

function writeRoutes(app: TypedApp, { deps }: RouteOptions): void {
  app.route({
    method: 'POST',
    url: '/v1/keys',
    config: { ...write, document: ['application/json'], signed: true },
    schema: {
      operationId: 'registerKey',
      summary: 'Register a key to sign with',
      description:
        'The request itself is signed by the key, with `typ` `lodestone-key+jws`, in `Lodestone-Signature`: `lodestone keygen` makes key and request. The key is logged in the open, and this request is part of every bundle that it signed: mind what `label` says. Where the organization refuses what nobody signed, a key in force signs the same bytes too, in `Lodestone-Countersignature`; not for its first key.',
      tags,
      headers: Type.Object({
        'lodestone-countersignature': Type.Optional(
          Type.String({
            description:
              'A detached JWS over the same bytes by a key in force, where one is needed.',
            examples: ['eyJhbGciOi...']
          })
        )
      }),
      body: {
        content: {
          'application/json': {
            schema: Registration,
            example: { organization, jwk, label: 'Works laboratory' }
          }
        }
      },
      response: {
        200: jsonAnswer('It was registered before.', Key, example),
        201: jsonAnswer('Registered.', Key, example)
      }
    },
    handler: async (request, reply) => {
      const { record, created } = await registerKey(deps, {
        principal: request.principal,
        document: request.body as unknown as Buffer,
        proof: signatureOf(request),
        countersignature: signatureOf(request, 'lodestone-countersignature')
      })
      reply.header('location', `/v1/keys/${record.id}`)
      return reply.code(created ? 201 : 200).send(record)
    }
  })

  app.route({
    method: 'DELETE',
    url: '/v1/keys/:id',
    config: write,
    schema: {
      operationId: 'revokeKey',
      summary: 'Revoke a key',
      description: 'What was signed and accepted before stays good. The revocation is logged.',
      tags,
      params: Type.Object({ id: KeyId }),
      querystring: Type.Object({
        reason: Type.Optional(
          Type.Enum([...reasons], { description: 'Why: `compromised` where another may have it.' })
        )
      }),
      response: {
        200: jsonAnswer('Revoked, now or before.', Key, {
          ...example,
          revoked: { position: 97, reason: 'superseded' }
        })
      }
    },
    handler: (request) =>
      revokeKey(deps, {
        principal: request.principal,
        id: request.params.id,
        reason: request.query.reason ?? 'retired'
      })
  })
}

function readRoutes(app: TypedApp, { deps }: RouteOptions): void {
  app.route({
    method: 'GET',
    url: '/v1/keys',
    config: read,
    schema: {
      operationId: 'listKeys',
      summary: 'Keys in the order of registration, revoked ones too',
      tags,
      querystring: Type.Object({
        ...pageQuery,
        organization: Type.Optional(idOf('the organization that they belong to'))
      }),
      response: { 200: jsonAnswer('A page.', pageOf(Key), { items: [example] }) }
    },
    handler: async (request, reply) => {
      const page = await readKeys(deps, {
        organization: request.query.organization ?? null,
        after: readPositionCursor(request),
        limit: request.query.limit ?? 50
      })
      return sendPage(request, reply, page)
    }
  })

  app.route({
    method: 'GET',
    url: '/v1/keys/:id',
    config: read,
    schema: {
      operationId: 'readKey',
      summary: 'A key and when it was in force',
      tags,
      params: Type.Object({ id: KeyId }),
      response: { 200: jsonAnswer('The key.', Key, example) }
    },
    handler: (request) => readKey(deps, request.params.id)
  })
}
