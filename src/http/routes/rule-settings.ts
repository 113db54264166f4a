import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { readRuleSettings, setRule, standingRules } from '../../registry/parties/set-rule.ts'
import { sentRequest } from '../body/signature.ts'
import { jsonAnswer, named, SignedBy } from '../description/answers.ts'
import type { RouteOptions, TypedApp } from '../route.ts'

const tags = ['Rule settings']
const Mode = Type.Enum(['refuse', 'flag'])
const Rule = Type.String({ maxLength: 4, pattern: '^R[0-9]{1,2}$', description: 'R1 to R16.' })

const Setting = named(
  'RuleSetting',
  Type.Object({
    rule: Rule,
    mode: Mode,
    position: Type.Optional(
      Type.Integer({ description: 'Where it was set; absent where it never was.' })
    ),
    signedBy: Type.Optional(SignedBy)
  })
)

const example = { rule: 'R5', mode: 'flag', position: 1300, signedBy: null }

/** Which rules flag the events of the own organization instead of refusing them. */
export async function ruleSettingRoutes(
  plain: FastifyInstance,
  { deps }: RouteOptions
): Promise<void> {
  const app: TypedApp = plain.withTypeProvider<TypeBoxTypeProvider>()
  app.route({
    method: 'GET',
    url: '/v1/rule-settings',
    config: { scope: 'chain:read' },
    schema: {
      operationId: 'readRuleSettings',
      summary: 'How the rules judge the events of the own organization',
      tags,
      response: {
        200: jsonAnswer(
          'Every rule that may be set.',
          Type.Object({ items: Type.Array(Setting) }),
          { items: [example] }
        )
      }
    },
    handler: async (request) =>
      ({ items: await readRuleSettings(deps, request.principal) }) as never
  })

  app.route({
    method: 'POST',
    url: '/v1/rule-settings',
    config: { scope: 'party:write', signed: true },
    schema: {
      operationId: 'setRule',
      summary: 'Have a rule flag instead of refuse, or refuse again',
      description: `For the events that the own organization records from now on. What breaks a flagged rule is stored with its finding; what it makes is contested, so it is left out of verified claims, and whoever reads the batch is told. ${standingRules} hold always. Logged. May be signed over the exact bytes in \`Lodestone-Signature\`, and must be where the organization refuses what nobody signed; then \`replaces\` names the setting in force.`,
      tags,
      body: Type.Object(
        {
          rule: Rule,
          mode: Mode,
          replaces: Type.Optional(
            Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
              description:
                'Position of the setting in force, null where there is none; needed where the request is signed.'
            })
          )
        },
        { additionalProperties: false, examples: [{ rule: 'R5', mode: 'flag' }] }
      ),
      response: { 200: jsonAnswer('The setting.', Setting, example) }
    },
    handler: async (request) =>
      setRule(deps, request.principal, {
        ...request.body,
        sent: sentRequest(request)
      }) as never
  })
}
