import type { Direction } from '../../domain/lineage/walk.ts'
import type { Access } from '../../storage/batches/access.ts'
import {
  type BatchOutline,
  BatchOutlines,
  readMakers
} from '../../storage/batches/batch-outlines.ts'
import { type WalkLimits, type WalkOptions, walkGraph } from '../../storage/batches/graph.ts'
import type { Met } from '../../storage/batches/walk-findings.ts'
import { readKnown } from '../../storage/batches/walk-known.ts'
import { type EventFacts, factsIn } from '../../storage/books/event-facts.ts'
import type { Transaction } from '../../storage/database.ts'
import { GrowingDirectory } from '../../storage/parties/directory.ts'
import type { WalkFacts } from './trace-sights.ts'

/**
 * A walk with what is stored about its nodes. Of a large one that is asked for part by part: while
 * PostgreSQL reads what is known of one part, the service looks into the next.
 */
export async function walkFrom(
  tx: Transaction,
  root: Pick<Access, 'batch' | 'maker'>,
  question: WalkLimits & { readonly direction: Direction },
  asOf: number,
  ahead: WalkOptions['ahead'] = null
): Promise<WalkFacts> {
  const outlines = new BatchOutlines(asOf)
  const events = new Map<string, EventFacts>()
  const directory = new GrowingDirectory(asOf)
  const asked: Promise<void>[] = []
  const read = async (met: Met): Promise<void> => {
    const known = await readKnown(tx, met, asOf)
    outlines.take(met, known)
    for (const [id, facts] of factsIn(known.events)) events.set(id, facts)
    directory.take(known.sites, known.organizations)
  }
  const onMet = (met: Met): void => {
    if (met.batches.length + met.events.length === 0) return
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
  // Whoever recorded an event made what came of it: only of the rest has it to be looked up.
  const others = outlines.madeElsewhere(events).filter((id) => id !== root.batch)
  const makers = await readMakers(tx, others)
  const makerOf = ({ id, event }: Pick<BatchOutline, 'id' | 'event'>): string => {
    if (id === root.batch) return root.maker
    const made = events.get(event)?.organization ?? makers.get(id)
    if (made === undefined) throw new Error(`batch ${id} has versions and nobody made it`)
    return made
  }
  const timeOf = (event: string): string => {
    const at = events.get(event)?.at
    if (at === undefined) throw new Error(`nothing is known of event ${event}`)
    return at
  }
  return { walk, batches: outlines.told(makerOf, timeOf), events, directory }
}
