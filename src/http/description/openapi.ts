import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify'
import { PROBLEM_MEDIA_TYPE } from '../problem.ts'
import type { HttpSettings } from '../settings.ts'
import { completeAnswers } from './described-answers.ts'
import { describedHeaders } from './described-headers.ts'
import { nameSchemas } from './described-names.ts'
import { describedTags } from './described-tags.ts'
import { mapVariants } from './described-variants.ts'
import { otherProblems, problemExamples, problemsByStatus } from './problem-examples.ts'

const DESCRIPTION = `The registry that keeps books on every element of the rare-earth chain, ore to
magnet, and proves them.

Decimals are strings, times are RFC 3339 in UTC, ids are lower-case UUIDs. Lists are pages: follow
\`next\` or the Link header. Errors are RFC 9457 problems with a stable code; a refused document
comes with every finding at once. A POST that creates something the service names takes an
Idempotency-Key; everything else is idempotent by its own id. Answers to GET carry an ETag: send it in
If-None-Match to be answered 304 where nothing has changed, and in If-Match where a write says that it
takes one. A write that does not refuses it with 412, since nothing is replaced there. Where a page says
its \`position\`, which moves with every entry of anybody, the ETag is weak and does not count it. A
method that an address does not take is answered 405, with those that it takes in Allow.

Everything that is accepted becomes an entry of the transparency log under \`/log\`. A request
with \`Prefer: wait=5\` is answered with the receipt that proves it; \`/receipt\` gives it at any time.`

/** The pages load from here alone; Swagger UI sets styles on its elements. */
const CONTENT_POLICY =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"

const problem = (description: string, examples?: object) => ({
  description,
  content: {
    [PROBLEM_MEDIA_TYPE]: {
      schema: { $ref: 'https://lodestone.example/schemas/problem.json' },
      ...(examples ? { examples } : {})
    }
  }
})

/** Collects the description of every route registered after it: call it first. */
export async function describeRoutes(
  app: FastifyInstance,
  facts: { readonly version: string; readonly scopes: Readonly<Record<string, string>> }
): Promise<void> {
  const examples = new BodyExamples()
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.1',
      info: {
        title: 'Lodestone',
        version: facts.version,
        description: DESCRIPTION,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' }
      },
      servers: [{ url: '/' }],
      tags: describedTags,
      components: {
        securitySchemes: { bearer: oauth(facts.scopes) },
        examples: problemExamples()
      }
    },
    convertConstToEnum: false,
    hideUntagged: true,
    refResolver: {
      buildLocalReference: (schema, _base, _fragment, index) =>
        typeof schema['title'] === 'string' ? schema['title'].replaceAll(' ', '') : `schema${index}`
    },
    transform: ({ schema, url, route }) => {
      examples.note(schema)
      return withNamedRest(described(schema, route), url)
    },
    transformObject: (document) => {
      if ('openapiObject' in document) {
        examples.restore(document.openapiObject)
        completeAnswers(document.openapiObject)
        mapVariants(document.openapiObject)
        nameSchemas(document.openapiObject)
        return document.openapiObject
      }
      return document.swaggerObject
    }
  })
}

/** What follows in an address has no name in Fastify, and must have one in OpenAPI. */
function withNamedRest(schema: FastifySchema, url: string) {
  const { properties } = (schema.params ?? {}) as { readonly properties?: { '*'?: object } }
  const { '*': rest } = properties ?? {}
  if (!rest) return { schema, url }
  const params = { type: 'object', properties: { path: rest }, required: ['path'] }
  return { schema: { ...schema, params }, url: url.replace('*', ':path') }
}

type MediaTypes = Readonly<Record<string, { example?: unknown; examples?: unknown }>>

/** The plugin keeps only the schemas of a request body: its examples are put back afterwards. */
class BodyExamples {
  readonly #noted = new Map<string, MediaTypes>()

  note(schema: FastifySchema | undefined): void {
    const body = schema?.body as { readonly content?: MediaTypes } | undefined
    if (schema?.operationId && body?.content) this.#noted.set(schema.operationId, body.content)
  }

