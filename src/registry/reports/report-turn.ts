import { RegistryError } from '../../errors.ts'
import type { Database } from '../../storage/database.ts'

/** Who asks for a report, and whether they still wait for it. */
export interface ReportAsker {
  readonly organization: string
  readonly isGone: () => boolean
}

/**
 * Each holds a connection while it reads, and tens of megabytes; one process makes no more in a second with
 * more of them.
 */
const MOST_AT_ONCE = 4
/** Events, readiness and every other question need the other connections. */
const PART_OF_POOL = 3
const MOST_WAITING = 200
const RETRY_SECONDS = 10

interface Waiting extends ReportAsker {
  readonly begin: () => void
}

/** The turns in which the reports of a process are made. */
class ReportTurns {
  readonly #most: number
  readonly #waiting: Waiting[] = []
  /** Who reports are made for: an organization as often as it has some under way. */
  readonly #underWay: string[] = []

  constructor(most: number) {
    this.#most = most
  }

  async take<T>(asker: ReportAsker, make: () => Promise<T>): Promise<T> {
    if (this.#waiting.length >= MOST_WAITING) throw tooMany()
    await new Promise<void>((begin) => {
      this.#waiting.push({ ...asker, begin })
      this.#call()
    })
    try {
      refuseGone(asker)
      return await make()
    } finally {
      this.#underWay.splice(this.#underWay.indexOf(asker.organization), 1)
      this.#call()
    }
  }

  /** Whoever has the fewest under way is next, so that one who asks for hundreds holds up no other. */
  #call(): void {
    if (this.#underWay.length >= this.#most) return
    const [next] = this.#waiting.toSorted((a, b) => this.#shareOf(a) - this.#shareOf(b))
    if (!next) return
    this.#waiting.splice(this.#waiting.indexOf(next), 1)
    this.#underWay.push(next.organization)
    next.begin()
  }

  #shareOf({ organization }: Waiting): number {
    return this.#underWay.filter((each) => each === organization).length
  }
}

const turns = new WeakMap<Database, ReportTurns>()

/**
 * Makes a report when it is its turn: few are made at once, the others wait, each organization for its own.
 * Throws `OVERLOADED` where too many wait, and where nobody waits for this one any more.
 */
export function inReportTurn<T>(
  db: Database,
  asker: ReportAsker,
  make: () => Promise<T>
): Promise<T> {
  const known = turns.get(db) ?? new ReportTurns(mostAtOnce(db))
  turns.set(db, known)
  return known.take(asker, make)
}

function mostAtOnce({ pool }: Database): number {
  return Math.max(1, Math.min(MOST_AT_ONCE, Math.floor(pool.options.max / PART_OF_POOL)))
}

/** Throws `OVERLOADED`, which nobody reads. */
export function refuseGone({ isGone }: Pick<ReportAsker, 'isGone'>): void {
  if (isGone()) throw new RegistryError('OVERLOADED', 'Nobody waits for this report any more.')
}

function tooMany(): RegistryError {
  return new RegistryError(
    'OVERLOADED',
    `${MOST_WAITING} reports wait to be made; try again in a moment.`,
    { retryAfterSeconds: RETRY_SECONDS }
  )
}
