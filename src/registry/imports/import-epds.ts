import { RegistryError } from '../../errors.ts'
import type { ItemResult, Place } from '../../storage/imports/import-work.ts'
import { Breath } from '../breath.ts'
import { acceptEpd, type SubmittedEpd } from '../epds/submit-epd.ts'
import { type ImportItem, itemsFrom, placeOf } from './import-source.ts'
import { type ImportWork, moveOn, type TurnEnd } from './import-work.ts'
import { isOurs, refusalAfter, refusalOf, result } from './item-result.ts'
import { type EpdItem, readEpdItem } from './read-item.ts'

/** Submits the declarations of an import one by one, each committed together with its result. */
export async function importEpds(work: ImportWork): Promise<TurnEnd> {
  const { deps } = work
  let from = placeOf(work.job)
  const breath = new Breath()
  for await (const item of itemsFrom(deps.db, work.job, work.terms)) {
    try {
      await importEpd(work, from, item)
    } catch (error) {
      if (!work.careful) throw error
      await moveOn(deps.db, work, from, item.next, [refusalAfter(item, error, work)])
    }
    from = item.next
    if (work.careful || (await work.enough())) return 'more'
    await breath.take()
  }
  return 'ended'
}

/** Submits one declaration; it and its result, or the refusal, are durable then. */
export async function importEpd(work: ImportWork, from: Place, item: ImportItem): Promise<void> {
  const read = await readEpdItem(work.deps, work.principal, item)
  if ('refusal' in read) await moveOn(work.deps.db, work, from, item.next, [read.refusal])
  else await submit(work, from, item, read.read)
}

async function submit(work: ImportWork, from: Place, item: ImportItem, read: EpdItem) {
  const { deps, principal } = work
  const { submission, signature } = read
  try {
    await deps.db.transaction(async (tx) => {
      const submitted = await acceptEpd(deps, tx, principal, submission, signature)
      await moveOn(tx, work, from, item.next, [resultOf(item, submitted)])
    })
  } catch (error) {
    if (!(error instanceof RegistryError) || isOurs(error.code)) throw error
    const refusal = refusalOf(item, error, submission.epd.id)
    await moveOn(deps.db, work, from, item.next, [refusal])
  }
}

function resultOf(item: ImportItem, { record, findings, created }: SubmittedEpd): ItemResult {
  const { id, position = null } = record
  const status = created ? 'accepted' : 'replayed'
  return result(item, status, { id, position }, findings.map(item.placed))
}
