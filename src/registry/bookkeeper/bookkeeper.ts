import type { Reference } from '../../domain/reference.ts'
import { RegistryError } from '../../errors.ts'
import { failureOf, troubleOf } from '../../storage/connection/failure.ts'
import type { Database } from '../../storage/database.ts'
import { BookkeeperFigures } from './bookkeeper-figures.ts'
import { effortOfUnit, MOST_EFFORT, ONE_TURN } from './effort.ts'
import type { GroupAnswers } from './finish-group.ts'
import { overlapping, type Turn } from './overlapping.ts'
import { ReadAhead } from './read-ahead.ts'
import { RememberedBooks } from './remembered-books.ts'
import type { Answer, Unit } from './submission.ts'
import { needsBooksAlone } from './submission.ts'
import { type Waiting, WaitingUnits } from './waiting-units.ts'
import { writeDown } from './write-down.ts'

const ATTEMPTS = 6

/** What waits in the process at most; beyond that it is refused, and new requests are turned away. */
export interface QueueLimits {
  readonly events: number
  readonly bytes: number
}

const QUEUE: QueueLimits = { events: 20_000, bytes: 64 * 1024 * 1024 }

export interface BookkeeperDeps {
  readonly db: Database
  readonly reference: Reference
  readonly now: () => Date
  /** Told after a correction is durable. */
  readonly onCorrection?: () => void
  readonly queue?: QueueLimits
  /** How many batches are remembered; see `BookShelves`. */
  readonly remembers?: number
}

/** Figures for the metrics: what waits, and what has been written so far. */
export interface BookkeeperState {
  readonly waiting: number
  readonly waitingBytes: number
  /** True where nothing more would be taken. */
  readonly full: boolean
  readonly figures: BookkeeperFigures
  /** Groups that were judged without reading the books. */
  readonly remembered: number
}

/** Writes events down, one group after the other. Shared by everything that writes to the books. */
export interface Bookkeeper {
  /** Resolves when the unit is durable or refused; rejects with OVERLOADED, UNAVAILABLE or INTERNAL. */
  submit(unit: Unit): Promise<readonly Answer[]>
  readonly state: () => BookkeeperState
  /** How much work the next group is at most, in usual events. */
  readonly mostEffort: () => number
  /** Writes what waits, then refuses more. */
  close(): Promise<void>
}

/**
 * Greedy grouping: no delay is added. What has arrived while the last group was being judged and sent forms the
 * next one, where many wait the half of them (`WaitingUnits`).
 */
export function createBookkeeper(deps: BookkeeperDeps): Bookkeeper {
  const waiting = new WaitingUnits()
  const limits = deps.queue ?? QUEUE
  const remembered = new RememberedBooks(deps.db, deps.remembers)
  const ahead = new ReadAhead(deps.db, remembered)
  const figures = new BookkeeperFigures()
  let closed = false

  // What is judged by memory is judged in one turn; what has to be read is read for more at once.
  const mostEffort = () => (remembered.holds ? ONE_TURN : MOST_EFFORT)

  async function write(group: readonly Waiting[], turn: Turn): Promise<void> {
    const started = performance.now()
    for (const { since } of group) figures.waits.add((started - since) / 1000)
    figures.groupSizes.add(group.reduce((sum, { unit }) => sum + unit.submissions.length, 0))
    await writeGroup({ ...deps, remembered, turn }, group, figures)
    figures.groupTimes.add((performance.now() - started) / 1000)
    waiting.answered(group)
  }

  // While PostgreSQL writes one group the next are read and judged.
  const desk = overlapping(() => waiting.take(mostEffort()), write)

  function wait(unit: Unit, bytes: number): Promise<readonly Answer[]> {
    const { promise, ...settle } = Promise.withResolvers<readonly Answer[]>()
    const reading = ahead.read(unit)
    const waits = {
      unit,
      bytes,
      effort: effortOfUnit(unit),
      since: performance.now(),
      ...settle,
      ready: !reading
    }
    waiting.add(waits)
    if (waits.ready) desk.wake()
    void reading?.then(() => {
      waits.ready = true
      desk.wake()
    })
    return promise
  }

  return {
    state: () => ({
      waiting: waiting.events,
      waitingBytes: waiting.bytes,
      full: waiting.events >= limits.events || waiting.bytes >= limits.bytes,
      figures,
      remembered: remembered.groups
    }),
    mostEffort,
    submit(unit) {
      if (closed)
        return Promise.reject(new RegistryError('UNAVAILABLE', 'The service is stopping.'))
      const bytes = unit.submissions.reduce((sum, { document }) => sum + document.length, 0)
      const events = unit.submissions.length
      const full = waiting.events + events > limits.events || waiting.bytes + bytes > limits.bytes
      if (full && waiting.events > 0) {
        figures.turnedAway += 1
        return Promise.reject(new RegistryError('OVERLOADED', 'Too many events wait; try again.'))
      }
      return wait(unit, bytes)
    },
    async close() {
      closed = true
      await ahead.settled()
      await desk.drained()
    }
  }
}

interface GroupDeps extends BookkeeperDeps {
  readonly remembered: RememberedBooks
  readonly turn: Turn
}

/** Writes a group until each of its units has an answer. Never throws: failures go to the callers. */
async function writeGroup(
  deps: GroupDeps,
  group: readonly Waiting[],
  figures: BookkeeperFigures
): Promise<void> {
  let left = group
  let wait = false
  let failed = false
  for (let attempt = 1; left.length > 0; attempt += 1) {
    try {
      const answers = await writeDown(
        deps,
        left.map(({ unit }) => unit),
        { wait, expecting: !failed }
      )
      const rest = settleAnswered(left, answers)
      if (left.some(({ unit }) => needsBooksAlone(unit))) deps.onCorrection?.()
      // Where nobody's batches were free, waiting for the lock is all that is left to do.
      wait = rest.length === left.length
      left = rest
    } catch (error) {
      figures.retries += 1
      failed = true
      if (await retried(deps, left, error, attempt, figures)) continue
      return
    }
  }
}

function settleAnswered(group: readonly Waiting[], answers: GroupAnswers): Waiting[] {
  return group.filter((waiting, index) => {
    const answer = answers[index]
    if (!answer) return true
    waiting.resolve(answer)
    return false
  })
}

/**
 * True when the group should be tried again on fresh state: then events that a lost COMMIT did
 * store are found by their ids and answered as stored. A failure that repeats is halved, in order.
 */
async function retried(
  deps: GroupDeps,
  group: readonly Waiting[],
  error: unknown,
  attempt: number,
  figures: BookkeeperFigures
): Promise<boolean> {
  const failure = failureOf(error)
  if (failure !== 'permanent' && attempt < ATTEMPTS) {
    await pause(failure === 'lost' ? 100 * attempt : 5 * attempt)
    return true
  }
  if (failure === 'lost') {
    for (const waiting of group) {
      waiting.reject(
        new RegistryError('UNAVAILABLE', `${troubleOf(error)}; a retry is safe.`, { cause: error })
      )
    }
    return false
  }
  if (attempt === 1) return true
  if (group.length === 1) {
    group[0]?.reject(error)
    return false
  }
  const middle = Math.ceil(group.length / 2)
  await writeGroup(deps, group.slice(0, middle), figures)
  await writeGroup(deps, group.slice(middle), figures)
  return false
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
