import { ONE_TURN } from './effort.ts'
import type { Answer, Unit } from './submission.ts'
import { needsBooksAlone } from './submission.ts'

/** A group is taken at once: at most so much work, in usual events, or so many bytes; a unit is never split. */
const GROUP_EFFORT = 256
const GROUP_BYTES = 4 * 1024 * 1024

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

/** Units that have no answer yet, in their order; bulk takes turns with interactive requests. */
export class WaitingUnits {
  readonly #queues = { interactive: [] as Waiting[], bulk: [] as Waiting[] }
  #bulkNext = false
  /** Those of a group that is being written are counted as well. */
  events = 0
  bytes = 0

  add(waiting: Waiting): void {
    this.#queues[waiting.unit.bulk ? 'bulk' : 'interactive'].push(waiting)
    this.events += waiting.unit.submissions.length
    this.bytes += waiting.bytes
  }

  /** The next group, empty where nobody is ready. */
  take(): readonly Waiting[] {
    const { interactive, bulk } = this.#queues
    const [first, second] = this.#bulkNext ? [bulk, interactive] : [interactive, bulk]
    const queue = first[0]?.ready ? first : second
    this.#bulkNext = queue === interactive
    return takeFrom(queue)
  }

  /** Everybody in the group has an answer. */
  answered(group: readonly Waiting[]): void {
    for (const { unit, bytes } of group) {
      this.events -= unit.submissions.length
      this.bytes -= bytes
    }
  }
}

function takeFrom(queue: Waiting[]): readonly Waiting[] {
  let effort = 0
  let bytes = 0
  let count = 0
  for (const waiting of queue) {
    if (!waiting.ready) break
    if (count > 0 && (goesAlone(waiting) || goesAlone(queue[0] as Waiting))) break
    effort += waiting.effort
    bytes += waiting.bytes
    if (count > 0 && (effort > GROUP_EFFORT || bytes > GROUP_BYTES)) break
    count += 1
  }
  return queue.splice(0, count)
}

/** What has the books to itself, and what is all or nothing and takes more than a turn. */
function goesAlone({ unit, effort }: Waiting): boolean {
  return (unit.strict && effort > ONE_TURN) || needsBooksAlone(unit)
}
