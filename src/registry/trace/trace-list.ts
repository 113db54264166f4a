import { isUuid } from '../../domain/ids.ts'
import { RegistryError } from '../../errors.ts'
import type { Access, Asker } from '../../storage/batches/access.ts'
import { readAccess } from '../../storage/batches/access.ts'
import { readTimes } from '../../storage/batches/batch-history.ts'
import type { BatchFilter } from '../../storage/batches/batch-list.ts'
import { listBatchIds } from '../../storage/batches/batch-list.ts'
import type { StoredBatch } from '../../storage/batches/batches.ts'
import { readBatches } from '../../storage/batches/batches.ts'
import type { Transaction } from '../../storage/database.ts'
import type { Deps, Principal } from '../deps.ts'
import type { Stamp } from '../moment.ts'
import { inSnapshot } from '../moment.ts'
import { refuseUnknownElement } from './known-element.ts'
import { batchRecord } from './trace-batch.ts'
import { batchFacts, namesOf } from './trace-names.ts'
import type { Standing } from './trace-standing.ts'
import { entered, standingOf } from './trace-standing.ts'

export interface ListQuestion {
  readonly filter: BatchFilter
  readonly asOf?: string
  /** The last id of the page before. */
  readonly after: string | null
  readonly limit: number
}

/**
 * The batches that the caller has an entry point to, in the order of their ids. A question for a
 * number or an identifier also finds what it may see without one. A page may hold fewer batches
 * than asked for although another follows.
 */
export async function listBatches(deps: Deps, principal: Principal, question: ListQuestion) {
  refuseUnknownElement(deps, question.filter.element)
  const asker = { organization: principal.organization, now: deps.now() }
  return inSnapshot(deps, question.asOf, async (tx, stamp) => {
    const { filter, after, limit } = question
    if (after !== null && !isUuid(after)) {
      throw new RegistryError('CURSOR_INVALID', 'The cursor was not made by this service.')
    }
    const { ids, next } = await listBatchIds(tx, filter, {
      reader: asker.organization,
      now: asker.now,
      asOf: stamp.position,
      after,
      limit
    })
    const standings = await standingsOf(tx, ids, filter, asker)
    const items = await recordsOf(tx, ids, standings, stamp)
    return { ...stamp, items, ...(next === null ? {} : { next }) }
  })
}

/** Who may see which of the batches; a filter by maker tells the maker, so it must be known. */
async function standingsOf(
  tx: Transaction,
  ids: readonly string[],
  filter: BatchFilter,
  asker: Asker
): Promise<ReadonlyMap<string, Standing>> {
  const standings = new Map<string, Standing>()
  for (const access of (await readAccess(tx, ids, asker)).values()) {
    const standing = entered(access) ?? (await behind(tx, access, asker))
    const tells = filter.organization !== null && standing?.sight === 'nameless'
    if (standing && !tells) standings.set(access.batch, standing)
  }
  return standings
}

async function behind(tx: Transaction, access: Access, asker: Asker): Promise<Standing | null> {
  try {
    return await standingOf(tx, access.batch, asker)
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'NOT_FOUND') return null
    throw error
  }
}

async function recordsOf(
  tx: Transaction,
  ids: readonly string[],
  standings: ReadonlyMap<string, Standing>,
  stamp: Stamp
) {
  const visible = ids.filter((id) => standings.has(id))
  const batches = await readBatches(tx, visible, stamp.position)
  const directory = await namesOf(tx, batches.values(), stamp.position)
  const positions = [...new Set([...batches.values()].map(({ position }) => position))]
  const times = await readTimes(tx, positions)
  const record = (batch: StoredBatch) =>
    batchRecord(batch, {
      doer: batchFacts(batch, directory),
      named: standings.get(batch.id)?.sight === 'whole',
      recordedAt: times.get(batch.position) ?? null
    })
  return visible.flatMap((id) => {
    const batch = batches.get(id)
    return batch ? [record(batch)] : []
  })
}
