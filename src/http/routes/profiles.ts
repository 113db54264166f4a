import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { listProfiles, readProfile } from '../../registry/epds/read-profiles.ts'
import { jsonAnswer, named } from '../description/answers.ts'
import type { RouteOptions, TypedApp } from '../route.ts'

const tags = ['Profiles']

const header = {
  id: Type.String(),
  version: Type.String({ description: 'Of the file; rises with every change of a rule.' }),
  name: Type.String(),
  standard: Type.String(),
  edition: Type.String(),
  effectiveFrom: Type.String({ description: 'Calendar day.' }),
  effectiveUntil: Type.Union([Type.String(), Type.Null()]),
  source: Type.String(),
  licence: Type.String(),
  note: Type.String(),
  claims: Type.Array(
    Type.Object({
      standard: Type.String({ description: 'A declaration that names it claims the profile.' }),
      method: Type.Union([Type.String(), Type.Null()], {
        description: 'With results of this method only; null for any.'
      })
    })
  ),
  unchecked: Type.Array(Type.String(), {
    description: 'What the source asks for too and no document of ours can show.'
  }),
  subject: Type.String({ description: 'Under this name the log has the file with its hash.' })
}

const Summary = named(
  'ProfileSummary',
  Type.Object({ ...header, rules: Type.Integer({ description: 'How many.' }) })
)

const Rule = named(
  'ProfileRule',
  Type.Object(
    {
      id: Type.String(),
      kind: Type.String(),
      requirement: Type.Enum(['shall', 'should']),
      severity: Type.Enum(['error', 'warning', 'info'], {
        description: 'Of its findings; an error refuses a submission that claims the profile.'
      }),
      title: Type.String(),
      source: Type.String(),
      remedy: Type.String()
    },
    { additionalProperties: true, description: 'The other members are the terms of the kind.' }
  )
)
const Profile = named('Profile', Type.Object({ ...header, rules: Type.Array(Rule) }))

const example = {
  id: 'crma-annex-v',
  version: '1.0.0',
  name: 'Critical Raw Materials Act, annex V: environmental footprint',
  standard: 'Regulation (EU) 2024/1252',
  edition: 'consolidated text of 3 May 2024',
  effectiveFrom: '2024-05-23',
  effectiveUntil: null,
  source: 'Regulation (EU) 2024/1252, articles 31 to 33 and annex V',
  licence: 'Apache-2.0 (own wording of law)',
  note: 'Essential elements only: the calculation rules of each material come by delegated act.',
  claims: [{ standard: 'Regulation (EU) 2024/1252', method: null }],
  unchecked: ['classes of performance (part VIII)'],
  subject: 'data/profiles/crma-annex-v.json'
}
const rule = {
  id: 'declared-unit',
  kind: 'unit',
  requirement: 'shall',
  severity: 'warning',
  title: 'The declared unit is 1 kg',
  source: 'Regulation (EU) 2024/1252, annex V, part III',
  remedy: 'Declare the figures for 1 kg.',
  quantity: 'mass',
  value: '1',
  unit: 'KGM'
}

/** What declarations are judged by, beyond the rules that hold for all of them. */
export async function profileRoutes(plain: FastifyInstance, { deps }: RouteOptions): Promise<void> {
  const app: TypedApp = plain.withTypeProvider<TypeBoxTypeProvider>()
  app.route({
    method: 'GET',
    url: '/v1/profiles',
    config: { scope: 'public' },
    schema: {
      operationId: 'listProfiles',
      summary: 'The profiles that declarations can be judged by',
      tags,
      response: {
        200: jsonAnswer('All of them.', Type.Object({ items: Type.Array(Summary) }), {
          items: [{ ...example, rules: 13 }]
        })
      }
    },
    handler: async () => ({ items: listProfiles(deps) }) as never
  })

  app.route({
    method: 'GET',
    url: '/v1/profiles/:id',
    config: { scope: 'public' },
    schema: {
      operationId: 'readProfile',
      summary: 'A profile with its rules',
      tags,
      params: Type.Object({
        id: Type.String({
          maxLength: 60,
          description: 'Id of the profile, as `/v1/profiles` lists them.',
          examples: ['crma-annex-v']
        })
      }),
      response: { 200: jsonAnswer('The profile.', Profile, { ...example, rules: [rule] }) }
    },
    handler: async (request) => readProfile(deps, request.params.id) as never
  })
}
