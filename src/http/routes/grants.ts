import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { grantBatch, readGrant, readGrants } from '../../registry/grants/grant-batch.ts'
import { redeemGrant } from '../../registry/grants/redeem-grant.ts'
import { revokeGrant } from '../../registry/grants/revoke-grant.ts'
import { sentRequest } from '../body/signature.ts'
import {
  emptyAnswer,
  IdempotencyHeaders,
  idempotencyOf,
  idOf,
  jsonAnswer,
  named,
  SignedBy
} from '../description/answers.ts'
import { pageOf, pageQuery, readPositionCursor, sendPage } from '../paging.ts'
import type { RouteOptions, TypedApp } from '../route.ts'

const Scope = Type.Enum(['chain', 'batch'], {
  description:
    '`chain`: the batch and its ancestors, each by its level. `batch`: the batch, and an outline of its ancestors.'
})

const NewGrant = Type.Object(
  {
    grantee: Type.Optional(
      idOf('the organization to let in; without it the answer carries a one-time link')
    ),
    scope: Type.Optional(Scope),
    batch: Type.Optional(idOf('the batch once more; needed where the request is signed')),
    expiresAt: Type.Optional(
      Type.String({
        format: 'date-time',
        // The format alone lets a space stand for T, and an offset without minutes.
        pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d+)?(?:Z|[+-]\\d{2}:\\d{2})$',
        maxLength: 40,
        description: 'RFC 3339. Without it the grant holds until it is revoked.'
      })
    )
  },
  {
    additionalProperties: false,
    examples: [{ grantee: '3f2b8c1d-5e6f-4a7b-8c9d-0e1f2a3b4c5d', scope: 'chain' }]
  }
)

const grant = {
  id: idOf('the grant'),
  batch: idOf('the batch'),
  grantor: idOf('the organization that let the other in'),
  grantee: Type.Optional(idOf('the organization that is let in')),
  kind: Type.Enum(['organization', 'link']),
  scope: Scope,
  status: Type.Enum(['waiting', 'in_force', 'expired', 'revoked']),
  expiresAt: Type.Optional(Type.String()),
  redeemedAt: Type.Optional(Type.String()),
  position: Type.Integer(),
  grantedAt: Type.String(),
  signedBy: SignedBy,
  revokedPosition: Type.Optional(Type.Integer())
}

const Grant = named('Grant', Type.Object(grant))

const MadeGrant = named(
  'MadeGrant',
  Type.Object({
    ...grant,
    secret: Type.Optional(
      Type.String({ description: 'Of a link: shown in this answer only. Hand it to one auditor.' })
    )
  })
)

const example = {
  id: '3b0c6a0e-1f2d-4c55-8a52-0f6f1a1f7c11',
  batch: '5f1c9a52-7f0e-8a43-9d8e-2f5a1f0c0b03',
  grantor: '0d6e6f5c-24a4-8c47-9f43-0a5b3a1c7e11',
  grantee: '3f2b8c1d-5e6f-4a7b-8c9d-0e1f2a3b4c5d',
  kind: 'organization',
  scope: 'chain',
  status: 'in_force',
  position: 1210,
  grantedAt: '2026-11-23T10:05:00.000Z',
  signedBy: null
}

const { grantee: _nobody, ...link } = { ...example, kind: 'link', status: 'waiting' }
const withSecret = { ...link, secret: 'ldg_3b0c6a0e1f2d4c558a520f6f1a1f7c11_...' }

const BatchId = Type.Object({ id: idOf('the batch') })
const GrantId = Type.Object({ id: idOf('the batch'), grant: idOf('the grant') })
const config = { scope: 'grant:write' } as const
const tags = ['Grants']

/** Grants: the way in for an auditor, customs, or a buyer before the purchase. */
export async function grantRoutes(plain: FastifyInstance, options: RouteOptions): Promise<void> {
  const app: TypedApp = plain.withTypeProvider<TypeBoxTypeProvider>()
  makeRoute(app, options)
  keepRoutes(app, options)
  redeemRoute(app, options)
}

