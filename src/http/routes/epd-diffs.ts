import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { diffEpdVersions } from '../../registry/epds/diff-epd.ts'
import { idParam, jsonAnswer, named } from '../description/answers.ts'
import type { RouteOptions, TypedApp } from '../route.ts'

const Version = (description: string) =>
  Type.String({
    maxLength: 29,
    pattern: '^[0-9]{1,9}([.][0-9]{1,9}){0,2}$',
    description,
    examples: ['1.0']
  })

const Stated = Type.Union([Type.String(), Type.Null()], {
  description: 'Null where the version does not say it.'
})

const Diff = named(
  'EpdDiff',
  Type.Object({
    id: Type.String(),
    from: Type.String(),
    to: Type.String(),
    substantive: Type.Boolean({
      description:
        'True where a change is more than editorial: the version needs a verification of its own.'
    }),
    overLimit: Type.Boolean({
      description:
        'True where a result changed by more than 10 %, or appeared or went: an update is due.'
    }),
    basis: Type.Array(Type.String(), {
      description:
        'Pointers to what changed of the bill of materials and the energy mix, where both versions state it.'
    }),
    calculation: Type.Enum(['not_required', 'made', 'missing'], {
      description:
        'Whether the bill of materials or the energy mix changed, which requires a new calculation (Regulation (EU) 2024/1252 annex V), and whether any figure did.'
    }),
    changes: Type.Array(
      Type.Object({
        field: Type.String({
          description: 'RFC 6901 pointer; results by indicator, method, module and scenario.'
        }),
        before: Stated,
        after: Stated,
        editorial: Type.Boolean({
          description: 'True where only words, names or links were mended.'
        }),
        changePct: Type.Optional(
          Type.String({
            description:
              'Of a result: percent of the value before, both for the same amount of product. Not there where that cannot be told.'
          })
        )
      })
    )
  })
)

const example = {
  id: 'e7d1a2b3-1c2d-4e3f-8a4b-5c6d7e8f9a03',
  from: '1.0',
  to: '2.0',
  substantive: true,
  overLimit: true,
  basis: ['/electricity'],
  calculation: 'made',
  changes: [
    { field: '/electricity/approach', before: 'on_site', after: 'market_based', editorial: false },
    {
      field: '/results/GWP-total/EF 3.1/values/A1-A3/',
      before: '26.4',
      after: '29.7',
      editorial: false,
      changePct: '12.5000'
    },
    { field: '/version', before: '1.0', after: '2.0', editorial: true }
  ]
}

/** What changed from one version of a declaration to another. */
export async function epdDiffRoutes(plain: FastifyInstance, { deps }: RouteOptions): Promise<void> {
  const app: TypedApp = plain.withTypeProvider<TypeBoxTypeProvider>()
  app.route({
    method: 'GET',
    url: '/v1/epds/:id/diff',
    config: { scope: 'public', showsMoreTo: 'epd:read' },
    schema: {
      operationId: 'diffEpdVersions',
      summary: 'What changed between two versions of a declaration',
      description: 'Field by field, whatever formats they came in; another order is no change.',
      tags: ['EPDs'],
      params: idParam('the declaration'),
      querystring: Type.Object(
        { from: Version('The version before.'), to: Version('The version after.') },
        { additionalProperties: false }
      ),
      response: { 200: jsonAnswer('The fields that differ.', Diff, example) }
    },
    handler: async (request) => {
      const { id } = request.params
      const { changes, basis, ...answer } = await diffEpdVersions(deps, {
        principal: request.caller,
        id,
        ...request.query
      })
      return { ...answer, basis: [...basis], changes: [...changes] }
    }
  })
}
