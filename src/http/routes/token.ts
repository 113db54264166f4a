import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { TokenRefused } from '../../registry/access/authenticator.ts'
import { mediaType } from '../body/body.ts'
import { named } from '../description/answers.ts'
import { problemOf, sendProblem } from '../problem.ts'
import type { RouteOptions } from '../route.ts'

const FORM = 'application/x-www-form-urlencoded'
const LARGEST_FORM_BYTES = 4096

const TokenForm = Type.Object({
  grant_type: Type.Literal('client_credentials'),
  client_id: Type.Optional(Type.String({ description: 'Unless HTTP Basic carries it.' })),
  client_secret: Type.Optional(Type.String({ description: 'Unless HTTP Basic carries it.' })),
  scope: Type.Optional(Type.String({ description: 'Scopes, separated by spaces; all by default.' }))
})

const Token = named(
  'AccessToken',
  Type.Object({
    access_token: Type.String(),
    token_type: Type.Literal('Bearer'),
    expires_in: Type.Integer({ description: 'Seconds.' }),
    scope: Type.String()
  })
)

const TokenError = named(
  'TokenError',
  Type.Object({
    error: Type.String({
      description:
        '`invalid_request`, `invalid_client`, `invalid_scope` or `unsupported_grant_type` (RFC 6749 5.2).'
    }),
    error_description: Type.String()
  })
)

/** Why the endpoint refuses before it looks at the client. */
class TokenRequestInvalid extends Error {
  readonly error: string

  constructor(error: string, message: string) {
    super(message)
    this.error = error
  }
}

/** The OAuth 2.0 token endpoint (RFC 6749 4.4); its errors have the shape of OAuth, not of problems. */
export async function tokenRoutes(
  app: FastifyInstance,
  { authenticator, rates }: RouteOptions
): Promise<void> {
  app.setErrorHandler(sendTokenError)
  app.route({
    method: 'POST',
    url: '/auth/token',
    bodyLimit: LARGEST_FORM_BYTES,
    config: { scope: 'public', document: true, rate: 'token' },
    schema: {
      operationId: 'issueToken',
      summary: 'Get an access token',
      description:
        'Client credentials grant: the client proves itself by HTTP Basic or in the form. The token is a JWT in the shape of RFC 9068; its keys are at /.well-known/jwks.json.',
      tags: ['Access'],
      body: {
        content: {
          [FORM]: { schema: TokenForm, example: { grant_type: 'client_credentials' } }
        }
      },
      response: {
        200: {
          description: 'A token.',
          content: {
            'application/json': {
              schema: Token,
              example: {
                access_token: 'eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln',
                token_type: 'Bearer',
                expires_in: 600,
                scope: 'epd:read chain:read'
              }
            }
          }
        },
        400: {
          description:
            'The request is not a token request, or asks for more than the client may do.',
          ...tokenError('invalid_request', 'grant_type is missing.')
        },
        401: {
          description: 'The client is not known.',
          ...tokenError('invalid_client', 'The client is unknown or its secret is wrong.')
        }
      }
    },
    handler: async (request, reply) => {
      const form = readForm(request)
      const credentials = readCredentials(request, form)
      const scope = form.get('scope')
      const issued = await rates.proof(request, credentials.client, () =>
        authenticator.issue({
          ...credentials,
          ...(scope === null ? {} : { scopes: scope.split(' ').filter((word) => word !== '') })
        })
      )
      return reply
        .header('cache-control', 'no-store')
        .header('pragma', 'no-cache')
        .send({
          access_token: issued.token,
          token_type: 'Bearer',
          expires_in: issued.expiresInSeconds,
          scope: issued.scopes.join(' ')
        })
    }
  })
}

function tokenError(error: string, message: string) {
  const example = { error, error_description: message }
  return { content: { 'application/json': { schema: TokenError, example } } }
}

function readForm(request: FastifyRequest): URLSearchParams {
  if (mediaType(request) !== FORM) {
    throw new TokenRequestInvalid('invalid_request', `Send a form: Content-Type ${FORM}.`)
  }
  const form = new URLSearchParams((request.body as Buffer).toString('utf8'))
  for (const name of new Set(form.keys())) {
    if (form.getAll(name).length > 1) {
      throw new TokenRequestInvalid('invalid_request', `${name} is given twice.`)
    }
  }
  const grant = form.get('grant_type')
  if (grant === null) throw new TokenRequestInvalid('invalid_request', 'grant_type is missing.')
  if (grant !== 'client_credentials') {
    throw new TokenRequestInvalid(
      'unsupported_grant_type',
      'Only the grant client_credentials is supported.'
    )
  }
  return form
}

function readCredentials(
  request: FastifyRequest,
  form: URLSearchParams
): { readonly client: string; readonly secret: string } {
  const { authorization } = request.headers
  const inForm = form.has('client_secret')
  if (authorization !== undefined && inForm) {
    throw new TokenRequestInvalid('invalid_request', 'Prove the client in one way, not in two.')
  }
  const [client, secret] =
    authorization === undefined
      ? [form.get('client_id'), form.get('client_secret')]
      : basicCredentials(authorization)
  if (client && secret) return { client, secret }
  throw new TokenRefused(
    'invalid_client',
    'Send client id and secret by HTTP Basic or in the form.'
  )
}

/** RFC 6749 2.3.1: id and secret are form-encoded before they are joined. */
function basicCredentials(authorization: string): readonly [string?, string?] {
  const encoded = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(authorization)?.[1]
  if (encoded === undefined) return []
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon < 0) return []
  try {
    const decode = (part: string): string => decodeURIComponent(part.replaceAll('+', ' '))
    return [decode(text.slice(0, colon)), decode(text.slice(colon + 1))]
  } catch {
    return []
  }
}

function sendTokenError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const refused = oauthError(error, request)
  if (!refused) {
    sendProblem(error, request, reply)
    return
  }
  if (refused.status === 401) reply.header('www-authenticate', 'Basic realm="lodestone"')
  void reply
    .code(refused.status)
    .header('cache-control', 'no-store')
    .send({ error: refused.error, error_description: refused.message })
}

interface OauthError {
  readonly status: 400 | 401
  readonly error: string
  readonly message: string
}

/** What a client of OAuth reads, also of a request that was refused before it got here. */
function oauthError(error: unknown, request: FastifyRequest): OauthError | null {
  if (error instanceof TokenRequestInvalid) {
    return { status: 400, error: error.error, message: error.message }
  }
  if (error instanceof TokenRefused) {
    const status = error.error === 'invalid_client' ? 401 : 400
    return { status, error: error.error, message: error.message }
  }
  const { status, detail } = problemOf(error, request.id)
  const refused = status === 400 || status === 415
  return refused ? { status: 400, error: 'invalid_request', message: detail } : null
}
