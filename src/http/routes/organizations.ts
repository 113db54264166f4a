import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import {
  readOrganization,
  readOrganizations,
  readOrganizationVersions
} from '../../registry/parties/read-parties.ts'
import {
  registerOrganization,
  reviseOrganization
} from '../../registry/parties/register-organization.ts'
import { signatureOf } from '../body/signature.ts'
import {
  IdempotencyHeaders,
  idempotencyOf,
  idOf,
  idParam,
  jsonAnswer,
  named,
  recorded,
  SignedBy
} from '../description/answers.ts'
import { pageOf, pageQuery, readPositionCursor, sendPage } from '../paging.ts'
import { Country, Identifier, PARTY_DOCUMENT_BYTES } from '../party-fields.ts'
import { ifMatch, ifMatchHeader } from '../preconditions.ts'
import type { RouteOptions, TypedApp } from '../route.ts'

const Organization = named(
  'OrganizationRecord',
  Type.Object({
    id: idOf('the organization'),
    name: Type.String(),
    country: Country,
    website: Type.Optional(Type.String()),
    identifiers: Type.Optional(Type.Array(Identifier)),
    ...recorded,
    signedBy: SignedBy
  })
)

const document = {
  name: 'Northern Rare Metals Oy',
  country: 'FI',
  identifiers: [{ scheme: 'lei', value: '743700EXAMPLE0000042' }]
}

const example = {
  id: '5f1c9a52-7f0e-4a43-9d8e-2f5a1f0c0b03',
  ...document,
  position: 12,
  recordedAt: '2026-09-01T08:00:00.000Z',
  signedBy: null
}

const body = {
  content: {
    'application/json': {
      schema: { $ref: 'https://lodestone.example/schemas/organization.json' },
      example: document
    }
  }
}

const made = {
  200: jsonAnswer('It was there already.', Organization, example),
  201: jsonAnswer('Recorded.', Organization, example)
}

const read = { scope: 'party:read' } as const
const write = {
  scope: 'party:write',
  document: ['application/json'],
  documentBytes: PARTY_DOCUMENT_BYTES,
  signed: true
} as const
const tags = ['Parties']

/** The directory of organizations. */
export async function organizationRoutes(
  plain: FastifyInstance,
  options: RouteOptions
): Promise<void> {
  const app: TypedApp = plain.withTypeProvider<TypeBoxTypeProvider>()
  writeRoutes(app, options)
  listRoute(app, options)
  readRoutes(app, options)
}

function writeRoutes(app: TypedApp, { deps }: RouteOptions): void {
  app.route({
    method: 'POST',
    url: '/v1/organizations',
    config: write,
    schema: {
      operationId: 'registerOrganization',
      summary: 'Register an organization',
      description: 'For operators and administrators of the registry.',
      tags,
      headers: IdempotencyHeaders,
      body,
      response: made
    },
    handler: async (request, reply) => {
      const { record, created } = await registerOrganization(deps, {
        principal: request.principal,
        document: request.body as unknown as Buffer,
        signature: signatureOf(request),
        ...idempotencyOf(request.headers)
      })
      reply.header('location', `/v1/organizations/${record.id}`)
      return reply.code(created ? 201 : 200).send(record)
    }
  })

  app.route({
    method: 'POST',
    url: '/v1/organizations/:id/versions',
    config: write,
    schema: {
      operationId: 'reviseOrganization',
      summary: 'Record a new version of an organization',
      description: 'The whole document. The content of the latest version again changes nothing.',
      tags,
      params: idParam('the organization'),
      headers: ifMatchHeader('/v1/organizations/{id}'),
      body,
      response: made
    },
    handler: async (request, reply) => {
      const { record, created } = await reviseOrganization(deps, {
        principal: request.principal,
        id: request.params.id,
        document: request.body as unknown as Buffer,
        signature: signatureOf(request),
        precondition: ifMatch(request, reply)
      })
      reply.header('location', `/v1/organizations/${record.id}`)
      return reply.code(created ? 201 : 200).send(record)
    }
  })
}

function listRoute(app: TypedApp, { deps }: RouteOptions): void {
  app.route({
    method: 'GET',
    url: '/v1/organizations',
    config: read,
    schema: {
      operationId: 'listOrganizations',
      summary: 'Organizations in the order of registration',
      tags,
      querystring: Type.Object({ ...pageQuery, country: Type.Optional(Country) }),
      response: {
        200: jsonAnswer('A page.', pageOf(Organization), { items: [example] })
      }
    },
    handler: async (request, reply) => {
      const page = await readOrganizations(deps, {
        country: request.query.country ?? null,
        after: readPositionCursor(request),
        limit: request.query.limit ?? 50
      })
      return sendPage(request, reply, page)
    }
  })
}

function readRoutes(app: TypedApp, { deps }: RouteOptions): void {
  app.route({
    method: 'GET',
    url: '/v1/organizations/:id',
    config: read,
    schema: {
      operationId: 'readOrganization',
      summary: 'The latest version of an organization',
      tags,
      params: idParam('the organization'),
      response: { 200: jsonAnswer('The organization.', Organization, example) }
    },
    handler: (request) => readOrganization(deps, request.params.id)
  })

  app.route({
    method: 'GET',
    url: '/v1/organizations/:id/versions',
    config: read,
    schema: {
      operationId: 'listOrganizationVersions',
      summary: 'Every version of an organization, oldest first',
      tags,
      params: idParam('the organization'),
      querystring: Type.Object(pageQuery),
      response: {
        200: jsonAnswer('The versions.', pageOf(Organization), { items: [example] })
      }
    },
    handler: async (request, reply) => {
      const page = await readOrganizationVersions(deps, {
        id: request.params.id,
        after: readPositionCursor(request),
        limit: request.query.limit ?? 50
      })
      return sendPage(request, reply, page)
    }
  })
}
