import type { Break, Continuity } from '../../log/continuity.ts'
import type { LogKey } from '../../log/log-key.ts'
import type { Database } from '../../storage/database.ts'
import type { Guard } from '../../storage/journal/guard.ts'
import { type Leadership, tryLead } from '../../storage/journal/leadership.ts'
import { latestCheckpoint } from '../../storage/journal/log-tree.ts'
import { refusalBySurroundings } from '../refuse-writes.ts'
import { followed } from './follow.ts'
import { type Integrator, integrateNext, type LeadHead, takeOver } from './integrate.ts'
import { openKeyOfLog } from './log-key.ts'
import { LogRefused } from './log-refused.ts'

/** What is accepted is covered by a checkpoint after at most twice this time. */
const TURN_MS = 50
/** Those who do not lead look this often whether they may, and whether all is well. */
const WATCH_MS = 1_000
/** So often and so far apart a follower looks before it believes that the history is broken. */
const FOLLOW_ATTEMPTS = 20
const FOLLOW_PAUSE_MS = 25

export interface LogSurroundings {
  readonly db: Database
  readonly now: () => Date
  /** Name of the log: the address of `/log` without its scheme. */
  readonly origin: string
  /** Null where the process has none: then it never signs. */
  readonly guard: Guard | null
}

/** How the log stands, for `/health/ready` and the metrics. */
export interface LogState {
  readonly role: 'leading' | 'following' | 'refusing' | 'stopped'
  /** Entries that the newest checkpoint covers, as far as this process has seen. */
  readonly size: number
  readonly refusal: Break | null
  /** Why the last turn failed or may not sign, where that is so and will be tried again. */
  readonly trouble: string | null
}

interface Waiter {
  readonly position: number
  readonly settle: (covered: boolean) => void
}

/**
 * The log of this database as one process sees it. Of all processes one leads: it turns committed
 * entries into tiles and signed checkpoints. The others watch, and take over when it is gone.
 */
export class TransparencyLog {
  readonly #surroundings: LogSurroundings
  readonly #waiters = new Set<Waiter>()
  #size = 0
  #role: LogState['role'] = 'stopped'
  #refusal: Break | null = null
  #trouble: string | null = null
  /** Whether database and guard were ever compared: until then nobody knows what was signed before. */
  #isCompared = false
  #key: LogKey | null = null
  #lead: { readonly integrator: Integrator; head: LeadHead } | null = null
  #running: Promise<void> | null = null
  #stopping = false
  #wake: () => void = () => {}
  #onChange: (state: LogState) => void = () => {}
  /** What `onChange` was told last. */
  #told = ''

  constructor(surroundings: LogSurroundings) {
    this.#surroundings = surroundings
  }

