import { uuidFrom } from '../../domain/ids.ts'
import { ApiClient, type SecretSettings } from '../client.ts'
import { type Actor, type ActorId, cast } from './cast.ts'
import type { Setting } from './document.ts'

/** Everybody of the cast, registered, each with a client of their own. */
export interface Stage {
  readonly setting: Setting
  readonly clientOf: (actor: ActorId) => ApiClient
  /** Client credentials, to be shown for the buyer. */
  readonly credentialsOf: (actor: ActorId) => SecretSettings
}

const DAY_MS = 86_400_000
/** The story takes this many days and ended two days ago. */
const STORY_DAYS = 252

interface Member extends SecretSettings {
  readonly organization: string
  readonly facility: string
  readonly client: ApiClient
}

/**
 * Registers organizations and clients as the administrator, and the facilities as their owners,
 * through public routes.
 */
export async function setStage(admin: ApiClient, now: Date): Promise<Stage> {
  const firstDay = new Date(now.getTime() - (STORY_DAYS + 2) * DAY_MS)
  const opening = firstDay.toISOString().slice(0, 10)
  const members = new Map<ActorId, Member>()
  for (const actor of cast) members.set(actor.id, await join(admin, actor, opening))
  const member = (id: ActorId): Member => {
    const found = members.get(id)
    if (!found) throw new RangeError(`the cast has no ${id}`)
    return found
  }
  const midnight = Date.parse(`${opening}T00:00:00Z`)
  return {
    setting: {
      organization: (id) => member(id).organization,
      facility: (id) => member(id).facility,
      day: (day, hour = 8) =>
        new Date(midnight + day * DAY_MS + hour * 3_600_000).toISOString().replace('.000Z', 'Z'),
      event: (name) => uuidFrom('demo-event', member('west').organization, name),
      epd: (name) => uuidFrom('demo-epd', member('west').organization, name)
    },
    clientOf: (id) => member(id).client,
    credentialsOf: (id) => {
      const { url, clientId, clientSecret } = member(id)
      return { url, clientId, clientSecret }
    }
  }
}

async function join(admin: ApiClient, actor: Actor, opening: string): Promise<Member> {
  const { id: organization } = await made(admin, '/v1/organizations', {
    name: actor.name,
    country: actor.country
  })
  const { id: clientId, secret = '' } = await made(admin, '/v1/clients', {
    organization,
    name: `${actor.name}, demonstration`,
    roles: [actor.role]
  })
  const settings = { url: admin.url, clientId, clientSecret: secret }
  const client = new ApiClient(settings)
  const { id: facility } = await made(client, '/v1/facilities', {
    ...actor.facility,
    country: actor.country,
    validFrom: opening
  })
  return { ...settings, organization, facility, client }
}

async function made(client: ApiClient, path: string, document: object) {
  return (await client.postJson(path, document)) as {
    readonly id: string
    readonly secret?: string
  }
}
