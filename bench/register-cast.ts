import type { FastifyInstance } from 'fastify'
import { bootstrap } from '../src/registry/bootstrap.ts'
import type { Deps, Principal, Scope } from '../src/registry/deps.ts'
import { registerClient } from '../src/registry/parties/register-client.ts'
import { registerFacility } from '../src/registry/parties/register-facility.ts'
import { registerOrganization } from '../src/registry/parties/register-organization.ts'
import type { Party, Registered } from './chain/cast.ts'
import { house, parties } from './chain/cast.ts'
import { registerSigner } from './signer.ts'

export type Cast = readonly Registered[]

/** The cast of a stream that plays within one organization. */
export function within(house: Registered): Cast {
  const trades = ['mine', 'separation', 'alloy', 'magnets', 'motors'] as const
  return trades.map((trade) => ({ ...house, trade }))
}

const TOKEN_ROUTE = '/auth/token'

/** The companies of the chains, and apart from them the house that imports. */
export function partsOf(cast: Cast): { readonly companies: Cast; readonly house: Registered } {
  const last = cast.at(-1)
  if (!last) throw new RangeError('the cast is empty')
  return { companies: cast.slice(0, -1), house: last }
}

/** Registers the companies of the chains, each with one facility and a client that has a token. */
export async function registerCast(deps: Deps, app: FastifyInstance): Promise<Cast> {
  const keeper = await administrator(deps)
  const cast: Registered[] = []
  for (const party of [...parties, house]) cast.push(await register(deps, app, keeper, party))
  return cast
}

async function administrator(deps: Deps): Promise<Principal> {
  let principal: Principal | undefined
  await bootstrap(deps, { name: 'Keeper of the benchmark', country: 'ZZ' }, (client) => {
    const { id, organization } = client
    principal = { client: id, organization, roles: ['admin'], scopes: new Set(['admin']) }
  })
  if (principal) return principal
  const [row] = await deps.db.query<{ id: string; organization: string }>({
    text: `select id, organization from client where 'admin' = any(roles) limit 1`
  })
  if (!row) throw new Error('the database has no administrator')
  return {
    client: row.id,
    organization: row.organization,
    roles: ['admin'],
    scopes: new Set(['admin'])
  }
}

async function register(
  deps: Deps,
  app: FastifyInstance,
  principal: Principal,
  party: Party
): Promise<Registered> {
  const { name, country, stages } = party
  const idempotencyKey = `bench ${name}`
  const company = await registerOrganization(deps, {
    principal,
    idempotencyKey,
    document: Buffer.from(JSON.stringify({ name, country }))
  })
  const organization = company.record.id
  const works = await registerFacility(deps, {
    principal,
    idempotencyKey,
    document: Buffer.from(
      JSON.stringify({
        organization,
        name: `${name} works`,
        country,
        stages,
        validFrom: '2020-01-01'
      })
    )
  })
  const { record } = await registerClient(deps, {
    principal,
    organization,
    name: `${name} ERP`,
    // Somebody has to verify and publish declarations, and not whoever made them.
    roles: party.trade === 'motors' ? ['producer', 'verifier', 'operator'] : ['producer']
  })
  const secret = { client: record.id, secret: record.secret ?? '' }
  secrets.set(organization, secret)
  const token = await tokenOf(app, secret)
  const own = { client: record.id, organization, roles: [], scopes: new Set<Scope>() }
  const signer = await registerSigner(deps, own, name)
  return { ...party, organization, facility: works.record.id, token, signer }
}

/** The same cast with tokens that have just been issued. */
export async function renewTokens(app: FastifyInstance, cast: Cast): Promise<Cast> {
  const renewed: Registered[] = []
  for (const each of cast) {
    const secret = secrets.get(each.organization)
    if (!secret) throw new Error(`${each.name} was not registered by this process`)
    renewed.push({ ...each, token: await tokenOf(app, secret) })
  }
  return renewed
}

interface Secret {
  readonly client: string
  readonly secret: string
}

/** By organization. */
const secrets = new Map<string, Secret>()

async function tokenOf(app: FastifyInstance, { client, secret }: Secret): Promise<string> {
  const answer = await app.inject({
    method: 'POST',
    url: TOKEN_ROUTE,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: `grant_type=client_credentials&client_id=${client}&client_secret=${secret}`
  })
  if (answer.statusCode !== 200) throw new Error(`no token: ${answer.body}`)
  return answer.json().access_token
}
