import { drawOwnEvents } from '../../domain/lineage/draw-events.ts'
import { drawOwnNodes, type OwnBatch } from '../../domain/lineage/draw-tree.ts'
import type { Drawing, TreeEvent, TreeNode } from '../../domain/lineage/tree.ts'
import type { Direction, Truncation } from '../../domain/lineage/walk.ts'
import type { Asker } from '../../storage/batches/access.ts'
import type { MetEvent } from '../../storage/batches/graph-level.ts'
import type { GrowingDirectory } from '../../storage/parties/directory.ts'
import type { Stamp } from '../moment.ts'
import { batchDoer, type Done, eventFacts } from './trace-names.ts'
import { isOwn } from './trace-sights.ts'
import type { KnownPart } from './trace-walk.ts'

/** How the answer to a question about a graph begins. */
export interface GraphHead extends Stamp {
  readonly batch: string
  readonly direction: Direction
  /** Null where the whole graph was walked; else what ended the walk. */
  readonly truncated: Truncation | null
}

/** Who wants to be shown of a graph what is certain of it before its end is known. */
export interface Onlooker {
  /** First of all: how the answer begins where the walk is not truncated. */
  begin(head: GraphHead): void
  /** The next nodes, in the order of the answer. */
  nodes(drawing: Drawing<TreeNode>): void
  /** Each at most once. */
  events(drawing: Drawing<TreeEvent>): void
}

/** Batches, and events, that are drawn before the service looks for what has come meanwhile. */
const SLICE = 250

type Slice = Pick<KnownPart, 'batches' | 'complete' | 'events' | 'directory'> & {
  readonly depths: readonly number[]
  readonly met: readonly MetEvent[]
}

/**
 * Shows a walk downstream while it goes on, as long as all of it was made by the asker: that is seen
 * whole, whatever is found later. It stands so in the answer unless the walk is truncated, and unless an
 * event is met again with more edges. Little by little: PostgreSQL must not wait for its next question.
 */
export class DrawnMeanwhile {
  readonly #asker: Asker
  readonly #onlooker: Onlooker
  readonly #waiting: Slice[] = []
  #isAllOwn = true
  #next: NodeJS.Immediate | null = null

  constructor(asker: Asker, onlooker: Onlooker, head: GraphHead) {
    this.#asker = asker
    this.#onlooker = onlooker
    onlooker.begin(head)
  }

  take(part: KnownPart): void {
    // Where one was not known yet at the position, none behind it is told by its place.
    this.#isAllOwn &&= part.batches.length === part.met.batches.length
    if (this.#isAllOwn) this.#waiting.push(...slicesOf(part))
    this.#goOn()
  }

  /** Shows what still waits. */
  finish(): void {
    while (this.#waiting.length > 0) this.#showNext()
  }

  /** Shows nothing any more. */
  stop(): void {
    if (this.#next) clearImmediate(this.#next)
    this.#isAllOwn = false
    this.#waiting.length = 0
  }

  #goOn(): void {
    if (this.#waiting.length === 0) return
    this.#next ??= setImmediate(() => {
      this.#next = null
      try {
        this.#showNext()
      } catch {
        // Nobody would catch it here. Whoever draws the rest meets it again, and is asked for an answer.
        this.stop()
      }
      this.#goOn()
    })
  }

  #showNext(): void {
    const slice = this.#waiting.shift()
    const known = slice ? ownPart(slice, this.#asker) : null
    if (known === null) {
      this.stop()
      return
    }
    this.#onlooker.nodes((show) => drawOwnNodes(known.batches, show))
    this.#onlooker.events((show) => drawOwnEvents(known.events, show))
  }
}

function slicesOf({ met, batches, ...known }: KnownPart): Slice[] {
  const slices: Slice[] = []
  for (let n = 0; n < batches.length || n < met.events.length; n += SLICE) {
    const part = <Item>(items: readonly Item[]) => items.slice(n, n + SLICE)
    slices.push({
      ...known,
      batches: part(batches),
      depths: part(met.depths),
      met: part(met.events)
    })
  }
  return slices
}

/** Null where any of it is of others, or it is not yet known whose it is or what they are called. */
function ownPart(slice: Slice, asker: Asker) {
  const { directory, depths } = slice
  const isCertain = certainty(asker, directory)
  const batches: OwnBatch[] = []
  for (const soFar of slice.batches) {
    const made = slice.complete(soFar)
    const depth = depths[batches.length]
    if (made === undefined || depth === undefined || !isCertain(made)) return null
    batches.push({ made, doer: batchDoer(made, directory), depth })
  }
  const events = []
  for (const { event, near, far } of slice.met) {
    const facts = slice.events.get(event)
    if (facts === undefined || !isCertain(facts)) return null
    events.push({ facts: eventFacts(facts, directory), drawn: near, made: far })
  }
  return { batches, events }
}

/** Whether the asker did it and what it is called is known; what follows each other is mostly done by the same. */
function certainty(asker: Asker, directory: GrowingDirectory): (done: Done) => boolean {
  let last: Done | null = null
  return (done) => {
    const isSame = done.organization === last?.organization && done.facility === last.facility
    if (!isSame && !(isOwn(asker, done) && directory.holds(done))) return false
    last = done
    return true
  }
}