  /**
   * Does the first turn, so that a broken history is known before anything is accepted. `onChange` is
   * told how the log stands then, and whenever that changes in anything but its size.
   */
  async start(onChange: (state: LogState) => void = () => {}): Promise<void> {
    if (this.#running) return
    this.#stopping = false
    this.#onChange = onChange
    await this.#turn()
    this.#running = this.#run()
  }

  /** Ends after the turn that is under way, and gives the leadership up. */
  async stop(): Promise<void> {
    this.#stopping = true
    this.#wake()
    await this.#running
    this.#running = null
    // What was accepted last still gets its receipt.
    if (this.#lead !== null) await this.#turn()
    await this.#resign()
    this.#role = 'stopped'
    for (const waiter of this.#waiters) waiter.settle(false)
  }

  state(): LogState {
    return {
      role: this.#role,
      size: this.#size,
      refusal: this.#refusal,
      trouble: this.#trouble
    }
  }

  /** The key whose signature makes a checkpoint one of this log. */
  async key(): Promise<LogKey> {
    const { db, origin, now } = this.#surroundings
    this.#key ??= await openKeyOfLog(db, origin, now())
    return this.#key
  }

  /**
   * Resolves with true once a published checkpoint covers the position, with false after `ms`, or at
   * once where this process would not learn of it.
   */
  covers(position: number, ms: number): Promise<boolean> {
    if (this.#size > position) return Promise.resolve(true)
    if (this.#running === null) return Promise.resolve(false)
    return new Promise((resolve) => {
      const waiter: Waiter = {
        position,
        settle: (covered) => {
          clearTimeout(timer)
          this.#waiters.delete(waiter)
          resolve(covered)
        }
      }
      const timer = setTimeout(() => waiter.settle(this.#size > position), ms)
      this.#waiters.add(waiter)
      this.#wake()
    })
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      const idle = this.#lead === null && this.#waiters.size === 0
      await this.#pause(idle ? WATCH_MS : TURN_MS)
      if (!this.#stopping) await this.#turn()
    }
  }

  /** Never rejects: what goes wrong is told by `state` and tried again. */
  async #turn(): Promise<void> {
    try {
      const barred = refusalBySurroundings(this.#surroundings.db)
      if (barred) await this.#resign()
      else if (this.#lead === null) await this.#apply()
      if (this.#lead === null) await this.#watch()
      else await this.#integrate(this.#lead)
      this.#trouble = barred?.message ?? null
    } catch (error) {
      await this.#resign()
      if (error instanceof LogRefused) await this.#refuse(error)
      else {
        this.#trouble = error instanceof Error ? error.message : String(error)
        if (!this.#isCompared) await this.#refuse(new LogRefused(notCompared(this.#trouble)))
      }
    }
    this.#tell()
  }

  #tell(): void {
    const state = this.state()
    const standing = [state.role, state.refusal?.reason, state.trouble].join('\n')
    if (standing === this.#told) return
    this.#told = standing
    this.#onChange(state)
  }

  /** Tries to become the one that leads. */
  async #apply(): Promise<void> {
    const { db, guard, now } = this.#surroundings
    if (guard === null) return
    // A guard that cannot be reached rejects here, before the lock keeps others from leading.
    await guard.read()
    const key = await this.key()
    const leadership: Leadership | null = await tryLead(db)
    if (leadership === null) return
    const integrator = { leadership, guard, key, now }
    try {
      const head = await takeOver(integrator)
      this.#lead = { integrator, head }
      this.#refusal = null
      this.#role = 'leading'
      this.#publish(head.size)
    } catch (error) {
      await leadership.end()
      throw error
    }
  }

  /** Works a backlog off; what is committed meanwhile waits for the next turn, or turns never end. */
  async #integrate(lead: { readonly integrator: Integrator; head: LeadHead }): Promise<void> {
    for (;;) {
      const head = await integrateNext(lead.integrator, lead.head)
      if (head === null) return
      lead.head = head
      this.#publish(head.size)
      if (this.#stopping || !head.behind || refusalBySurroundings(this.#surroundings.db)) return
    }
  }

  /** Follows whoever leads, where what is in the database goes on from what was signed. */
  async #watch(): Promise<void> {
    const { db, guard } = this.#surroundings
    const verdict = guard ? await this.#judgeFollowing(guard) : 'same'
    if (typeof verdict !== 'string') throw new LogRefused(verdict)
    const head = await latestCheckpoint(db)
    this.#refusal = null
    this.#role = 'following'
    this.#publish(head?.size ?? 0)
  }

  /**
   * Somebody else holds the lead, and that may be a process that refuses as well: so a follower judges
   * by itself. A directory that machines share may be shown as it was a moment ago, hence the patience.
   */
  async #judgeFollowing(guard: Guard): Promise<Continuity> {
    const { db } = this.#surroundings
    const key = await this.key()
    const attempts = this.#role === 'refusing' ? 1 : FOLLOW_ATTEMPTS
    for (let attempt = 1; ; attempt += 1) {
      const verdict = await followed(db, await guard.read(), key)
      if (typeof verdict === 'string' || attempt === attempts) return verdict
      await new Promise((resolve) => setTimeout(resolve, FOLLOW_PAUSE_MS))
    }
  }

  /** Database and guard agree: heads up to this size count. */
  #publish(size: number): void {
    this.#isCompared = true
    this.#size = size
    this.#surroundings.db.history.reaches(size)
    for (const waiter of this.#waiters) if (waiter.position < size) waiter.settle(true)
  }

  async #refuse(error: LogRefused): Promise<void> {
    this.#refusal = { reason: error.message, remedy: error.remedy }
    this.#role = 'refusing'
    // What was signed is still proved.
    const head = await latestCheckpoint(this.#surroundings.db).catch(() => undefined)
    if (head) this.#size = head.size
  }

  async #resign(): Promise<void> {
    const lead = this.#lead
    this.#lead = null
    await lead?.integrator.leadership.end()
    if (this.#role === 'leading') this.#role = 'following'
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        setImmediate(resolve)
      }
    })
  }
}

/** What is accepted on a database that may be behind its guard takes the places of signed entries. */
function notCompared(trouble: string): Break {
  return {
    reason: `The guard and the database could not be compared since the start: ${trouble}`,
    remedy:
      'Make the guard directory (LODESTONE_GUARD_DIR) readable and writable for this process. It is tried again every second.'
  }
}
