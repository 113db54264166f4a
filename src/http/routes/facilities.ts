import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import {
  readFacilities,
  readFacility,
  readFacilityVersions
} from '../../registry/parties/read-parties.ts'
import { registerFacility, reviseFacility } from '../../registry/parties/register-facility.ts'
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

const Facility = named(
  'FacilityRecord',
  Type.Object({
    id: idOf('the facility'),
    organization: idOf('the organization that it belongs to'),
    name: Type.String(),
    country: Country,
    region: Type.Optional(Type.String({ description: 'ISO 3166-2.' })),
    coordinates: Type.Optional(Type.Object({ latitude: Type.String(), longitude: Type.String() })),
    stages: Type.Array(Type.String()),
    operator: idOf('the organization that runs it'),
    validFrom: Type.String({ description: 'The first day on which this version holds.' }),
    attestation: Type.Enum(['declared', 'attested']),
    identifiers: Type.Optional(Type.Array(Identifier)),
    ...recorded,
    signedBy: SignedBy
  })
)

const document = {
  name: 'Kemi separation plant',
  country: 'FI',
  region: 'FI-10',
  coordinates: { latitude: '65.7362', longitude: '24.5634' },
  stages: ['cracking_leaching', 'separation'],
  validFrom: '2024-01-01'
}

const example = {
  id: '0b9f6d5a-9a9e-4d27-8a52-0f6f1a1f7c11',
  organization: '5f1c9a52-7f0e-4a43-9d8e-2f5a1f0c0b03',
  ...document,
  operator: '5f1c9a52-7f0e-4a43-9d8e-2f5a1f0c0b03',
  attestation: 'declared',
  position: 13,
  recordedAt: '2026-09-01T08:05:00.000Z',
  signedBy: null
}

const body = {
  content: {
    'application/json': {
      schema: { $ref: 'https://lodestone.example/schemas/facility.json' },
      example: document
    }
  }
}

const made = {
  200: jsonAnswer('It was there already.', Facility, example),
  201: jsonAnswer('Recorded.', Facility, example)
}

const read = { scope: 'party:read' } as const
const write = {
  scope: 'party:write',
  document: ['application/json'],
  documentBytes: PARTY_DOCUMENT_BYTES,
  signed: true
} as const
const tags = ['Parties']

/** Facilities, as versions that hold from a date on. */
export async function facilityRoutes(plain: FastifyInstance, options: RouteOptions): Promise<void> {
  const app: TypedApp = plain.withTypeProvider<TypeBoxTypeProvider>()
  writeRoutes(app, options)
  listRoute(app, options)
  readRoutes(app, options)
}

function writeRoutes(app: TypedApp, { deps }: RouteOptions): void {
  app.route({
    method: 'POST',
    url: '/v1/facilities',
    config: write,
    schema: {
      operationId: 'registerFacility',
      summary: 'Register a facility',
      description:
        'Of the own organization; operators and administrators of the registry register any, and they alone attest.',
      tags,
      headers: IdempotencyHeaders,
      body,
      response: made
    },
    handler: async (request, reply) => {
      const { record, created } = await registerFacility(deps, {
        principal: request.principal,
        document: request.body as unknown as Buffer,
        signature: signatureOf(request),
        ...idempotencyOf(request.headers)
      })
      reply.header('location', `/v1/facilities/${record.id}`)
      return reply.code(created ? 201 : 200).send(record)
    }
  })

  app.route({
    method: 'POST',
    url: '/v1/facilities/:id/versions',
    config: write,
    schema: {
      operationId: 'reviseFacility',
      summary: 'Record a new version of a facility',
      description: 'The whole document. The content of the latest version again changes nothing.',
      tags,
      params: idParam('the facility'),
      headers: ifMatchHeader('/v1/facilities/{id}'),
      body,
      response: made
    },
    handler: async (request, reply) => {
      const { record, created } = await reviseFacility(deps, {
        principal: request.principal,
        id: request.params.id,
        document: request.body as unknown as Buffer,
        signature: signatureOf(request),
        precondition: ifMatch(request, reply)
      })
      reply.header('location', `/v1/facilities/${record.id}`)
      return reply.code(created ? 201 : 200).send(record)
    }
  })
}

function listRoute(app: TypedApp, { deps }: RouteOptions): void {
  app.route({
    method: 'GET',
    url: '/v1/facilities',
    config: read,
    schema: {
      operationId: 'listFacilities',
      summary: 'Facilities in the order of registration',
      tags,
      querystring: Type.Object({
        ...pageQuery,
        organization: Type.Optional(idOf('the organization that they belong to')),
        country: Type.Optional(Country),
        stage: Type.Optional(
          Type.String({
            maxLength: 40,
            pattern: '^[a-z_]+$',
            description: 'A process stage that it performs, such as `separation`.',
            examples: ['separation']
          })
        )
      }),
      response: {
        200: jsonAnswer('A page.', pageOf(Facility), { items: [example] })
      }
    },
    handler: async (request, reply) => {
      const page = await readFacilities(deps, {
        organization: request.query.organization ?? null,
        country: request.query.country ?? null,
        stage: request.query.stage ?? null,
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
    url: '/v1/facilities/:id',
    config: read,
    schema: {
      operationId: 'readFacility',
      summary: 'The latest version of a facility',
      tags,
      params: idParam('the facility'),
      response: { 200: jsonAnswer('The facility.', Facility, example) }
    },
    handler: (request) => readFacility(deps, request.params.id)
  })

  app.route({
    method: 'GET',
    url: '/v1/facilities/:id/versions',
    config: read,
    schema: {
      operationId: 'listFacilityVersions',
      summary: 'Every version of a facility, oldest first',
      tags,
      params: idParam('the facility'),
      querystring: Type.Object(pageQuery),
      response: {
        200: jsonAnswer('The versions.', pageOf(Facility), { items: [example] })
      }
    },
    handler: async (request, reply) => {
      const page = await readFacilityVersions(deps, {
        id: request.params.id,
        after: readPositionCursor(request),
        limit: request.query.limit ?? 50
      })
      return sendPage(request, reply, page)
    }
  })
}
