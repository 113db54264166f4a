import { isUuid } from '../../domain/ids.ts'
import { RegistryError } from '../../errors.ts'
import type { Access, Asker } from '../../storage/batches/access.ts'
import { readAccess } from '../../storage/batches/access.ts'
import { readTimes } from '../../storage/batches/batch-history.ts'
import type { BatchFilter, BatchPage } from '../../storage/batches/batch-list.ts'
import { listBatchIds } from '../../storage/batches/batch-list.ts'
import type { StoredBatch } from '../../storage/batches/batches.ts'
import { readBatches } from '../../storage/batches/batches.ts'
import type { Transaction } from '../../storage/database.ts'
import type { Deps, Principal } from '../deps.ts'
import type { Stamp } from '../moment.ts'
import { inSnapshot } from '../moment.ts'
import { unhurried } from '../unhurried.ts'
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
 * number or an identifier also finds what it may see without one; batches that it may not see are no
 * part of it, nor of how a page ends. A page may hold fewer batches than asked for although another follows.
 */
export async function listBatches(deps: Deps, principal: Principal, question: ListQuestion) {
  refuseUnknownElement(deps, question.filter.element)
  const asker = { organization: principal.organization, now: deps.now() }
  const { filter, after, limit } = question
  const answer = () =>
    inSnapshot(deps, question.asOf, async (tx, stamp) => {
      if (after !== null && !isUuid(after)) {
        throw new RegistryError('CURSOR_INVALID', 'The cursor was not made by this service.')
      }
      const of = { reader: asker.organization, now: asker.now, asOf: stamp.position }
      const page = { ...of, after, limit }
      const { standings, next } = isOfAnybody(filter)
        ? await seenOfAll(tx, filter, page, asker)
        : await seenOfOwn(tx, filter, page, asker)
      const items = await recordsOf(tx, standings, stamp)
      return { ...stamp, items, ...(next === null ? {} : { next }) }
    })
  return isOfAnybody(filter) ? unhurried(answer, ({ items }) => items.length === 0) : answer()
}

interface Seen {
  readonly standings: ReadonlyMap<string, Standing>
  readonly next: string | null
}

async function seenOfOwn(
  tx: Transaction,
  filter: BatchFilter,
  page: BatchPage,
  asker: Asker
): Promise<Seen> {
  const { ids, next } = await listBatchIds(tx, filter, page)
  return { standings: await standingsOf(tx, ids, filter, asker), next }
}

/** A number or an identifier may be that of a batch of anybody. */
function isOfAnybody({ number, identifier }: BatchFilter): boolean {
  return number !== null || identifier !== null
}

/** So many are looked at for a page: a page is short rather than slow. */
const LOOKED_AT = { atOnce: 100, times: 3 }

/** Pages through those of the batches of anybody that the caller sees, as if there were no others. */
async function seenOfAll(
  tx: Transaction,
  filter: BatchFilter,
  page: BatchPage,
  asker: Asker
): Promise<Seen> {
  const seen = new Map<string, Standing>()
  let after = page.after
  for (let time = 0; time < LOOKED_AT.times && seen.size <= page.limit; time += 1) {
    const some = { ...page, after, limit: LOOKED_AT.atOnce }
    const { ids, next } = await listBatchIds(tx, filter, some)
    for (const [id, standing] of await standingsOf(tx, ids, filter, asker)) seen.set(id, standing)
    after = next
    if (next === null) break
  }
  const shown = [...seen].slice(0, page.limit)
  const standings = new Map(shown)
  if (seen.size > page.limit) return { standings, next: shown.at(-1)?.[0] ?? null }
  return { standings, next: after && (await placeAfter(tx, filter, { ...page, after })) }
}

/** Where to go on after a batch that may be nobody's business: between it and the next one, if there is one. */
async function placeAfter(
  tx: Transaction,
  filter: BatchFilter,
  page: BatchPage & { readonly after: string }
): Promise<string | null> {
  const [following] = (await listBatchIds(tx, filter, { ...page, limit: 1 })).ids
  if (following === undefined) return null
  const parting = [...following].findIndex((digit, at) => digit !== page.after[at])
  return `${page.after.slice(0, parting + 1)}${LAST.slice(parting + 1)}`
}

const LAST = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/** Who may see which of the batches, in their order; an identifier tells the maker, so it must be known. */
async function standingsOf(
  tx: Transaction,
  ids: readonly string[],
  filter: BatchFilter,
  asker: Asker
): Promise<ReadonlyMap<string, Standing>> {
  const standings = new Map<string, Standing>()
  const known = await readAccess(tx, ids, asker)
  for (const id of ids) {
    const access = known.get(id)
    const standing = access && (entered(access) ?? (await behind(tx, access, asker)))
    const tells = filter.identifier !== null && standing?.sight === 'nameless'
    if (standing && !tells) standings.set(id, standing)
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

async function recordsOf(tx: Transaction, standings: ReadonlyMap<string, Standing>, stamp: Stamp) {
  const visible = [...standings.keys()]
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
