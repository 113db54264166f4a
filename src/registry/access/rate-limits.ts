import { hash } from 'node:crypto'
import { addRateUse, forgetRateUse } from '../../storage/parties/rate-use.ts'
import type { Deps } from '../deps.ts'

/** Every allowance is for a minute. */
export const WINDOW_SECONDS = 60
/** How soon other processes learn what this one has seen. */
const SETTLE_MS = 500
/** Partitions that are told apart in a window and policy; those beyond share one allowance. */
const MOST_PARTITIONS = 50_000
const EVERYBODY_ELSE = '*'

/** How often whom may ask: `quota` in each window. */
export interface RatePolicy {
  readonly name: string
  readonly quota: number
}

/** How a request stands to its policy. */
export interface Allowance {
  readonly exceeded: boolean
  readonly remaining: number
  /** Seconds until the window ends. */
  readonly resetSeconds: number
}

interface Use {
  /** As far as all processes have told. */
  told: number
  /** Seen by this process and not told yet. */
  own: number
}

/**
 * Allowances that all processes of one database share, without a write for each request: a process
 * counts by itself, and every half second one statement adds what it has seen and brings back what
 * all have seen. Within one process a quota is exact; several may exceed it by what they admit until
 * they have heard of each other, and a process hears only of whom it is asked by. Where the database
 * is away each process keeps the quota alone.
 */
export class RateLimits {
  readonly #deps: Pick<Deps, 'db' | 'now'>
  readonly #uses = new Map<RatePolicy, Map<string, Use>>()
  readonly #refused = new Map<string, number>()
  #span = 0
  #timer: NodeJS.Timeout | undefined
  #settling: Promise<void> | null = null

  constructor(deps: Pick<Deps, 'db' | 'now'>) {
    this.#deps = deps
  }

  /** `onFailure` is told when the others could not be; the next attempt is half a second later. */
  start(onFailure: (error: unknown) => void): void {
    this.#timer = setInterval(() => {
      this.#settling ??= this.settle()
        .catch(onFailure)
        .finally(() => {
          this.#settling = null
        })
    }, SETTLE_MS).unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#settling
  }

  /** Counts one use, unless the quota is used up. */
  charge(policy: RatePolicy, partition: string): Allowance {
    const { db, now } = this.#deps
    // A clock that is known to be wrong would count in minutes of its own, and forget those of the others.
    const seconds = (now().getTime() - db.clockAheadMs) / 1000
    this.#enter(Math.floor(seconds / WINDOW_SECONDS))
    const use = this.#use(policy, partition)
    const left = policy.quota - use.told - use.own
    const exceeded = left <= 0
    if (exceeded) this.#refused.set(policy.name, (this.#refused.get(policy.name) ?? 0) + 1)
    else use.own += 1
    return {
      exceeded,
      remaining: Math.max(0, left - 1),
      resetSeconds: Math.ceil((this.#span + 1) * WINDOW_SECONDS - seconds)
    }
  }

  /** Takes a use back that should not have counted. */
  refund(policy: RatePolicy, partition: string): void {
    this.#use(policy, partition).own -= 1
  }

  /** Tells the other processes what this one has seen, and learns what they have. */
  async settle(): Promise<void> {
    const span = this.#span
    const dirty = [...this.#uses].flatMap(([{ name }, uses]) =>
      [...uses].flatMap(([partition, use]) =>
        use.own === 0 ? [] : [{ use, key: keyOf(name, partition), used: use.own }]
      )
    )
    if (dirty.length === 0) return
    const totals = await addRateUse(this.#deps.db, span, dirty)
    dirty.forEach(({ use, used }, n) => {
      use.told = totals[n] ?? use.told + used
      use.own -= used
    })
  }

  /** Refusals by policy since the start. */
  refused(): ReadonlyMap<string, number> {
    return this.#refused
  }

  #use(policy: RatePolicy, partition: string): Use {
    let uses = this.#uses.get(policy)
    if (!uses) {
      uses = new Map()
      this.#uses.set(policy, uses)
    }
    const known = uses.get(partition)
    if (known) return known
    const name = uses.size < MOST_PARTITIONS ? partition : EVERYBODY_ELSE
    const use = uses.get(name) ?? { told: 0, own: 0 }
    uses.set(name, use)
    return use
  }

  /** A new window begins with nothing used; what the last one saw is not told any more. */
  #enter(span: number): void {
    if (span === this.#span) return
    this.#span = span
    this.#uses.clear()
    if (this.#timer) forgetRateUse(this.#deps.db, span).catch(() => {})
  }
}

/** 16 bytes that say the same in every process. */
function keyOf(policy: string, partition: string): Buffer {
  return hash('sha256', `${policy}\n${partition}`, 'buffer').subarray(0, 16)
}
