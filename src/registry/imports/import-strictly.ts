import type { ImportRow } from '../../storage/imports/imports.ts'
import type { Submission } from '../bookkeeper/submission.ts'
import { Breath } from '../breath.ts'
import { ImportRefused } from './import-refused.ts'
import { itemsFrom, placeOf } from './import-source.ts'
import { type ImportWork, moveOn, type TurnEnd } from './import-work.ts'
import { type ReadItem, readEventItem } from './read-item.ts'
import { resultsOf, unitOf } from './write-event-group.ts'

/** A strict import is one transaction, so it is bounded. */
export const STRICT_ITEMS = 1000
export const STRICT_BYTES = 16 * 1024 * 1024

/**
 * Records the events of an import all or nothing: with anything wrong, the results say of each item
 * what is wrong with it or that it was withheld. Throws `ImportRefused` beyond the limit.
 */
export async function importStrictly(work: ImportWork): Promise<TurnEnd> {
  const { deps, job } = work
  if (job.items > 0) return endedBefore(job)
  const reads = await readAll(work)
  const from = placeOf(job)
  const to = reads.at(-1)?.item.next ?? from
  const submissions = reads.flatMap((read) => ('read' in read ? read.read : []))
  if (submissions.length < reads.length) {
    await moveOn(deps.db, work, from, to, resultsOf(reads, []))
    throw refusal()
  }
  const answers = await deps.bookkeeper.submit({
    ...unitOf(work, submissions),
    strict: true,
    alongside: async (tx, given) => {
      const stored = given.every(({ status }) => status === 'accepted')
      if (stored) await moveOn(tx, work, from, to, resultsOf(reads, given))
    }
  })
  if (answers.every(({ status }) => status === 'accepted')) return 'ended'
  await moveOn(deps.db, work, from, to, resultsOf(reads, answers))
  throw refusal()
}

/** Everything was written at once, and the worker did not come to say that this is the end. */
function endedBefore({ items, accepted, replayed }: ImportRow): TurnEnd {
  if (accepted + replayed === items) return 'ended'
  throw refusal()
}

async function readAll(work: ImportWork): Promise<ReadItem<Submission>[]> {
  const reads: ReadItem<Submission>[] = []
  const breath = new Breath()
  for await (const item of itemsFrom(work.deps.db, work.job, work.terms)) {
    if (reads.length === STRICT_ITEMS) throw tooMany()
    reads.push(await readEventItem(work, item))
    await breath.take()
  }
  return reads
}

function refusal(): ImportRefused {
  const message = 'Items were refused, so nothing was recorded: the import is all or nothing.'
  return new ImportRefused({ code: 'FINDINGS', message })
}

function tooMany(): ImportRefused {
  const message = `A strict import holds at most ${STRICT_ITEMS} items; nothing was recorded. Send it in parts, or without Prefer: handling=strict.`
  return new ImportRefused({ code: 'LIMIT_EXCEEDED', message })
}
