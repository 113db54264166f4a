import type { Direction } from '../../domain/lineage/walk.ts'
import type { Access } from '../../storage/batches/access.ts'
import {
  type BatchOutline,
  BatchOutlines,
  type BatchSoFar,
  completed,
  readMakers
} from '../../storage/batches/batch-outlines.ts'
import { type WalkLimits, type WalkOptions, walkGraph } from '../../storage/batches/graph.ts'
import type { Met } from '../../storage/batches/walk-findings.ts'
import { readKnown } from '../../storage/batches/walk-known.ts'
import { type EventFacts, factsIn } from '../../storage/books/event-facts.ts'
import type { Transaction } from '../../storage/database.ts'
import { GrowingDirectory } from '../../storage/parties/directory.ts'
import type { WalkFacts } from './trace-sights.ts'

/** What is known of part of a walk that goes on. */
export interface KnownPart {
  readonly met: Met
  /** Of the batches that were met, in their order, but those that were not yet known at the position. */
  readonly batches: readonly BatchSoFar[]
  /** The batch as it stands in the answer; undefined where it is not known yet who made it. */
  readonly complete: (batch: BatchSoFar) => BatchOutline | undefined
  /** Of all that was met so far. */
  readonly events: ReadonlyMap<string, EventFacts>
  readonly directory: GrowingDirectory
}

/** What is done while a walk goes on. */
export interface Meanwhile {
  /** First levels that were asked for before. */
  readonly ahead?: WalkOptions['ahead']
  /** Told part by part, in the order of the walk, while the next is read. */
  readonly onKnown?: (part: KnownPart) => void
}

/**
 * A walk with what is stored about its nodes. Of a large one that is asked for part by part: while
 * PostgreSQL reads what is known of one part, the service looks into the next.
 */
export async function walkFrom(
  tx: Transaction,
  root: Pick<Access, 'batch' | 'maker'>,
  question: WalkLimits & { readonly direction: Direction },
  asOf: number,
  { ahead = null, onKnown = () => {} }: Meanwhile = {}
): Promise<WalkFacts> {
  const outlines = new BatchOutlines(asOf)
  const events = new Map<string, EventFacts>()
  const directory = new GrowingDirectory(asOf)
  const eventOf = remembering(events)
  // Whoever recorded an event made what came of it: only of the rest has it to be looked up.
  const recorderOf = ({ id, event }: BatchSoFar): string | undefined =>
    id === root.batch ? root.maker : eventOf(event)?.organization
  const timeOf = (event: string): string => {
    const at = eventOf(event)?.at
    if (at === undefined) throw new Error(`nothing is known of event ${event}`)
    return at
  }
  const complete = (batch: BatchSoFar): BatchOutline | undefined => {
    const maker = recorderOf(batch)
    return maker === undefined ? undefined : completed(batch, maker, timeOf)
  }
  const asked: Promise<void>[] = []
  const read = async (met: Met): Promise<void> => {
    const known = await readKnown(tx, met, asOf)
    const batches = outlines.take(met, known)
    for (const [id, facts] of factsIn(known.events)) events.set(id, facts)
    directory.take(known.sites, known.organizations)
    onKnown({ met, batches, complete, events, directory })
  }
  const onMet = (met: Met): void => {
    const reading = read(met)
    // Where the walk fails, nobody waits for this any more.
    reading.catch(() => {})
    asked.push(reading)
  }
  const walk = await walkGraph(tx, root.batch, question.direction, {
    ...question,
    asOf,
    onMet,
    ahead
  })
  await Promise.all(asked)
  const others = outlines.madeElsewhere(events).filter((id) => id !== root.batch)
  const makers = await readMakers(tx, others)
  const makerOf = (version: BatchSoFar): string => {
    const made = recorderOf(version) ?? makers.get(version.id)
    if (made === undefined) throw new Error(`batch ${version.id} has versions and nobody made it`)
    return made
  }
  return { walk, batches: outlines.told(makerOf, timeOf), events, directory }
}

/** Looks up the same again and again, as batches of one event follow each other. */
function remembering(
  events: ReadonlyMap<string, EventFacts>
): (event: string) => EventFacts | undefined {
  let last: string | null = null
  let facts: EventFacts | undefined
  return (event) => {
    if (event !== last || facts === undefined) {
      facts = events.get(event)
      last = event
    }
    return facts
  }
}
