import type { FastifyInstance } from 'fastify'
import type { RouteOptions } from '../route.ts'

const CATALOG_TYPE = 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"'
const DAY_MS = 86_400_000
const SECURITY_TXT_DAYS = 90

const tags = ['Service']
const config = { scope: 'public' } as const
const anyObject = { type: 'object', additionalProperties: true }

/** What machines look for at fixed places (RFC 8615): keys, API catalog, security contact. */
export async function wellKnownRoutes(app: FastifyInstance, options: RouteOptions): Promise<void> {
  keysRoute(app, options)
  catalogRoute(app, options)
  securityRoute(app, options)
}

function keysRoute(app: FastifyInstance, { authenticator }: RouteOptions): void {
  app.route({
    method: 'GET',
    url: '/.well-known/jwks.json',
    config,
    schema: {
      operationId: 'readTokenKeys',
      summary: 'The keys that verify access tokens (RFC 7517)',
      tags,
      response: {
        200: {
          description: 'A key set.',
          content: {
            'application/json': {
              schema: anyObject,
              example: {
                keys: [
                  {
                    kty: 'OKP',
                    crv: 'Ed25519',
                    x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
                    kid: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
                    alg: 'EdDSA',
                    use: 'sig'
                  }
                ]
              }
            }
          }
        }
      }
    },
    handler: async (_request, reply) =>
      reply.header('cache-control', 'public, max-age=300').send(await authenticator.keySet())
  })
}

function catalogRoute(app: FastifyInstance, { settings }: RouteOptions): void {
  app.route({
    method: 'GET',
    url: '/.well-known/api-catalog',
    config,
    schema: {
      operationId: 'readApiCatalog',
      summary: 'Where the API and its description are (RFC 9727)',
      tags,
      response: {
        200: {
          description: 'A linkset (RFC 9264).',
          content: {
            'application/linkset+json': {
              schema: anyObject,
              example: catalog('https://host.example')
            }
          }
        }
      }
    },
    handler: async (_request, reply) =>
      reply
        .type(CATALOG_TYPE)
        .header('cache-control', 'public, max-age=3600')
        .send(JSON.stringify(catalog(settings.publicUrl)))
  })
}

function securityRoute(app: FastifyInstance, { settings, deps }: RouteOptions): void {
  app.route({
    method: 'GET',
    url: '/.well-known/security.txt',
    config,
    schema: {
      operationId: 'readSecurityContact',
      summary: 'Where to report a vulnerability (RFC 9116)',
      tags,
      response: {
        200: {
          description: 'security.txt',
          content: {
            'text/plain': {
              schema: { type: 'string' },
              example:
                'Contact: mailto:security@host.example\nExpires: 2027-01-31T00:00:00.000Z\nPreferred-Languages: en\nCanonical: https://host.example/.well-known/security.txt\n'
            }
          }
        }
      }
    },
    handler: async (_request, reply) =>
      reply.type('text/plain; charset=utf-8').send(securityTxt(settings, deps.now()))
  })
}

function catalog(publicUrl: string) {
  return {
    linkset: [
      {
        anchor: `${publicUrl}/v1`,
        'service-desc': [{ href: `${publicUrl}/openapi.json`, type: 'application/json' }],
        'service-doc': [{ href: `${publicUrl}/docs`, type: 'text/html' }],
        'service-meta': [{ href: `${publicUrl}/schemas`, type: 'application/json' }],
        status: [{ href: `${publicUrl}/health/ready`, type: 'application/json' }]
      }
    ]
  }
}

/** The date moves with the service: a service that runs is one whose contact is read. */
function securityTxt(settings: RouteOptions['settings'], now: Date): string {
  const today = Math.floor(now.getTime() / DAY_MS)
  const expires = new Date((today + SECURITY_TXT_DAYS) * DAY_MS).toISOString()
  return [
    `Contact: ${settings.securityContact}`,
    `Expires: ${expires}`,
    'Preferred-Languages: en',
    `Canonical: ${settings.publicUrl}/.well-known/security.txt`,
    ''
  ].join('\n')
}
