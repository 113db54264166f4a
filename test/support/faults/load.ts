import { randomUUID } from 'node:crypto'
import { httpClient, signIn } from '../http-client.ts'
import type { ServiceProcess } from '../service-process.ts'
import { type Act, commission, draw, newOrganization } from './act.ts'
import { type Door, History } from './history.ts'

const STAGES = ['mining', 'separation']
const HELD_GRAMS = 100_000
/** Between two requests of a writer: none in the long run, a little where others use the machine. */
const PACE_MS = process.env['FAULT_CYCLES'] === undefined ? 20 : 0

interface Credentials {
  readonly id: string
  readonly secret: string
}

/** A producer, an administrator and a few batches that everybody draws from at once. */
export class Load {
  history = new History()
  readonly #administrator: Credentials
  #producer: Credentials = { id: '', secret: '' }
  /** Where everything happens. */
  facility = ''
  #batches: string[] = []
  #tokens = { admin: '', producer: '' }
  #url = ''

  constructor(administrator: Credentials) {
    this.#administrator = administrator
  }

  /** From now on another history is written, with batches of its own. */
  async begin(): Promise<History> {
    this.history = new History()
    await this.history.meet(this.#url)
    this.#batches = []
    await this.refill()
    return this.history
  }

  /** Signs in; on the first service also enrolls the producer. */
  async meet({ url }: Pick<ServiceProcess, 'url'>): Promise<void> {
    this.#url = url
    await this.history.meet(url)
    const admin = await signIn(url, this.#administrator)
    this.#tokens = { ...this.#tokens, admin: admin.token }
    if (this.facility === '') {
      const { id } = await admin.made('/v1/organizations', { name: 'Producer', country: 'EE' })
      const terms = { organization: id, name: 'works', roles: ['producer'] }
      this.#producer = await admin.made('/v1/clients', terms)
    }
    const { token } = await signIn(url, this.#producer)
    this.#tokens = { ...this.#tokens, producer: token }
    if (this.facility !== '') return
    const place = { name: 'Works', country: 'EE', stages: STAGES, validFrom: '2020-01-01' }
    this.facility = (await httpClient(url, token).made('/v1/facilities', place)).id
  }

  readonly doorOf = ({ kind }: Pick<Act, 'kind'>, url = this.#url): Door => ({
    url,
    token: this.#tokens[kind === 'event' ? 'producer' : 'admin']
  })

  /** A fresh batch to draw from; what came before is soon empty, so refusals come as well. */
  async refill(url = this.#url): Promise<void> {
    const batch = randomUUID()
    const act = commission(this.facility, batch, HELD_GRAMS)
    await this.history.send(act, this.doorOf(act, url))
    this.#batches = [...this.#batches, batch].slice(-3)
  }

  /** What a writer sends next: mostly draws that compete, some too large, some new parties. */
  next(random: () => number): Act {
    const batch = this.#batches[Math.floor(random() * this.#batches.length)] ?? randomUUID()
    const dice = random()
    if (dice < 0.15) return newOrganization()
    if (dice < 0.25) return draw(this.facility, batch, HELD_GRAMS + 1)
    return draw(this.facility, batch, 100 + Math.floor(random() * 900))
  }

  /**
   * Writers that send until told to stop, to each of the services in turn, one request after the
   * other. After an unknown outcome a writer sometimes asks again at once, at another service.
   */
  async write(urls: readonly string[], writers: number, until: AbortSignal): Promise<void> {
    await Promise.all(
      Array.from({ length: writers }, async (_, writer) => {
        for (let n = writer; !until.aborted; n += 1) {
          const act = this.next(Math.random)
          const url = urls[n % urls.length] ?? ''
          const wait: Record<string, string> = n % 4 === 0 ? { prefer: 'wait=2' } : {}
          const outcome = await this.history.send(act, this.doorOf(act, url), wait)
          if (outcome !== 'unknown') {
            await new Promise((resolve) => setTimeout(resolve, PACE_MS))
            continue
          }
          await new Promise((resolve) => setTimeout(resolve, 50))
          if (n % 2 === 0) {
            await this.history.send(act, this.doorOf(act, urls[(n + 1) % urls.length]))
          }
        }
      })
    )
  }
}
