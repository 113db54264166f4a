import { ONE_TURN } from '../bookkeeper/effort.ts'
import { Breath } from '../breath.ts'
import { EventGroup, isCorrection, type ReadEvent } from './event-group.ts'
import { Flight } from './flight.ts'
import { importEpd } from './import-epds.ts'
import { type ImportItem, itemsFrom, placeOf } from './import-source.ts'
import { type ImportWork, moveOn, type TurnEnd } from './import-work.ts'
import { refusalAfter } from './item-result.ts'
import { readAnyItem, readEventItem } from './read-item.ts'
import { writeEventGroup } from './write-event-group.ts'

/** So many careful items, then groups again. */
const CAREFUL_ITEMS = 256

/**
 * Records the events of an import, and the declarations among them, each on its own, in order: a later one may
 * consume what an earlier one made. While one group is written the next is read and judged; each is committed
 * together with its results.
 */
export async function importEvents(work: ImportWork): Promise<TurnEnd> {
  if (work.careful) return importCarefully(work)
  const flight = new Flight(work)
  let group = new EventGroup(placeOf(work.job))
  try {
    const breath = new Breath()
    for await (const item of itemsFrom(work.deps.db, work.job, work.terms)) {
      const read = await readItem(work, item)
      if ('declaration' in read) {
        await importEpd(work, await flight.clear(group), item)
        group = new EventGroup(item.next)
        if (await work.enough()) return 'more'
        continue
      }
      if (!group.fits(read, ONE_TURN) && !group.fits(read, await flight.mostEffort())) {
        group = await flight.send(group)
        // The item is read again in the next turn.
        if (await work.enough()) return 'more'
      }
      group = await add(flight, group, read)
      await breath.take()
    }
    await flight.send(group)
    return 'ended'
  } finally {
    await flight.landed()
  }
}

/** Adds an item to the group; a correction goes alone, behind all that is on its way. */
async function add(flight: Flight, before: EventGroup, read: ReadEvent): Promise<EventGroup> {
  if (!isCorrection(read)) {
    before.add(read)
    return before
  }
  const alone = new EventGroup(await flight.clear(before), [read])
  return new EventGroup(await flight.clear(alone))
}

function readItem(work: ImportWork, item: ImportItem) {
  const read = work.job.kind === 'any' ? readAnyItem : readEventItem
  return read(work, item)
}

/** After a failure: one by one, and what the service fails on is refused. */
async function importCarefully(work: ImportWork): Promise<TurnEnd> {
  let from = placeOf(work.job)
  for await (const item of itemsFrom(work.deps.db, work.job, work.terms)) {
    try {
      const read = await readItem(work, item)
      if ('declaration' in read) await importEpd(work, from, item)
      else await writeEventGroup(work, new EventGroup(from, [read]))
    } catch (error) {
      await moveOn(work.deps.db, work, from, item.next, [refusalAfter(item, error, work)])
    }
    from = item.next
    if (from.items - work.job.items >= CAREFUL_ITEMS || (await work.enough())) return 'more'
  }
  return 'ended'
}