function makeRoute(app: TypedApp, { deps }: RouteOptions): void {
  app.route({
    method: 'POST',
    url: '/v1/batches/:id/grants',
    config: { ...config, signed: true },
    schema: {
      operationId: 'grantBatch',
      summary: 'Let an organization, or the bearer of a one-time link, see the batch',
      description:
        'For those who are or were its custodian or owner. Who was let in cannot pass it on. May be signed over the exact bytes in `Lodestone-Signature`, and must be where the organization refuses what nobody signed; then the body names the batch too.',
      tags,
      headers: IdempotencyHeaders,
      params: BatchId,
      body: NewGrant,
      response: {
        200: jsonAnswer('It was there already; a secret is not shown again.', Grant, example),
        201: jsonAnswer('Granted.', MadeGrant, withSecret)
      }
    },
    handler: async (request, reply) => {
      const { scope = 'chain', batch: named, ...body } = request.body
      const { record, created } = await grantBatch(deps, {
        principal: request.principal,
        batch: request.params.id,
        scope,
        named,
        sent: sentRequest(request),
        ...body,
        ...idempotencyOf(request.headers)
      })
      return reply
        .header('location', `/v1/batches/${record.batch}/grants/${record.id}`)
        .header('cache-control', 'no-store')
        .code(created ? 201 : 200)
        .send(record)
    }
  })
}

function keepRoutes(app: TypedApp, { deps }: RouteOptions): void {
  app.route({
    method: 'GET',
    url: '/v1/batches/:id/grants',
    config,
    schema: {
      operationId: 'listGrants',
      summary: 'Grants of the batch that the own organization made, ended ones included',
      tags,
      params: BatchId,
      querystring: Type.Object(pageQuery),
      response: { 200: jsonAnswer('A page.', pageOf(Grant), { items: [example] }) }
    },
    handler: async (request, reply) => {
      const page = await readGrants(deps, request.principal, {
        batch: request.params.id,
        after: readPositionCursor(request),
        limit: request.query.limit ?? 50
      })
      return sendPage(request, reply, page)
    }
  })

  app.route({
    method: 'GET',
    url: '/v1/batches/:id/grants/:grant',
    config,
    schema: {
      operationId: 'readGrant',
      summary: 'A grant that the own organization made, and whether it is in force',
      tags,
      params: GrantId,
      response: { 200: jsonAnswer('The grant; of a link without its secret.', Grant, example) }
    },
    handler: ({ principal, params: { id: batch, grant } }) =>
      readGrant(deps, principal, { batch, grant })
  })

  app.route({
    method: 'DELETE',
    url: '/v1/batches/:id/grants/:grant',
    config,
    schema: {
      operationId: 'revokeGrant',
      summary: 'End a grant at once',
      tags,
      params: GrantId,
      response: { 204: emptyAnswer('It is revoked.') }
    },
    handler: async (request, reply) => {
      const { id: batch, grant } = request.params
      await revokeGrant(deps, request.principal, { batch, grant })
      return reply.code(204).send()
    }
  })
}

function redeemRoute(app: TypedApp, { deps }: RouteOptions): void {
  app.route({
    method: 'POST',
    url: '/v1/grants/redemptions',
    config: { scope: 'chain:read' },
    schema: {
      operationId: 'redeemGrant',
      summary: 'Redeem a one-time link',
      description:
        'Binds it to the own organization, which sees the batch from then on. Repeating it changes nothing.',
      tags,
      body: Type.Object(
        { secret: Type.String({ minLength: 1, maxLength: 200 }) },
        { additionalProperties: false, examples: [{ secret: withSecret.secret }] }
      ),
      response: { 200: jsonAnswer('The grant.', Grant, example) }
    },
    handler: async (request, reply) => {
      const record = await redeemGrant(deps, request.principal, request.body.secret)
      return reply.header('cache-control', 'no-store').send(record)
    }
  })
}
