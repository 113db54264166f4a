import { ONE_TURN } from './effort.ts'
import type { Answer, Unit } from './submission.ts'
import { needsBooksAlone } from './submission.ts'

/** A group is taken at once: at most so many bytes, or so much work; a unit is never split. */
const GROUP_BYTES = 4 * 1024 * 1024
/** Fewer units than that had better be written together: a group costs as much as several events. */
const LEAST_HALF = 16

export interface Waiting {
  readonly unit: Unit
  readonly bytes: number
  /** In usual events, see effort.ts. */
  readonly effort: number
  /** False while what it needs is still being read. */
  ready: boolean
  /** When it was submitted, in milliseconds of this process. */
  readonly since: number
  readonly resolve: (answers: readonly Answer[]) => void
  readonly reject: (error: unknown) => void
}

/**
 * Units that have no answer yet, in their order; bulk takes turns with interactive requests. Of many, one half
 * is read and judged while the other is written: were all of them in one group, this process and PostgreSQL
 * would wait for each other, and clients that wait for their answer to go on would keep it so.
 */
export class WaitingUnits {
  readonly #queues = { interactive: [] as Waiting[], bulk: [] as Waiting[] }
  #bulkNext = false
  /** Those of a group that is being written are counted as well. */
  events = 0
  bytes = 0
  /** In groups that are being written. */
  #away = 0

  add(waiting: Waiting): void {
    this.#queues[waiting.unit.bulk ? 'bulk' : 'interactive'].push(waiting)
    this.events += waiting.unit.submissions.length
    this.bytes += waiting.bytes
  }

  /**
   * The next group, of at most so much work in usual events; empty where nobody is ready, or where something
   * is being written and less than half of all waits.
   */
  take(effort: number): readonly Waiting[] {
    const { interactive, bulk } = this.#queues
    const queued = interactive.length + bulk.length
    const half = Math.ceil((queued + this.#away) / 2)
    if (half >= LEAST_HALF && queued < half) return []
    const [first, second] = this.#bulkNext ? [bulk, interactive] : [interactive, bulk]
    const queue = first[0]?.ready ? first : second
    this.#bulkNext = queue === interactive
    const group = takeFrom(queue, { units: Math.max(half, LEAST_HALF), effort })
    this.#away += group.length
    return group
  }

  /** Everybody in the group has an answer. */
  answered(group: readonly Waiting[]): void {
    this.#away -= group.length
    for (const { unit, bytes } of group) {
      this.events -= unit.submissions.length
      this.bytes -= bytes
    }
  }
}

interface Most {
  readonly units: number
  readonly effort: number
}

function takeFrom(queue: Waiting[], most: Most): readonly Waiting[] {
  let effort = 0
  let bytes = 0
  let count = 0
  for (const waiting of queue) {
    if (!waiting.ready || count === most.units) break
    if (count > 0 && (goesAlone(waiting) || goesAlone(queue[0] as Waiting))) break
    effort += waiting.effort
    bytes += waiting.bytes
    if (count > 0 && (effort > most.effort || bytes > GROUP_BYTES)) break
    count += 1
  }
  return queue.splice(0, count)
}

/** What has the books to itself, and what is all or nothing and takes more than a turn. */
function goesAlone({ unit, effort }: Waiting): boolean {
  return (unit.strict && effort > ONE_TURN) || needsBooksAlone(unit)
}
