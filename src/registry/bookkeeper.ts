import type { Reference } from '../domain/reference.ts'
import { RegistryError } from '../errors.ts'
import type { Database } from '../storage/database.ts'
import { failureOf } from '../storage/failure.ts'
import { BookkeeperFigures } from './bookkeeper-figures.ts'
import { overlapping } from './overlapping.ts'
import { RememberedBooks } from './remembered-books.ts'
import type { Answer, Unit } from './submission.ts'
import { needsBooksAlone } from './submission.ts'
import type { GroupAnswers } from './write-down.ts'
import { writeDown } from './write-down.ts'

/** A group is taken at once: at most so many events or bytes; a strict unit is never split. */
const GROUP_EVENTS = 256
const GROUP_BYTES = 4 * 1024 * 1024
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
  /** Writes what waits, then refuses more. */
  close(): Promise<void>
}

interface Waiting {
  readonly unit: Unit
  readonly bytes: number
  /** When it was submitted, in milliseconds of this process. */
  readonly since: number
  readonly resolve: (answers: readonly Answer[]) => void
  readonly reject: (error: unknown) => void
}

/**
 * Greedy grouping: no delay is added, whatever has arrived while the last group was being judged and
 * sent forms the next one.
 */
export function createBookkeeper(deps: BookkeeperDeps): Bookkeeper {
  const queues = { interactive: [] as Waiting[], bulk: [] as Waiting[] }
  const limits = deps.queue ?? QUEUE
  const remembered = new RememberedBooks(deps.db)
  const figures = new BookkeeperFigures()
  const waiting = { events: 0, bytes: 0 }
  let closed = false
  let bulkNext = false

  function takeGroup(): Waiting[] {
    const first = bulkNext ? queues.bulk : queues.interactive
    const queue = first.length > 0 ? first : bulkNext ? queues.interactive : queues.bulk
    bulkNext = queue === queues.interactive
    return takeFrom(queue)
  }

  async function write(group: readonly Waiting[], sent: () => void): Promise<void> {
    const started = performance.now()
    for (const { since } of group) figures.waits.add((started - since) / 1000)
    figures.groupSizes.add(group.reduce((sum, { unit }) => sum + unit.submissions.length, 0))
    await writeGroup({ ...deps, remembered, sent }, group, figures)
    figures.groupTimes.add((performance.now() - started) / 1000)
    for (const { unit, bytes } of group) {
      waiting.events -= unit.submissions.length
      waiting.bytes -= bytes
    }
  }

  // While PostgreSQL writes one group the next are read and judged.
  const desk = overlapping(takeGroup, write)
  return {
    state: () => ({
      waiting: waiting.events,
      waitingBytes: waiting.bytes,
      full: waiting.events >= limits.events || waiting.bytes >= limits.bytes,
      figures,
      remembered: remembered.groups
    }),
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
      return new Promise((resolve, reject) => {
        const since = performance.now()
        queues[unit.bulk ? 'bulk' : 'interactive'].push({ unit, bytes, since, resolve, reject })
        waiting.events += events
        waiting.bytes += bytes
        desk.wake()
      })
    },
    async close() {
      closed = true
      await desk.drained()
    }
  }
}

function takeFrom(queue: Waiting[]): Waiting[] {
  let events = 0
  let bytes = 0
  let count = 0
  for (const waiting of queue) {
    const alone = needsBooksAlone(waiting.unit)
    if (count > 0 && (alone || needsBooksAlone((queue[0] as Waiting).unit))) break
    events += waiting.unit.submissions.length
    bytes += waiting.bytes
    if (count > 0 && (events > GROUP_EVENTS || bytes > GROUP_BYTES)) break
    count += 1
  }
  return queue.splice(0, count)
}

interface GroupDeps extends BookkeeperDeps {
  readonly remembered: RememberedBooks
  /** Told when what a group writes is on its way. */
  readonly sent: () => void
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
        new RegistryError('UNAVAILABLE', 'The database cannot be reached; a retry is safe.', {
          cause: error
        })
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
