import type { FastifyInstance } from 'fastify'
import type { RouteOptions } from '../route.ts'

const tags = ['Service']
const config = { scope: 'public' } as const
const CACHE = 'public, max-age=3600'

/** From where tokens come, for clients that look it up (RFC 9728, RFC 8414). */
export async function oauthMetadataRoutes(
  app: FastifyInstance,
  { settings, deps, authenticator }: RouteOptions
): Promise<void> {
  const { publicUrl } = settings
  const scopes = Object.keys(authenticator.scopes)

  app.route({
    method: 'GET',
    url: '/.well-known/oauth-protected-resource',
    config,
    schema: {
      operationId: 'readResourceMetadata',
      summary: 'Whose access tokens count here (RFC 9728)',
      tags,
      response: {
        200: metadata(
          'The resource, and the issuers of its tokens.',
          resource('https://host.example', ['https://id.example/realm'], scopes)
        )
      }
    },
    handler: async (_request, reply) =>
      reply.header('cache-control', CACHE).send(resource(publicUrl, deps.issuers.names(), scopes))
  })

  app.route({
    method: 'GET',
    url: '/.well-known/oauth-authorization-server',
    config,
    schema: {
      operationId: 'readIssuerMetadata',
      summary: 'How to get a token at /auth/token (RFC 8414)',
      tags,
      response: {
        200: metadata('The service as an issuer.', issuer('https://host.example', scopes))
      }
    },
    handler: async (_request, reply) =>
      reply.header('cache-control', CACHE).send(issuer(publicUrl, scopes))
  })
}

function metadata(description: string, example: object) {
  const schema = { type: 'object', additionalProperties: true }
  return { description, content: { 'application/json': { schema, example } } }
}

function resource(publicUrl: string, others: readonly string[], scopes: readonly string[]) {
  return {
    resource: publicUrl,
    authorization_servers: [publicUrl, ...others],
    scopes_supported: scopes,
    bearer_methods_supported: ['header'],
    resource_documentation: `${publicUrl}/docs`
  }
}

function issuer(publicUrl: string, scopes: readonly string[]) {
  return {
    issuer: publicUrl,
    token_endpoint: `${publicUrl}/auth/token`,
    jwks_uri: `${publicUrl}/.well-known/jwks.json`,
    scopes_supported: scopes,
    grant_types_supported: ['client_credentials'],
    response_types_supported: [],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    service_documentation: `${publicUrl}/docs`
  }
}
