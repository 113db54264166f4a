import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { readSigningPolicy } from '../../registry/parties/read-keys.ts'
import { setSigningPolicy } from '../../registry/parties/set-signing-policy.ts'
import { signatureOf } from '../body/signature.ts'
import { idOf, idParam, jsonAnswer, named } from '../description/answers.ts'
import { ifMatch, ifMatchHeader } from '../preconditions.ts'
import type { RouteOptions, TypedApp } from '../route.ts'

const Policy = named(
  'SigningPolicy',
  Type.Object({
    organization: idOf('the organization'),
    unsigned: Type.Enum(['accepted', 'refused'], {
      description: 'What becomes of submissions that nobody signed.'
    }),
    position: Type.Union([Type.Integer(), Type.Null()], {
      description: 'Of the entry that says so; null where the organization never said anything.'
    })
  })
)

interface PolicyBody {
  readonly unsigned: 'accepted' | 'refused'
  readonly organization?: string
  readonly replaces?: number
}

const example = {
  organization: '5f1c9a52-7f0e-4a43-9d8e-2f5a1f0c0b03',
  unsigned: 'refused' as const,
  position: 44
}

const tags = ['Signatures']

/** Whether an organization lets submissions in that nobody signed. */
export async function signingPolicyRoutes(
  plain: FastifyInstance,
  { deps }: RouteOptions
): Promise<void> {
  const app: TypedApp = plain.withTypeProvider<TypeBoxTypeProvider>()
  app.route({
    method: 'GET',
    url: '/v1/organizations/:id/signing-policy',
    config: { scope: 'party:read' },
    schema: {
      operationId: 'readSigningPolicy',
      summary: 'Whether an organization lets unsigned submissions in',
      tags,
      params: idParam('the organization'),
      response: { 200: jsonAnswer('The policy.', Policy, example) }
    },
    handler: (request) => readSigningPolicy(deps, request.params.id)
  })

  app.route({
    method: 'PUT',
    url: '/v1/organizations/:id/signing-policy',
    config: { scope: 'party:write', signed: true },
    schema: {
      operationId: 'setSigningPolicy',
      summary: 'Say whether unsigned submissions are let in',
      description:
        'Refusing them takes effect at once. Letting them in again is signed over these bytes in `Lodestone-Signature`, with `organization` and, in `replaces`, the position of the policy in force; an administrator may without.',
      tags,
      params: idParam('the organization'),
      headers: ifMatchHeader('/v1/organizations/{id}/signing-policy'),
      body: {
        content: {
          'application/json': {
            schema: Type.Object(
              {
                unsigned: Type.Enum(['accepted', 'refused']),
                organization: Type.Optional(idOf('the organization, where the request is signed')),
                replaces: Type.Optional(
                  Type.Integer({
                    minimum: 0,
                    description: 'Position of the policy in force, where the request is signed.'
                  })
                )
              },
              { additionalProperties: false }
            ),
            example: { unsigned: 'refused' }
          }
        }
      },
      response: { 200: jsonAnswer('Set, now or before.', Policy, example) }
    },
    handler: async (request, reply) => {
      const { unsigned, ...said } = request.body as PolicyBody
      const { id: organization } = request.params
      const { principal, rawBody: document = Buffer.alloc(0) } = request
      const signature = signatureOf(request)
      const precondition = ifMatch(request, reply)
      const command = { principal, organization, unsigned, document, said, signature, precondition }
      return setSigningPolicy(deps, command)
    }
  })
}
