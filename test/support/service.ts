import type { FastifyInstance, InjectOptions } from 'fastify'
import { destination } from 'pino'
import type { Test } from 'tap'
import { readConfig } from '../../src/config.ts'
import type { Organization } from '../../src/domain/party/organization.ts'
import { buildApp } from '../../src/http/app.ts'
import type { LineLogger } from '../../src/http/figures/request-log.ts'
import type { HttpSettings } from '../../src/http/settings.ts'
import type { IssuerTerms } from '../../src/identity/trusted-issuer.ts'
import { createLogger } from '../../src/logger.ts'
import { loadReference } from '../../src/reference.ts'
import { bootstrap } from '../../src/registry/bootstrap.ts'
import { createDeps } from '../../src/registry/create-deps.ts'
import type { Deps, Principal, Role } from '../../src/registry/deps.ts'
import { registerClient } from '../../src/registry/parties/register-client.ts'
import { registerFacility } from '../../src/registry/parties/register-facility.ts'
import { registerOrganization } from '../../src/registry/parties/register-organization.ts'
import type { PoolSettings } from '../../src/storage/connection/pool.ts'
import type { Guard } from '../../src/storage/journal/guard.ts'
import { testDatabase } from './database.ts'

export const testSettings: HttpSettings = {
  ...readConfig({}),
  publicUrl: 'http://lodestone.test',
  bulkLimitBytes: 16 * 1024 * 1024,
  requestTimeoutMs: 10_000,
  uploadTimeoutMs: 20_000,
  handlerTimeoutMs: 30_000,
  // A machine that is busy with other tests is no load of the service under test.
  eventLoopLimitMs: 60_000,
  securityContact: 'mailto:security@lodestone.test'
}

/** Where the log of the tests is said to be. */
export const LOG_ORIGIN = 'lodestone.test/log'

/** A failure of the service itself is told on stderr, whatever the test makes of its answer. */
const failures = createLogger('error', destination({ dest: 2, sync: true }))

/** Frozen, so every app of a test may have the same. */
const reference = loadReference()

export interface TestAppOptions {
  readonly now?: () => Date
  readonly newId?: () => string
  readonly settings?: Partial<HttpSettings>
  readonly logger?: LineLogger
  /** Lets this process sign the log; without one it does not. */
  readonly guard?: Guard
  readonly pool?: Partial<PoolSettings>
  /** Other issuers whose tokens count. */
  readonly issuers?: readonly IssuerTerms[]
  /** Adds routes that only the test has. */
  readonly extend?: (app: FastifyInstance) => void
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>
  /** Parsed where it is JSON, else the text; undefined where empty. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any
  readonly raw: Buffer
}

/** Somebody with a client of its own and a real token, asking over HTTP. */
export interface Actor {
  readonly organization: string
  readonly client: string
  readonly secret: string
  readonly token: string
  /** A body that is a string or a Buffer goes out as it is, anything else as JSON. */
  request(
    method: string,
    url: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>
  ): Promise<Answer>
}

export interface TestApp {
  readonly app: FastifyInstance
  readonly deps: Deps
  /** Somebody of a new organization, or of the one given. */
  actor(role: Role | readonly Role[], organization?: string): Promise<Actor>
  organization(fields?: Partial<Organization>): Promise<string>
  /** A facility of the organization that may do everything since 2020, unless told otherwise. */
  facility(organization: string, fields?: Readonly<Record<string, unknown>>): Promise<string>
  /** Asks without any token. */
  request: Actor['request']
}

/** The application that is shipped, on a fresh database, with whoever the test needs. */
export async function testApp(t: Test, options: TestAppOptions = {}): Promise<TestApp> {
  const { now, newId, logger = failures } = options
  const db = await testDatabase(t, options.pool)
  const deps = createDeps(db, reference, {
    ...(now ? { now } : {}),
    ...(newId ? { newId } : {}),
    ...(options.issuers ? { issuers: options.issuers } : {}),
    ...(options.guard ? { log: { origin: LOG_ORIGIN, guard: options.guard } } : {})
  })
  if (options.guard) await deps.log.start()
  const config = { ...testSettings, ...options.settings }
  const app = await buildApp({ deps, config, logger })
  options.extend?.(app)
  t.teardown(async () => {
    await app.close()
    await deps.bookkeeper.close()
    await deps.log.stop()
  })
  await app.ready()
  const keeper = await firstAdministrator(deps)
  let organizations = 0

  async function organization(fields: Partial<Organization> = {}): Promise<string> {
    organizations += 1
    const content = { name: `Organization ${organizations}`, country: 'FI', ...fields }
    const document = Buffer.from(JSON.stringify(content))
    return (await registerOrganization(deps, { principal: keeper, document })).record.id
  }

  async function facility(owner: string, fields: Readonly<Record<string, unknown>> = {}) {
    const content = {
      organization: owner,
      name: 'Works',
      country: 'FI',
      stages: [...deps.reference.stages.keys()],
      validFrom: '2020-01-01',
      ...fields
    }
    const document = Buffer.from(JSON.stringify(content))
    return (await registerFacility(deps, { principal: keeper, document })).record.id
  }

  async function actor(role: Role | readonly Role[], owner?: string): Promise<Actor> {
    const roles = [role].flat() as Role[]
    const { record } = await registerClient(deps, {
      principal: keeper,
      organization: owner ?? (await organization()),
      name: `A ${roles.join(' and ')}`,
      roles
    })
    const secret = record.secret ?? ''
    const token = await tokenOf(app, record.id, secret)
    const { organization: mine, id: client } = record
    return { organization: mine, client, secret, token, request: asking(app, token) }
  }

  return { app, deps, actor, organization, facility, request: asking(app) }
}

async function firstAdministrator(deps: Deps): Promise<Principal> {
  let principal: Principal | undefined
  await bootstrap(deps, { name: 'Keeper of the registry', country: 'FI' }, (client) => {
    const { id, organization } = client
    principal = { client: id, organization, roles: ['admin'], scopes: new Set(['admin']) }
  })
  if (!principal) throw new Error('the template database holds an administrator')
  return principal
}

async function tokenOf(app: FastifyInstance, client: string, secret: string): Promise<string> {
  const answer = await app.inject({
    method: 'POST',
    url: '/auth/token',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: `grant_type=client_credentials&client_id=${client}&client_secret=${secret}`
  })
  if (answer.statusCode !== 200) throw new Error(`no token: ${answer.body}`)
  return answer.json().access_token
}

function asking(app: FastifyInstance, token?: string): Actor['request'] {
  return async (method, url, body, headers = {}) => {
    const asIs = typeof body === 'string' || Buffer.isBuffer(body)
    const answer = await app.inject({
      method: method as NonNullable<InjectOptions['method']>,
      url,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers
      },
      ...(body === undefined ? {} : { payload: asIs ? body : JSON.stringify(body) })
    })
    const json = /\bjson\b/.test(String(answer.headers['content-type'] ?? ''))
    const text = answer.body
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: text === '' ? undefined : json ? JSON.parse(text) : text,
      raw: answer.rawPayload
    }
  }
}
