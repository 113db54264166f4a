import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { SUBJECT_PATTERN } from '../../registry/parties/client-identity.ts'
import { readClient, readClients } from '../../registry/parties/read-parties.ts'
import { registerClient } from '../../registry/parties/register-client.ts'
import { revokeClient } from '../../registry/parties/revoke-client.ts'
import {
  emptyAnswer,
  IdempotencyHeaders,
  idempotencyOf,
  idOf,
  idParam,
  jsonAnswer,
  named
} from '../description/answers.ts'
import { pageOf, pageQuery, readPositionCursor, sendPage } from '../paging.ts'
import type { RouteOptions, TypedApp } from '../route.ts'

const Role = Type.Enum(['producer', 'verifier', 'operator', 'buyer', 'auditor', 'admin'])

const Identity = Type.Object(
  {
    issuer: Type.String({
      minLength: 1,
      maxLength: 500,
      description: '`iss` of its tokens: one of LODESTONE_TRUSTED_ISSUERS.'
    }),
    subject: Type.String({
      pattern: SUBJECT_PATTERN,
      description: '`sub` of its tokens: 1 to 255 characters of ASCII.'
    })
  },
  {
    additionalProperties: false,
    description:
      'Whoever another issuer of access tokens knows by this subject is this client, and it gets no secret. For administrators.'
  }
)

const NewClient = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      maxLength: 200,
      pattern: '^\\S(.*\\S)?$',
      description: 'What runs under it.'
    }),
    roles: Type.Array(Role, { minItems: 1, maxItems: 6, uniqueItems: true }),
    organization: Type.Optional(idOf('the organization, the own one by default')),
    identity: Type.Optional(Identity)
  },
  {
    additionalProperties: false,
    examples: [{ name: 'Production planning', roles: ['producer'] }]
  }
)

const client = {
  id: idOf('the client'),
  organization: idOf('its organization'),
  name: Type.String(),
  roles: Type.Array(Role),
  createdAt: Type.String(),
  position: Type.Integer(),
  identity: Type.Optional(Identity),
  revokedAt: Type.Optional(Type.String())
}

const Client = named('Client', Type.Object(client))

const MadeClient = named(
  'MadeClient',
  Type.Object({
    ...client,
    secret: Type.Optional(
      Type.String({ description: 'Shown in this answer only, and not when a request is repeated.' })
    )
  })
)

const example = {
  id: '3b0c6a0e-1f2d-4c55-8a52-0f6f1a1f7c11',
  organization: '5f1c9a52-7f0e-4a43-9d8e-2f5a1f0c0b03',
  name: 'Production planning',
  roles: ['producer'],
  createdAt: '2026-09-01T08:10:00.000Z',
  position: 14
}

const withSecret = { ...example, secret: 'lds_3b0c6a0e1f2d4c558a520f6f1a1f7c11_...' }

const read = { scope: 'party:read' } as const
const write = { scope: 'party:write' } as const
const tags = ['Parties']

/** API clients: what authenticates at /auth/token. */
export async function clientRoutes(plain: FastifyInstance, options: RouteOptions): Promise<void> {
  const app: TypedApp = plain.withTypeProvider<TypeBoxTypeProvider>()
  makeRoute(app, options)
  readRoutes(app, options)
  revokeRoute(app, options)
}

function makeRoute(app: TypedApp, { deps }: RouteOptions): void {
  app.route({
    method: 'POST',
    url: '/v1/clients',
    config: write,
    schema: {
      operationId: 'registerClient',
      summary: 'Make an API client',
      description:
        'The answer carries its secret, once, unless another issuer speaks for it (`identity`). A client gets no role and no scope that the caller lacks.',
      tags,
      headers: IdempotencyHeaders,
      body: NewClient,
      response: {
        200: jsonAnswer('It was there already; its secret is not shown again.', Client, example),
        201: jsonAnswer('Made.', MadeClient, withSecret)
      }
    },
    handler: async (request, reply) => {
      const { record, created } = await registerClient(deps, {
        principal: request.principal,
        ...request.body,
        ...idempotencyOf(request.headers)
      })
      reply.header('location', `/v1/clients/${record.id}`).header('cache-control', 'no-store')
      return reply.code(created ? 201 : 200).send({ ...record, roles: [...record.roles] })
    }
  })
}

function readRoutes(app: TypedApp, { deps }: RouteOptions): void {
  app.route({
    method: 'GET',
    url: '/v1/clients',
    config: read,
    schema: {
      operationId: 'listClients',
      summary: 'API clients of the own organization, revoked ones included',
      tags,
      querystring: Type.Object({
        ...pageQuery,
        organization: Type.Optional(idOf('an organization; for administrators'))
      }),
      response: {
        200: jsonAnswer('A page.', pageOf(Client), { items: [example] })
      }
    },
    handler: async (request, reply) => {
      const page = await readClients(deps, request.principal, {
        organization: request.query.organization ?? null,
        after: readPositionCursor(request),
        limit: request.query.limit ?? 50
      })
      return sendPage(request, reply, page)
    }
  })

  app.route({
    method: 'GET',
    url: '/v1/clients/self',
    config: read,
    schema: {
      operationId: 'readOwnClient',
      summary: 'The API client that asks: who one is here, also with a token of another issuer',
      tags,
      response: { 200: jsonAnswer('The client.', Client, example) }
    },
    handler: async ({ principal }) => readClient(deps, principal, principal.client)
  })

  app.route({
    method: 'GET',
    url: '/v1/clients/:id',
    config: read,
    schema: {
      operationId: 'readClient',
      summary: 'An API client of the own organization',
      tags,
      params: idParam('the client'),
      response: { 200: jsonAnswer('The client.', Client, example) }
    },
    handler: async (request) => readClient(deps, request.principal, request.params.id)
  })
}

function revokeRoute(app: TypedApp, { deps, authenticator }: RouteOptions): void {
  app.route({
    method: 'DELETE',
    url: '/v1/clients/:id',
    config: write,
    schema: {
      operationId: 'revokeClient',
      summary: 'Revoke an API client for good',
      description: 'Its tokens end at once here, and within a second in other processes.',
      tags,
      params: idParam('the client'),
      response: { 204: emptyAnswer('It is revoked.') }
    },
    handler: async (request, reply) => {
      await revokeClient(deps, request.principal, request.params.id)
      authenticator.forget(request.params.id)
      return reply.code(204).send()
    }
  })
}