  restore({ paths = {} }: { readonly paths?: object }): void {
    for (const operation of Object.values(paths).flatMap((path) => Object.values(path ?? {}))) {
      const { operationId, requestBody } = operation as DescribedOperation
      const noted = this.#noted.get(operationId ?? '') ?? {}
      for (const [type, media] of Object.entries(requestBody?.content ?? {})) {
        const { example, examples } = noted[type] ?? {}
        if (example !== undefined) media.example = example
        if (examples !== undefined) media.examples = examples
      }
    }
  }
}

interface DescribedOperation {
  readonly operationId?: string
  readonly requestBody?: { readonly content: MediaTypes }
}

/** Serves the description and its pages, from this process alone: no CDN, no outside call. */
export async function serveDescription(
  app: FastifyInstance,
  { webPages }: Pick<HttpSettings, 'webPages'>
): Promise<void> {
  // It never changes: half a megabyte for each who asks would be kept until they have read it.
  let text: string | undefined
  app.get(
    '/openapi.json',
    {
      config: { scope: 'public' },
      schema: {
        operationId: 'readApiDescription',
        summary: 'The OpenAPI 3.1 description of this service',
        tags: ['Service'],
        response: {
          200: {
            description: 'OpenAPI 3.1 document.',
            content: {
              'application/json': {
                schema: { type: 'object', additionalProperties: true },
                example: { openapi: '3.1.1', info: { title: 'Lodestone', version: '0.1.0' } }
              }
            }
          }
        }
      }
    },
    async (_request, reply) => {
      text ??= JSON.stringify(app.swagger())
      return reply.type('application/json').send(text)
    }
  )
  leadToPages(app, webPages)
  await app.register(async (docs) => {
    docs.addHook('onRoute', (route) => {
      route.config = { ...route.config, scope: 'public' }
    })
    await docs.register(swaggerUi, {
      routePrefix: '/docs',
      staticCSP: CONTENT_POLICY,
      theme: { title: 'Lodestone API' },
      uiConfig: {
        // Without the bar above, which has the sign of another project and a field for any other description.
        layout: 'BaseLayout',
        docExpansion: 'list',
        tagsSorter: 'alpha',
        displayRequestDuration: true
      }
    })
  })
}

/** Whoever opens the bare address in a browser wants to see what this is. */
function leadToPages(app: FastifyInstance, webPages: boolean): void {
  app.get(
    '/',
    {
      config: { scope: 'public' },
      schema: {
        operationId: 'openPages',
        summary: 'Leads a browser to the pages for people',
        tags: ['Service'],
        response: {
          303: {
            type: 'null',
            description: 'The pages are elsewhere; there is nothing here.'
          }
        }
      }
    },
    // As a client behind a proxy sees it, whatever prefix that takes off: only with the slash the page names its parts so.
    (request, reply) => {
      const people = webPages && request.headers.accept?.includes('text/html')
      return reply
        .code(303)
        .header('location', people ? 'web/' : 'docs/')
        .header('vary', 'accept')
        .send()
    }
  )
}

function oauth(scopes: Readonly<Record<string, string>>) {
  return {
    type: 'oauth2' as const,
    description: 'An access token of /auth/token, sent as `Authorization: Bearer`.',
    flows: { clientCredentials: { tokenUrl: '/auth/token', scopes: { ...scopes } } }
  }
}

/** Adds what follows from the configuration of a route, so that no route can forget or belie it. */
function described(schema: FastifySchema | undefined, route: RouteOptions): FastifySchema {
  const { scope = 'public', showsMoreTo } = route.config ?? {}
  const open = showsMoreTo === undefined ? [] : [{}, { bearer: [showsMoreTo] }]
  const headers = describedHeaders(schema, route)
  return {
    ...schema,
    ...(headers ? { headers } : {}),
    security: scope === 'public' ? open : [scope].flat().map((one) => ({ bearer: [one] })),
    response: {
      ...Object.fromEntries(
        Object.entries(problemsByStatus(schema, route)).map(([status, told]) => [
          status,
          problem(told.description, told.examples)
        ])
      ),
      ...(schema?.response as object),
      default: problem(
        'Refused, or failed, in another way: `code` says how. Nothing was stored.',
        otherProblems()
      )
    }
  }
}
