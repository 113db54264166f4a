import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { RegistryError } from '../errors.ts'
import { TokenRefused } from '../registry/access/authenticator.ts'
import {
  type Allowance,
  RateLimits,
  type RatePolicy,
  WINDOW_SECONDS
} from '../registry/access/rate-limits.ts'
import type { Deps, Principal } from '../registry/deps.ts'
import { seldom } from '../registry/seldom.ts'
import { networkOf } from './connection/client-network.ts'
import type { HttpSettings } from './settings.ts'

/** A client has this many times the failed proofs from everywhere that it has from one address. */
const ADDRESSES = 10

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Which allowance of its address an anonymous request uses up; `address` unless told. */
    rate?: 'token'
  }
}

/**
 * Holds clients to their allowance, and tells them of it on every answer in the fields of
 * draft-ietf-httpapi-ratelimit-headers-10. Whoever has a token is known by its client, everybody else
 * by the address. What supervisors ask is not counted.
 */
export class RequestRates {
  readonly #limits: RateLimits
  readonly #policies: Readonly<Record<'client' | 'address' | 'token', Announced>>
  readonly #secret: RatePolicy
  readonly #secretAnywhere: RatePolicy

  constructor(app: FastifyInstance, deps: Deps, settings: HttpSettings) {
    this.#limits = new RateLimits(deps)
    this.#policies = {
      client: announced('client', settings.clientRate),
      address: announced('address', settings.addressRate),
      token: announced('token', settings.tokenRate)
    }
    this.#secret = { name: 'secret', quota: settings.secretRate }
    this.#secretAnywhere = { name: 'secret-anywhere', quota: settings.secretRate * ADDRESSES }
    app.addHook('onReady', async () =>
      this.#limits.start(seldom((err) => app.requestLog.warn(err, 'rates are not shared')))
    )
    app.addHook('onClose', () => this.#limits.stop())
  }

  /** The refusal of a request of somebody unknown, or undefined. */
  ofAddress(request: FastifyRequest, reply: FastifyReply): RegistryError | undefined {
    const { essential, rate = 'address' } = request.terms
    if (essential) return undefined
    return this.#charge(this.#policies[rate], networkOf(request.ip), reply)
  }

  /** The refusal of a request of a client, or undefined. */
  ofClient({ client }: Principal, reply: FastifyReply): RegistryError | undefined {
    return this.#charge(this.#policies.client, client, reply)
  }

  /**
   * Lets a client prove itself; a proof that fails counts. Throws RATE_LIMITED where too many have
   * failed for this client from this address, or from everywhere.
   */
  async proof<T>(request: FastifyRequest, client: string, prove: () => Promise<T>): Promise<T> {
    const tries: readonly (readonly [RatePolicy, string])[] = [
      [this.#secret, `${client} ${networkOf(request.ip)}`],
      [this.#secretAnywhere, client]
    ]
    for (const [policy, partition] of tries) {
      if (policy.quota === 0) continue
      const allowance = this.#limits.charge(policy, partition)
      if (allowance.exceeded) throw refusal(policy, allowance)
    }
    let failed = false
    try {
      return await prove()
    } catch (error) {
      failed = error instanceof TokenRefused && error.error === 'invalid_client'
      throw error
    } finally {
      if (!failed) for (const [policy, partition] of tries) this.#limits.refund(policy, partition)
    }
  }

  /** Refusals since the start, of every policy: a series that begins with its first one is no rise. */
  refused(): ReadonlyMap<string, number> {
    const all = [...Object.values(this.#policies), this.#secret, this.#secretAnywhere]
    const told = this.#limits.refused()
    return new Map(all.map(({ name }) => [name, told.get(name) ?? 0]))
  }

  #charge(policy: Announced, partition: string, reply: FastifyReply): RegistryError | undefined {
    if (policy.quota === 0) return undefined
    const allowance = this.#limits.charge(policy, partition)
    reply.header('ratelimit-policy', policy.text)
    reply.header(
      'ratelimit',
      `"${policy.name}";r=${allowance.remaining};t=${allowance.resetSeconds}`
    )
    return allowance.exceeded ? refusal(policy, allowance) : undefined
  }
}

interface Announced extends RatePolicy {
  /** As `RateLimit-Policy` states it. */
  readonly text: string
}

function announced(name: string, quota: number): Announced {
  return { name, quota, text: `"${name}";q=${quota};w=${WINDOW_SECONDS}` }
}

function refusal({ name, quota }: RatePolicy, { resetSeconds }: Allowance): RegistryError {
  const unit = name.startsWith('secret') ? 'failed proofs' : 'requests'
  return new RegistryError(
    'RATE_LIMITED',
    `At most ${quota} ${unit} in ${WINDOW_SECONDS} s are allowed; try again in ${resetSeconds} s.`,
    { retryAfterSeconds: resetSeconds, extensions: { 'violated-policies': [name] } }
  )
}
