import { fixtures } from '../authorization-fixtures.ts'
import { type HttpClient, signIn } from '../http-client.ts'
import type { Actor, TestApp } from '../service.ts'
import type { ServiceProcess } from '../service-process.ts'
import type { Samples } from './request-arbitrary.ts'

const ROLES = ['buyer', 'verifier', 'operator', 'auditor', 'admin', 'producer'] as const
const EPD_TYPES = [
  'application/vnd.lodestone.epd+json',
  'application/vnd.openepd+json',
  'application/vnd.ilcd.process+xml'
]

/** Whoever asks in a run, and the ids that there are. */
export interface Cast {
  readonly tokens: readonly string[]
  /** Each with the name of its fixture. */
  readonly ids: readonly { readonly name: string; readonly id: string }[]
  /** A declaration in every media type that declarations are written in. */
  readonly samples: Samples
  /** Fixtures that could not be made over HTTP alone. */
  readonly missing: readonly string[]
}

/** Fills a new registry over HTTP with one of everything that the authorization matrix knows. */
export async function castOf({ url, administrator }: ServiceProcess): Promise<Cast> {
  if (!administrator) throw new Error('the registry is not new')
  const admin = await signIn(url, administrator)
  const service = overHttp(url, admin)
  const producer = await service.actor('producer')
  const clients = await Promise.all(ROLES.map((role) => service.actor(role)))
  const ids: { name: string; id: string }[] = []
  const missing: string[] = []
  for (const [name, make] of Object.entries({ ...fixtures, ...fixtures })) {
    try {
      // Of what has no address of its own the fixture tells a piece of a path, which would lead to another route.
      const id = (await make({ service, producer })).split('/').at(-1) ?? ''
      ids.push({ name, id })
    } catch (error) {
      missing.push(`${name}: ${error instanceof Error ? error.message : error}`)
    }
  }
  const [buyer, verifier, operator, auditor, administrators, stranger] = clients
  const actors = [producer, producer, producer, administrators, administrators, producer]
  const tokens = [...actors, buyer, verifier, operator, auditor, stranger].flatMap(
    (actor) => actor?.token ?? []
  )
  const epd = ids.find(({ name }) => name === 'epd')?.id ?? ''
  return { tokens, ids, samples: await samplesOf(producer, epd), missing }
}

async function samplesOf(producer: Actor, epd: string): Promise<Samples> {
  const samples: Record<string, readonly string[]> = {}
  for (const type of EPD_TYPES) {
    const accept = { accept: type }
    const answer = await producer.request('GET', `/v1/epds/${epd}`, undefined, accept)
    if (answer.status !== 200) throw new Error(`no declaration as ${type}: ${answer.status}`)
    samples[type] = [answer.raw.toString('utf8')]
  }
  const xml = samples['application/vnd.ilcd.process+xml'] ?? []
  return { ...samples, 'application/xml': xml, 'text/xml': xml }
}

/** What fixtures need of a service, from outside. */
function overHttp(url: string, admin: HttpClient): TestApp {
  let made = 0
  const organization: TestApp['organization'] = async (fields = {}) => {
    made += 1
    const content = { name: `Organization ${made}`, country: 'FI', ...fields }
    return (await admin.made('/v1/organizations', content)).id
  }
  const actor: TestApp['actor'] = async (role, owner) => {
    const roles = [role].flat()
    const of = owner ?? (await organization())
    const { id, secret } = await admin.made('/v1/clients', { organization: of, name: 'One', roles })
    const client = await signIn(url, { id, secret })
    return {
      organization: of,
      client: id,
      secret,
      token: client.token,
      request: asking(url, client.token)
    }
  }
  const facility: TestApp['facility'] = async (owner, fields = {}) => {
    const stages = ['mining', 'beneficiation', 'storage_transport_trade', 'separation']
    const content = {
      organization: owner,
      name: 'Works',
      country: 'FI',
      stages,
      validFrom: '2020-01-01',
      ...fields
    }
    return (await admin.made('/v1/facilities', content)).id
  }
  return { organization, actor, facility, request: asking(url, admin.token) } as unknown as TestApp
}

function asking(url: string, token: string): Actor['request'] {
  return async (method, path, body, headers = {}) => {
    const asIs = typeof body === 'string' || Buffer.isBuffer(body)
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: asIs ? (body as string) : JSON.stringify(body) })
    })
    const raw = Buffer.from(await answer.arrayBuffer())
    const text = raw.toString('utf8')
    const json = /\bjson\b/.test(answer.headers.get('content-type') ?? '') && text !== ''
    return {
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: json ? JSON.parse(text) : text,
      raw
    }
  }
}
